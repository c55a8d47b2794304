"""The sample of attempts for statistics, and their responses, as arrays.

Everything is fetched in a fixed number of queries. PostgreSQL packs the cells of a question into one value,
so that ten thousand attempts are numbers in memory and never rows in Python.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, Text, Uuid, any_, bindparam, cast, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONPATH, distinct_on

from exam_app.errors import NotFound
from exam_app.extensions import db
from exam_app.models import Attempt, ExamSession, Paper, Result, Test, User
from exam_app.rules.attempt_states import AttemptStatus
from exam_app.rules.paper import CompiledPaper, Credit, PaperQuestion
from exam_app.rules.statistics.responses import Item, Option, Responses
from exam_app.services.authoring import papers
from exam_app.services.grading.versions import is_latest
from exam_app.services.organizations.visibility import visible_attempts

MOST = 20_000
"""Maximum number of attempts, the newest ones: it bounds memory and time."""
_ANSWERED, _CORRECT = 1, 2

# Big-endian integers of four bytes: place of the attempt, hundredths of a point, seconds, flags.
_CELLS = text(
    """
    SELECT s.question_id,
           string_agg(int4send(c.place::int) || int4send((coalesce(s.points, 0) * 100)::int)
                      || int4send(s.time_spent)
                      || int4send(s.is_answered::int + 2 * coalesce(s.is_correct, false)::int), '') AS packed
      FROM unnest(:attempts) WITH ORDINALITY AS c (id, place)
      JOIN answers s ON s.attempt_id = c.id
     GROUP BY s.question_id
    """
).bindparams(bindparam("attempts", type_=ARRAY(Uuid)))
# Likewise: place of the attempt, id of an option it chose.
_CHOICES = text(
    """
    SELECT s.question_id, string_agg(int4send(c.place::int) || int4send(o.id::int), '') AS packed
      FROM unnest(:attempts) WITH ORDINALITY AS c (id, place)
      JOIN answers s ON s.attempt_id = c.id
     CROSS JOIN jsonb_array_elements_text(s.response -> 'selectedOptionIds') AS o (id)
     GROUP BY s.question_id
    """
).bindparams(bindparam("attempts", type_=ARRAY(Uuid)))


@dataclass(frozen=True)
class Version:
    """A published version and its number of attempts in the sample; `is_included`: it has the analysed
    form."""

    number: int
    attempts: int
    is_included: bool


@dataclass(frozen=True)
class Sample:
    """The sample of statistics. `paper` is the newest of its form, None if nothing was published. `left_out`:
    attempts beyond the newest `MOST`. `adjusted`: attempts with a total score set by staff, which no question
    shows."""

    paper: CompiledPaper | None
    responses: Responses
    versions: tuple[Version, ...]
    left_out: int
    adjusted: int


def of_session(session: ExamSession, version: int | None = None) -> Sample:
    """All graded attempts of a session.

    :raises NotFound: no graded attempt has taken this version.
    """
    rows = _counted(select(Attempt).where(_graded(), Attempt.session_id == session.id))
    return _sample(rows, version, session.paper_id)


def of_test(viewer: User, test: Test, version: int | None = None) -> Sample:
    """The first graded attempt of each student at the test, of those that `viewer` may see.

    :raises NotFound: no graded attempt has taken this version.
    """
    first = (
        select(Attempt)
        .ext(distinct_on(Attempt.student_id))
        .where(_graded(), Attempt.test_id == test.id, visible_attempts(viewer))
        .order_by(Attempt.student_id, Attempt.started_at, Attempt.id)
    )
    return _sample(_counted(first), version, test.current_paper_id)


def _graded() -> ColumnElement[bool]:
    return Attempt.status == AttemptStatus.GRADED


def _counted(attempts: Any) -> Sequence[Any]:
    """Rows of `id`, `paper_id` and the `total` number, the newest first."""
    counted = attempts.with_only_columns(Attempt.id, Attempt.paper_id, Attempt.started_at).subquery()
    columns = counted.c.id, counted.c.paper_id, func.count().over().label("total")
    newest_first = counted.c.started_at.desc(), counted.c.id
    return db.session.execute(select(*columns).order_by(*newest_first).limit(MOST)).all()


def _sample(rows: Sequence[Any], version: int | None, current_paper_id: int | None) -> Sample:
    taken = Counter(row.paper_id for row in rows)
    forms = _forms(list(taken))
    chosen = _chosen(forms, version)
    included = {row.id for row in forms if chosen is not None and row.form == chosen.form}
    paper_id = max(included, default=current_paper_id)
    paper = papers.compiled(paper_id) if paper_id is not None else None
    ids = [row.id for row in rows if row.paper_id in included]
    return Sample(
        paper=paper,
        responses=_responses(paper, ids),
        versions=tuple(Version(row.number, taken[row.id], row.id in included) for row in forms),
        left_out=rows[0].total - len(rows) if rows else 0,
        adjusted=_adjusted(ids),
    )


def _forms(paper_ids: list[int]) -> Sequence[Any]:
    """The papers, newest first, each with a digest of its questions and their scoring."""
    paths = [f"$.questions[*].{name}" for name in ("questionId", "type", "points", "definition")]
    for credit in (Credit.FULL, Credit.LEFT_OUT):
        paths.append(f'$.questions[*] ? (@.credit == "{credit}").questionId')
    parts = [func.jsonb_path_query_array(Paper.content, cast(path, JSONPATH)) for path in paths]
    given = [
        f'$.questions[*] ? (@.credit == "{credit}").questionId' for credit in (Credit.FULL, Credit.LEFT_OUT)
    ]
    parts += [func.jsonb_path_query_array(Paper.content, cast(path, JSONPATH)) for path in given]
    form = func.md5(cast(func.jsonb_build_array(*parts), Text))
    return db.session.execute(
        select(Paper.id, Paper.number, form.label("form"))
        .where(Paper.id.in_(paper_ids))
        .order_by(Paper.number.desc())
    ).all()


def _chosen(forms: Sequence[Any], version: int | None) -> Any:
    if version is None:
        return forms[0] if forms else None
    for row in forms:
        if row.number == version:
            return row
    raise NotFound("No graded attempt has taken this version of the test. Choose another version.")


def _adjusted(ids: list[uuid.UUID]) -> int:
    looked_at = Attempt.id == any_(bindparam("ids", ids, type_=ARRAY(Uuid)))
    query = select(func.count()).select_from(Attempt).join(Result, is_latest())
    return db.session.scalar(query.where(looked_at, Result.graded_by.is_not(None))) or 0


def _responses(paper: CompiledPaper | None, ids: list[uuid.UUID]) -> Responses:
    """The responses to questions scored by their key; questions with the same points for everyone carry no
    information."""
    asked = enumerate(paper.questions.values() if paper else (), start=1)
    items = tuple(_item(question, number) for number, question in asked if question.credit is Credit.BY_KEY)
    shape = len(ids), len(items)
    cents, seconds, flags = (np.zeros(shape, dtype=np.int64, order="F") for _ in range(3))
    chosen = {item.id: np.zeros((len(ids), len(item.options)), bool, "F") for item in items if item.options}
    columns = {item.id: column for column, item in enumerate(items)}
    for question_id, packed in db.session.execute(_CELLS, {"attempts": ids}):
        if (column := columns.get(question_id)) is not None:
            place, *cells = _unpacked(packed, 4)
            for array, values in zip((cents, seconds, flags), cells, strict=True):
                array[place - 1, column] = values
    for question_id, packed in db.session.execute(_CHOICES, {"attempts": ids}):
        if question_id in chosen:
            place, option_ids = _unpacked(packed, 2)
            for index, option in enumerate(items[columns[question_id]].options):
                chosen[question_id][place[option_ids == option.id] - 1, index] = True
    return Responses(
        items=items,
        scores=cents / 100,
        answered=(flags & _ANSWERED) > 0,
        correct=(flags & _CORRECT) > 0,
        seconds=seconds,
        chosen=chosen,
    )


def _unpacked(packed: Any, width: int) -> Any:
    return np.frombuffer(packed, dtype=">i4").reshape(-1, width).T


def _item(question: PaperQuestion, number: int) -> Item:
    shown = question.type.student_view(question.definition).get("options", [])
    options = tuple(
        Option(one["optionId"], one["optionText"], _is_key(question, one["optionId"])) for one in shown
    )
    return Item(question.id, number, float(question.points), options)


def _is_key(question: PaperQuestion, option_id: int) -> bool:
    """Whether the option is part of the correct answer, or one of several correct answers."""
    named = question.type.answer_key(question.definition)["response"].get("selectedOptionIds", [])
    alone = question.type.score(question.definition, {"selectedOptionIds": [option_id]}, Decimal(1))
    return option_id in named or bool(alone.is_correct)
