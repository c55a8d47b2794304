from __future__ import annotations

import base64
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest

from exam_app import errors
from exam_app.importers import ImportedQuestion, ImportReport, read_questions
from exam_app.rules.question_types import numerical
from tests.helpers.pictures import GIF, JPEG, PNG, SVG, WEBP

SAMPLE = Path(__file__).parent / "samples" / "plants_export.xml"
TEXT = '<questiontext format="html"><text>Which one?</text></questiontext>'
YES = '<answer fraction="100"><text>yes</text></answer>'
NO = '<answer fraction="0"><text>no</text></answer>'


def question(kind: str, inside: str) -> str:
    return f'<question type="{kind}">{inside}</question>'


def read(questions: str) -> ImportReport:
    return read_questions(f"<quiz>\n{questions}\n</quiz>".encode(), None, "questions.xml")


def one(kind: str, inside: str) -> ImportedQuestion:
    report = read(question(kind, inside))
    assert not report.refused
    (found,) = report.questions
    return found


def refusal(kind: str, inside: str) -> str:
    report = read(question(kind, inside))
    assert not report.questions
    (refused,) = report.refused
    assert refused.line == 2
    return refused.reason


def notes(kind: str, inside: str) -> list[str]:
    return [note.text for note in read(question(kind, inside)).notes]


def picture(data: bytes, text: str = "", name: str = "a.png") -> str:
    """A question text that contains an image."""
    html = escape(text or f'<p>Look: <img src="@@PLUGINFILE@@/{name}" alt="A leaf"></p>')
    encoded = base64.b64encode(data).decode()
    file = f'<file name="{name}" path="/" encoding="base64">{encoded}</file>'
    return f'<questiontext format="html"><text>{html}</text>{file}</questiontext>'


@pytest.fixture(scope="module")
def report() -> ImportReport:
    return read_questions(SAMPLE.read_bytes(), None, SAMPLE.name)


class TestAnExport:
    """The sample has the form in which Moodle exports a category."""

    def test_every_question_is_read_or_refused_with_its_line(self, report: ImportReport) -> None:
        assert [(q.line, q.type, q.name) for q in report.questions] == [
            (15, "multiple_choice", "Light"),
            (65, "multiple_response", "Which pictures"),
            (95, "true_false", "Mushrooms"),
            (113, "short_answer", "Gas"),
            (130, "numerical", "Chromosomes"),
        ]
        assert [(r.line, r.reason.partition(";")[0]) for r in report.refused] == [
            (151, "not a question: a description"),
            (158, "type not supported: calculated"),
            (165, "type not supported: ddmarker"),
        ]

    def test_every_part_of_a_question_is_read(self, report: ImportReport) -> None:
        light = report.questions[0]
        assert light.text == "Which organ in the picture catches light?\n\n[image 1]"
        assert (light.points, light.category) == (Decimal("2.5"), "Biology/Plants")
        assert light.tags == ("photosynthesis", "year 9")
        assert [image.alt for image in light.images] == ["A green leaf"]
        assert light.definition == {
            "options": [
                {"id": 1, "text": "The leaf", "fraction": 1.0, "feedback": "Yes."},
                {"id": 2, "text": "The root", "fraction": -0.25},
            ],
            "shuffle": True,
            "feedback": "Leaves hold most of the chlorophyll.",
        }

    def test_omitted_parts_are_noted(self, report: ImportReport) -> None:
        assert [(n.line, n.text) for n in report.notes if "plain text" not in n.text] == [
            (113, "hints for multiple tries were left out"),
            (130, "the feedback for any other number was left out"),
        ]

    def test_pictures_of_options_are_numbered_by_their_content(self, report: ImportReport) -> None:
        pictures = report.questions[1]
        digests = [image.digest for image in pictures.images]
        assert digests == sorted(digests)
        alts = {f"[image {number}]": image.alt for number, image in enumerate(pictures.images, 1)}
        shown = [alts.get(option["text"]) for option in pictures.definition["options"]]
        assert shown == ["Something green", "Something brown", None]


class TestTypes:
    def test_a_single_choice_without_a_full_answer_becomes_a_multiple_response(self) -> None:
        half = '<answer fraction="50"><text>a</text></answer><answer fraction="50"><text>b</text></answer>'
        assert one("multichoice", f"{TEXT}<single>true</single>{half}").type == "multiple_response"

    def test_all_or_nothing(self) -> None:
        found = one("multichoiceset", TEXT + YES + NO + YES.replace("yes", "of course"))
        assert found.type == "multiple_response"
        assert found.definition["partialCredit"] is False
        assert [option["fraction"] for option in found.definition["options"]] == [0.5, 0.0, 0.5]

    def test_true_false_needs_one_right_answer(self) -> None:
        both = "".join(f'<answer fraction="100"><text>{word}</text></answer>' for word in ("true", "false"))
        assert "one of true and false" in refusal("truefalse", TEXT + both)
        assert "must be true and false" in refusal("truefalse", TEXT + YES + NO)

    def test_case_sensitivity_follows_the_setting(self) -> None:
        assert one("shortanswer", f"{TEXT}{YES}<usecase>1</usecase>").definition["caseSensitive"] is True

    def test_a_tolerance(self) -> None:
        answer = '<answer fraction="100"><text>3.14</text><tolerance>0.01</tolerance></answer>'
        found = one("numerical", TEXT + answer)
        assert found.definition["accepted"] == [{"value": "3.14", "tolerance": "0.01", "fraction": 1.0}]
        assert numerical.Numerical().validate_definition(found.definition) == found.definition

    def test_units(self) -> None:
        units = (
            "<units><unit><multiplier>1</multiplier><unit_name>m</unit_name></unit>"
            "<unit><multiplier>100</multiplier><unit_name>cm</unit_name></unit></units>"
        )
        number = f'{TEXT}<answer fraction="100"><text>3</text></answer>{units}'
        metres = [{"text": "m", "multiplier": "1"}, {"text": "cm", "multiplier": "100"}]
        must = f"{number}<unitgradingtype>1</unitgradingtype><unitpenalty>0.1</unitpenalty>"
        assert one("numerical", must).definition["units"] == metres
        assert one("numerical", must).definition["unitRequired"] is True
        assert notes("numerical", must) == ["a wrong unit costs all points here, not the share 0.1"]
        may = f"{number}<unitgradingtype>0</unitgradingtype><showunits>0</showunits>"
        assert one("numerical", may).definition["unitRequired"] is False
        without = f"{number}<showunits>3</showunits>"
        assert "units" not in one("numerical", without).definition
        assert notes("numerical", without) == ["units were left out: students type the number alone"]

    @pytest.mark.parametrize(
        "kind",
        ["", "calculated", "random", "description", "gapselect", "ddwtos", "ddimageortext", "plugin_xyz"],
    )
    def test_an_unsupported_question_type_is_refused_by_name(self, kind: str) -> None:
        assert (kind or "none given") in refusal(kind, TEXT + YES + NO) or kind == "random"


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("inside", "reason"),
        [
            (YES + NO, "no text"),
            (TEXT + YES, "options"),
            (TEXT + YES + NO + "<defaultgrade>0</defaultgrade>", "above 0"),
            (TEXT + YES + NO + "<defaultgrade>two</defaultgrade>", "not a number"),
            (TEXT + YES.replace("100", "much") + NO, "a weight that is not a number"),
            (TEXT + YES.replace("100", "NaN") + NO, "a weight that is not a number"),
            (TEXT + YES.replace("100", "1e9") + NO, "a weight above 100 %"),
            (TEXT + YES.replace("yes", "<b>yes</b>") + NO, "escaped"),
            (TEXT + YES.replace("yes", "&#xFDD0;") + NO, "character"),
            (TEXT + YES + NO + "<tags>" + "<tag><text>x</text></tag>" * 51 + "</tags>", "tags"),
        ],
    )
    def test_one_question(self, inside: str, reason: str) -> None:
        assert reason in refusal("multichoice", inside)

    def test_elements_that_are_no_questions_are_refused(self) -> None:
        assert read("<answer/>").refused[0].reason == "not a question: <answer>"

    @pytest.mark.parametrize(
        ("file", "reason"),
        [
            ("<quiz>", "Not well-formed XML"),
            ("<quiz><question></quiz>", "line 1"),
            ("<html></html>", "not <quiz>"),
            ("<quiz>" + "<a>" * 100 + "</a>" * 100 + "</quiz>", "nested"),
            ("<quiz><question>" + "<a/>" * 10_001 + "</question></quiz>", "elements"),
            ('<?xml version="1.0" encoding="ebcdic-us"?><quiz/>', "encoding"),
        ],
    )
    def test_a_whole_file(self, file: str, reason: str) -> None:
        with pytest.raises(errors.InvalidInput, match=reason):
            read_questions(file.encode(), "moodle_xml", "a.xml")

    @pytest.mark.parametrize(
        "prolog",
        [
            '<!DOCTYPE quiz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>',
            '<!DOCTYPE quiz [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
            '<!DOCTYPE quiz SYSTEM "http://example.org/quiz.dtd">',
            '<!DOCTYPE quiz [<!ENTITY % a SYSTEM "http://example.org/a"> %a;]>',
        ],
    )
    def test_document_types_and_entities(self, prolog: str) -> None:
        with pytest.raises(errors.InvalidInput, match="document type or entities"):
            read_questions(f'<?xml version="1.0"?>\n{prolog}<quiz></quiz>'.encode(), None, "a.xml")


class TestWhatIsLeftOut:
    def test_unknown_elements_are_noted(self) -> None:
        assert "<idnumber> was left out" in notes("multichoice", f"{TEXT}{YES}{NO}<idnumber>B12</idnumber>")
        assert "hidden" in notes("multichoice", f"{TEXT}{YES}{NO}<hidden>1</hidden>")[0]

    def test_overall_feedback_is_noted_unless_it_is_the_default(self) -> None:
        def combined(words: str) -> str:
            return f"{TEXT}{YES}{NO}<correctfeedback><text>{words}</text></correctfeedback>"

        assert notes("multichoice", combined("Your answer is correct.")) == []
        assert "was left out" in notes("multichoice", combined("Well done, this was hard!"))[0]

    def test_points_are_rounded(self) -> None:
        points = f"{TEXT}{YES}{NO}<defaultgrade>0.3333333</defaultgrade>"
        assert one("multichoice", points).points == Decimal("0.33")
        assert "rounded" in notes("multichoice", points)[0]


class TestPictures:
    @pytest.mark.parametrize("data", [PNG, JPEG, GIF, WEBP])
    def test_are_stored_with_their_description(self, data: bytes) -> None:
        found = one("multichoice", picture(data) + YES + NO)
        assert found.text == "Look: [image 1]"
        assert [(image.data, image.alt) for image in found.images] == [(data, "A leaf")]

    def test_may_be_inside_the_text(self) -> None:
        inline = f'<img src="data:image/png;base64,{base64.b64encode(PNG).decode()}">'
        found = one("multichoice", picture(b"", inline) + YES + NO)
        assert (found.text, found.images[0].data) == ("[image 1]", PNG)

    def test_that_are_shown_twice_are_stored_once(self) -> None:
        twice = '<img src="@@PLUGINFILE@@/a.png"> and <img src="@@PLUGINFILE@@/a.png?time=1">'
        found = one("multichoice", picture(PNG, twice) + YES + NO)
        assert (found.text, len(found.images)) == ("[image 1] and [image 1]", 1)

    @pytest.mark.parametrize(
        ("data", "reason"),
        [
            (SVG, "not a PNG"),
            (b"", "not a PNG"),
            (b"<html>", "not a PNG"),
            (PNG + bytes(2_000_000), "larger than 2 MB"),
        ],
    )
    def test_that_are_invalid_are_refused(self, data: bytes, reason: str) -> None:
        assert reason in refusal("multichoice", picture(data) + YES + NO)

    def test_that_are_damaged_are_refused(self) -> None:
        broken = picture(PNG).replace("</file>", "!</file>")
        assert "damaged" in refusal("multichoice", broken + YES + NO)

    def test_more_than_twenty_are_refused(self) -> None:
        many = "".join(
            f'<img src="data:image/png;base64,{base64.b64encode(PNG + bytes([n])).decode()}">'
            for n in range(21)
        )
        assert "more than 20 pictures" in refusal("multichoice", picture(b"", many) + YES + NO)

    def test_of_feedback_are_left_out_because_they_disclose_the_answer(self) -> None:
        feedback = picture(PNG).replace("questiontext", "feedback")
        answer = YES.replace("</answer>", f"{feedback}</answer>")
        found = one("multichoice", TEXT + answer + NO)
        assert found.images == ()
        assert found.definition["options"][0]["feedback"] == "Look: [image: A leaf]"
        assert any("a.png" in note for note in notes("multichoice", TEXT + answer + NO))

    def test_external_ones_and_unused_files_are_noted(self) -> None:
        elsewhere = '<img src="https://example.org/a.png" alt="A map">'
        found = notes("multichoice", picture(PNG, elsewhere) + YES + NO)
        assert "a file was left out: a.png" in found
        assert any("pictures or other media were left out" in note for note in found)


def test_other_encodings_are_believed_where_xml_names_them() -> None:
    file = (
        f'<?xml version="1.0" encoding="ISO-8859-1"?><quiz>{question("multichoice", TEXT + YES + NO)}</quiz>'
    )
    report = read_questions(file.replace("yes", "größer").encode("latin-1"), None, "a.xml")
    assert report.questions[0].definition["options"][0]["text"] == "größer"


def test_ten_megabytes_of_questions_and_pictures() -> None:
    big: Any = picture(PNG + bytes(1_000_000))
    file = "<quiz>" + question("multichoice", big + YES + NO) * 7 + "</quiz>"
    assert 9_000_000 < len(file) < 10_000_000
    assert len(read_questions(file.encode(), None, "a.xml").questions) == 7
