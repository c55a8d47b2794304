"""`flask typed-answers`: which stored answers would earn other points by today's comparison?"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from itertools import groupby
from typing import Any

import click
from flask.cli import with_appcontext

from exam_app.models import Attempt
from exam_app.services.grading import typed_answers
from exam_app.services.grading.typed_answers import ChangedAnswer

_ADVICE = (
    "Nothing was changed. To compare texts as today, correct the key without “Exact characters”: the "
    "preview of the regrade lists whose results change. A number in a gap can be marked by hand."
)


@click.command("typed-answers")
@click.option("--test", "test_id", type=int, help="Only the attempts at this test.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line for each answer.")
@with_appcontext
def typed_answers_command(test_id: int | None, as_json: bool) -> None:
    """List, by test and question, the stored answers that would earn other points if their texts and numbers
    were read as they are today. Changes nothing, and may run during an exam.
    """
    which = [] if test_id is None else [Attempt.test_id == test_id]
    if as_json:
        for one in typed_answers.changed(*which):
            click.echo(json.dumps(asdict(one), default=str, ensure_ascii=False))
        return
    found = sorted(typed_answers.changed(*which), key=_question)
    for _, group in groupby(found, key=_question):
        _print_question(list(group))
    click.echo(_ADVICE if found else "Every stored answer earns the same by today's comparison.")


def _question(one: ChangedAnswer) -> tuple[int, int]:
    return one.test_id, one.question_id


def _print_question(answers: list[ChangedAnswer]) -> None:
    first = answers[0]
    click.echo(
        f"Test {first.test_id} “{first.test_title}”, question {first.question_id}: {first.question_text[:80]}"
    )
    counted = Counter((one.answer, one.points_before, one.points_after) for one in answers)
    for (answer, before, after), count in counted.most_common():
        times = "1 answer" if count == 1 else f"{count} answers"
        click.echo(f"  “{answer[:60]}”: {_points(before)} → {_points(after)} ({times})")


def _points(points: Any) -> str:
    return "to be marked" if points is None else f"{points.normalize():f}"
