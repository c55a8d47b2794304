"""Statistics of a test from its attempts: figures in, figures and remarks out. No I/O.

Formulas, meanings, sources and thresholds are in docs/statistics.md. What is undefined (a single attempt, no
variance) is ``None``: never NaN, never an exception.
"""

from __future__ import annotations

from exam_app.rules.statistics.analysis import Analysis, analyse
from exam_app.rules.statistics.remarks import Remark, remarks
from exam_app.rules.statistics.responses import Item, Option, Responses

__all__ = ["Analysis", "Item", "Option", "Remark", "Responses", "analyse", "remarks"]
