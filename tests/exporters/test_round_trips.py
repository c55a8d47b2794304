"""Exported questions are imported unchanged: exporters refuse those for which this is impossible."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exam_app.exporters import FORMATS, write_questions
from exam_app.exporters.base import comparable
from exam_app.importers import Image, ImportedQuestion, plain_text, read_questions
from exam_app.rules import question_types
from exam_app.rules.question_types import wildcards
from tests.helpers.pictures import PNG, png

SAMPLES = sorted((Path(__file__).parents[1] / "importers" / "samples").iterdir())
#: Everything with a meaning in one of the formats, and some characters without one.
SIGNS = "ab1~=#{}:\\%<>&\"'[]()*|-/;,. é∑$"
one_line = st.text(SIGNS, min_size=1, max_size=15).map(lambda t: " ".join(t.split())).filter(bool)
text = st.text(SIGNS + "\n", min_size=1, max_size=40).map(plain_text.tidy).filter(bool)
typed = one_line.map(wildcards.normal_form)
part = st.integers(1, 99).map(lambda hundredth: hundredth / 100)
feedback = st.fixed_dictionaries({}, optional={"feedback": text})
number = st.decimals(-1000, 1000, places=3).map(str)


@st.composite
def choices(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    right = draw(st.integers(1, 4))
    many = draw(st.booleans())
    fractions = [1 / right] * right if many else [1.0, draw(part), draw(st.sampled_from([0.0, -0.25]))]
    fractions += draw(st.lists(st.sampled_from([0.0, -0.5]), min_size=1, max_size=3))
    options = [
        {"text": draw(text), "fraction": f, **draw(feedback)} for f in draw(st.permutations(fractions))
    ]
    kind = "multiple_response" if many else "multiple_choice"
    return kind, {"options": options, "shuffle": draw(st.booleans()), **draw(feedback)}


@st.composite
def typed_answers(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    accepted = [{"text": draw(typed), "fraction": 1.0, **draw(feedback)}]
    accepted += [{"text": other, "fraction": draw(part)} for other in draw(st.lists(typed, max_size=3))]
    return "short_answer", {"accepted": accepted, "caseSensitive": draw(st.booleans()), **draw(feedback)}


@st.composite
def numbers(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    low, width = draw(number), draw(st.decimals(0, 10, places=2))
    accepted = [
        {"value": draw(number), "tolerance": str(width), "fraction": 1.0, **draw(feedback)},
        {"min": low, "max": str(Decimal(low) + width), "fraction": draw(part)},
    ]
    units = [{"text": "m", "multiplier": "1"}, {"text": "c<m", "multiplier": "100"}]
    more = {"units": units, "unitRequired": draw(st.booleans())} if draw(st.booleans()) else {}
    return "numerical", {"accepted": accepted, **more}


@st.composite
def lists(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    found = draw(st.lists(one_line, min_size=2, max_size=5, unique=True))
    if draw(st.booleans()):
        scoring = draw(st.sampled_from(["position", "next", "exact"]))
        return "ordering", {"items": [{"text": item} for item in found], "scoring": scoring}
    stems = [{"text": draw(one_line), "choice": draw(st.sampled_from(found))} for _ in range(3)]
    return "matching", {"stems": stems, "choices": [{"text": item} for item in found], **draw(feedback)}


@st.composite
def questions(draw: st.DrawFn) -> ImportedQuestion:
    truth = st.fixed_dictionaries(
        {"correct": st.booleans()}, optional={"feedbackTrue": text, "feedbackFalse": text, "feedback": text}
    ).map(lambda definition: ("true_false", definition))
    kind, definition = draw(choices() | typed_answers() | numbers() | lists() | truth)
    if kind == "short_answer":
        definition["accepted"] = [a for a in definition["accepted"] if a["fraction"] == 1.0] or definition[
            "accepted"
        ]
    return ImportedQuestion(
        type=kind,
        name=draw(one_line),
        text=draw(text),
        definition=question_types.get(kind).validate_definition(definition),
        line=0,
        points=draw(st.sampled_from([Decimal(1), Decimal("2.5")])),
        category=draw(st.sampled_from([None, "Biology/Cells & more", "{=}"])),
        tags=tuple(draw(st.lists(one_line, max_size=2, unique=True))),
    )


KNOWN = ("GIFT has no", "GIFT does not support", "contains ->")


@settings(max_examples=300, deadline=None)
@given(st.lists(questions(), min_size=1, max_size=3), st.sampled_from(FORMATS))
def test_a_question_round_trips_or_is_refused(asked: list[ImportedQuestion], format: str) -> None:
    report = write_questions(asked, format)
    assert all(any(known in refused.reason for known in KNOWN) for refused in report.refused), report.refused
    refused = {one.number for one in report.refused}
    noted = {one.number for one in report.notes}
    read = read_questions(report.content.encode(), format, "") if report.written else None
    back = iter(read.questions if read else ())
    for place, question in enumerate(asked, 1):
        if place not in refused:
            found = next(back)
            if place not in noted:
                assert comparable(found) == comparable(question)
    assert next(back, None) is None
    assert not (read and read.refused)


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_imported_questions_can_be_exported(sample: Path, format: str) -> None:
    asked = read_questions(sample.read_bytes(), None, sample.name).questions
    report = write_questions(asked, format)
    assert [refused for refused in report.refused if not any(k in refused.reason for k in KNOWN)] == []
    assert report.written > len(asked) // 2


def test_pictures_are_exported_to_moodle_xml_and_reported_missing_in_gift() -> None:
    images = (Image(PNG, 'A "leaf" & more'), Image(png(1, 2, 3), ""))
    asked = ImportedQuestion(
        type="multiple_choice",
        name="Leaf",
        text="Look:\n\n[image 1] 1 < 2",
        definition=question_types.get("multiple_choice").validate_definition(
            {"options": [{"text": "[image 2]", "fraction": 1.0}, {"text": "[image 3]", "fraction": 0.0}]}
        ),
        line=0,
        images=images,
    )
    report = write_questions([asked], "moodle_xml")
    (found,) = read_questions(report.content.encode(), None, "").questions
    assert comparable(found) == comparable(asked)
    assert [note.reason for note in write_questions([asked], "gift").notes] == ["its pictures"]


def test_gaps_are_exported_to_moodle_xml() -> None:
    definition = {
        "gaps": [
            {
                "id": 7,
                "type": "numerical",
                "weight": 2,
                "definition": {"accepted": [{"value": "100", "fraction": 1.0}]},
            },
            {
                "id": 3,
                "type": "short_answer",
                "definition": {"accepted": [{"text": "hyd}ro~gen", "feedback": "#1"}], "caseSensitive": True},
            },
            {
                "id": 4,
                "type": "multiple_choice",
                "definition": {
                    "options": [{"text": "<b>", "fraction": 1.0}, {"text": "50%", "fraction": 0.5}]
                },
            },
        ]
    }
    clean = question_types.checked_definition("cloze", definition, "[[3]] [[7]] [[4]]")
    asked = ImportedQuestion("cloze", "Water", "Made of [[3]], boils at [[7]], or [[4]]", clean, 0)
    report = write_questions([asked], "moodle_xml")
    assert report.refused == []
    assert "{2:NUMERICAL:%100%100:0}" in report.content
    (refused,) = write_questions([asked], "gift").refused
    assert refused.reason == "GIFT has no cloze questions"


@pytest.mark.parametrize("format", FORMATS)
def test_an_unsupported_question_is_refused_by_name(format: str) -> None:
    fine = ImportedQuestion("true_false", "Fine", "Yes?", {"correct": True}, 0)
    broken = replace(fine, name="Broken", text="A bell\x01 rings" if format == "moodle_xml" else "A\ufdd0")
    report = write_questions([fine, broken, fine], format)
    assert (report.written, [(r.number, r.name) for r in report.refused]) == (2, [(2, "Broken")])
