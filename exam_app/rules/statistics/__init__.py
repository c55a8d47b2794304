"""What the attempts at a test tell about the test: figures in, figures and words out. No I/O.

Formulas, meanings, sources and thresholds are gathered in docs/statistics.md. What cannot be said (one
attempt only, everybody the same) is ``None``: never NaN, never an exception.
"""

from __future__ import annotations

from exam_app.rules.statistics.analysis import Analysis, analyse
from exam_app.rules.statistics.remarks import Remark, remarks
from exam_app.rules.statistics.responses import Item, Option, Responses

__all__ = ["Analysis", "Item", "Option", "Remark", "Responses", "analyse", "remarks"]
