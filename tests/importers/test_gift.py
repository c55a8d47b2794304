from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from exam_app.importers import ImportedQuestion, ImportReport, read_questions
from exam_app.rules import question_types

SAMPLE = Path(__file__).parent / "samples" / "biology_export.gift"


def read(text: str) -> ImportReport:
    return read_questions(text.encode(), "gift", "questions.txt")


def one(text: str) -> ImportedQuestion:
    report = read(text)
    assert not report.refused
    (question,) = report.questions
    return question


def refusal(text: str) -> tuple[int, str]:
    report = read(text)
    assert not report.questions
    (refused,) = report.refused
    return refused.line, refused.reason


def options(question: ImportedQuestion) -> list[tuple[str, float]]:
    return [(option["text"], option["fraction"]) for option in question.definition["options"]]


def accepted(question: ImportedQuestion, *keys: str) -> list[Any]:
    return [tuple(item[key] for key in keys) for item in question.definition["accepted"]]


@pytest.fixture(scope="module")
def report() -> ImportReport:
    return read_questions(SAMPLE.read_bytes(), None, SAMPLE.name)


class TestAnExport:
    """The sample has the form in which Moodle exports a course."""

    def test_every_item_is_read_or_refused(self, report: ImportReport) -> None:
        assert (report.format, report.encoding) == ("gift", "utf-8")
        assert len(report.questions) == 42
        assert [(refused.line, refused.reason) for refused in report.refused] == [
            (67, "not a question: no answers in braces (a description)"),
        ]

    def test_all_types_occur_and_every_definition_is_in_normal_form(self, report: ImportReport) -> None:
        written = set(question_types.names()) - {"ordering", "cloze"}
        assert {question.type for question in report.questions} == written
        for question in report.questions:
            kind = question_types.get(question.type)
            assert kind.validate_definition(question.definition) == question.definition

    def test_categories_titles_and_lines(self, report: ImportReport) -> None:
        categories = list(dict.fromkeys(question.category for question in report.questions))
        assert categories == ["Biology 101/Cells", "Biology 101/Genetics", "Biology 101/Ecology"]
        lines = SAMPLE.read_text(encoding="utf-8").split("\n")
        for question in report.questions:
            assert lines[question.line - 1].startswith((f"::{question.name}::", question.name[:20]))

    def test_every_conversion_is_noted(self, report: ImportReport) -> None:
        notes = {(note.line, note.text) for note in report.notes}
        assert (162, "pictures or other media were left out; check this question") in notes
        assert (150, "the positive weights add up to 99 %; scaled to 100 %") in notes
        assert (60, "Markdown was kept as written") in notes

    def test_the_report_for_people_has_a_line_for_each_thing_in_the_order_of_the_file(
        self, report: ImportReport
    ) -> None:
        lines = report.lines()
        assert len(lines) == len(report.questions) + len(report.refused) + len(report.notes)
        assert lines[0] == "line 6: read multiple_choice: Powerhouse"
        assert "line 67: refused: not a question: no answers in braces (a description)" in lines
        numbers = [int(line.split(":")[0].removeprefix("line ")) for line in lines]
        assert numbers == sorted(numbers)

    def test_no_line_end_or_byte_order_mark_changes_the_result(self, report: ImportReport) -> None:
        data = SAMPLE.read_bytes()
        for variant in (data.replace(b"\n", b"\r\n"), data.replace(b"\n", b"\r"), b"\xef\xbb\xbf" + data):
            assert read_questions(variant, None, SAMPLE.name) == report


def test_single_choice_with_weights_and_feedback() -> None:
    question = one("::T::Pick {=right#yes ~%50%half ~%-50%bad#no ~wrong ####general}")
    assert question.type == "multiple_choice"
    assert options(question) == [("right", 1.0), ("half", 0.5), ("bad", -0.5), ("wrong", 0.0)]
    assert question.definition["options"][0]["feedback"] == "yes"
    assert question.definition["feedback"] == "general"


def test_the_older_notation_of_a_right_answer() -> None:
    assert options(one("Pick {~a ~=b}")) == [("a", 0.0), ("b", 1.0)]


def test_only_tildes_make_a_multiple_response() -> None:
    question = one("Pick {~%50%a~%50%b~%-100%c}")
    assert question.type == "multiple_response"
    assert options(question) == [("a", 0.5), ("b", 0.5), ("c", -1.0)]


@pytest.mark.parametrize(
    "weights", ["33.333 33.333 33.333", "33 33 33", "33.3 33.3 33.3", "16.66 " * 6, "14,29 " * 7]
)
def test_percentages_that_nearly_add_up_to_100_give_full_marks(weights: str) -> None:
    answers = "".join(f"~%{weight}%x" for weight in weights.split())
    question = one(f"Pick {{{answers} ~%-100%y}}")
    assert sum(fraction for _text, fraction in options(question) if fraction > 0) == pytest.approx(
        1, abs=0.001
    )


def test_partly_right_answers_marked_as_right_make_a_multiple_response() -> None:
    report = read("Pick {=%50%a =%50%b ~c}")
    assert report.questions[0].type == "multiple_response"
    assert any("several right answers" in note.text for note in report.notes)


def test_a_note_if_selecting_every_option_earns_full_marks() -> None:
    report = read("Pick {~%50%a ~%50%b ~c}")
    assert any("ticking everything" in note.text for note in report.notes)


@pytest.mark.parametrize(
    ("answers", "correct"),
    [("T", True), ("TRUE", True), ("F", False), ("FALSE", False), (" true ", True), ("T#", True)],
)
def test_true_and_false(answers: str, correct: bool) -> None:
    assert one(f"Is it so? {{{answers}}}").definition == {"correct": correct}


def test_feedback_of_true_false_is_first_for_the_wrong_and_then_for_the_right() -> None:
    assert one("Is it? {TRUE#wrong#right####all}").definition == {
        "correct": True,
        "feedbackFalse": "wrong",
        "feedbackTrue": "right",
        "feedback": "all",
    }
    assert one("Is it? {F#wrong}").definition == {"correct": False, "feedbackTrue": "wrong"}


def test_short_answers() -> None:
    question = one("Who? {=%50%Grant*#half =Ulysses Grant =a \\= b\\\\*}")
    assert question.type == "short_answer"
    assert accepted(question, "text", "fraction") == [
        ("Grant*", 0.5),
        ("Ulysses Grant", 1.0),
        ("a = b\\*", 1.0),
    ]


def test_a_formula_answer_is_read_without_subscripts() -> None:
    assert accepted(one("Water? {=[html]H<sub>2</sub>O =[html]10<sup>3</sup>}"), "text") == [
        ("H2O",),
        ("10^3",),
    ]


def test_an_answer_without_a_symbol_is_read_as_a_short_answer_with_a_note() -> None:
    report = read("Capital of France? {Paris}")
    assert accepted(report.questions[0], "text") == [("Paris",)]
    assert report.notes


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ("#3", {"value": "3", "tolerance": "0"}),
        ("#3:0.1", {"value": "3", "tolerance": "0.1"}),
        ("# 1..5 ", {"min": "1", "max": "5"}),
        ("#-5..-1.5", {"min": "-5", "max": "-1.5"}),
        ("#3,5:0,1", {"value": "3.5", "tolerance": "0.1"}),
        ("#=1e3:5", {"value": "1e3", "tolerance": "5"}),
    ],
)
def test_numbers(answers: str, expected: dict[str, str]) -> None:
    question = one(f"How many? {{{answers}}}")
    assert question.type == "numerical"
    assert question.definition["accepted"] == [{**expected, "fraction": 1.0}]


def test_several_numbers_with_weights() -> None:
    report = read("When? {#=1822:0#exact =%50%1822:2 ~#no idea ####history}")
    assert accepted(report.questions[0], "tolerance", "fraction") == [("0", 1.0), ("2", 0.5)]
    assert report.questions[0].definition["feedback"] == "history"
    assert [note.text for note in report.notes] == ["the feedback for any other number was left out"]


def test_text_after_the_braces_leaves_a_blank() -> None:
    assert one("Grant is {~buried =entombed} in Grant's tomb.").text == "Grant is _____ in Grant's tomb."


def test_escapes() -> None:
    question = one(r"::a\:\:b::1 \= 1\: \{\} \~ \# c\\d\nnext \alpha {=\=x ~\~y\#z}")
    assert question.name == "a::b"
    assert question.text == "1 = 1: {} ~ # c\\d\nnext \\alpha"
    assert options(question) == [("=x", 1.0), ("~y#z", 0.0)]


def test_comments_may_stand_anywhere_on_lines_of_their_own() -> None:
    question = one("// before {\nHow?\n  // within }\n{\n// more\n=a\n//=b\n~c}\n// after")
    assert (question.line, options(question)) == (2, [("a", 1.0), ("c", 0.0)])


@pytest.mark.parametrize(
    ("line", "category"),
    [
        ("$CATEGORY: $course$/top/Maths/Sums", "Maths/Sums"),
        ("$category: Maths", "Maths"),
        ("$CATEGORY:$system$/top", None),
        ("$CATEGORY: / Maths / Sums /", "Maths/Sums"),
    ],
)
def test_categories(line: str, category: str | None) -> None:
    assert one(f"{line}\nIs it? {{T}}").category == category


class TestHtml:
    def test_keeps_paragraphs_lists_powers_and_entities(self) -> None:
        text = one(
            "[html]<p>One&nbsp;&lt; x<sup>2</sup></p><ul><li>a</li><li>b</li></ul>H<sub>2</sub>O{T}"
        ).text
        assert text == "One < x²\n\n- a\n- b\n\nH₂O"

    def test_drops_comments_scripts_and_styles_and_keeps_loose_brackets(self) -> None:
        assert one("[html]a<!-- x --><script>y</script><style>z</style> < b <3 {T}").text == "a < b <3"

    def test_keeps_code_as_it_stands(self) -> None:
        assert one("[html]<pre>if x\\:\\n    y</pre>{T}").text == "if x:\n    y"

    def test_in_unmarked_text_is_found_but_a_lone_tag_stays(self) -> None:
        assert one("Is <b>this</b> bold?{T}").text == "Is this bold?"
        assert one("What does <div> do?{=a ~b}").text == "What does <div> do?"

    def test_does_not_apply_to_plain_text(self) -> None:
        assert one("[plain]Is <b>this</b> bold?{T}").text == "Is <b>this</b> bold?"

    def test_attributes_need_no_escapes(self) -> None:
        question = one('[html]<p style="color:#fff">Which?</p>{=<i class="a">x</i> ~<a href="#">y</a>}')
        assert options(question) == [("x", 1.0), ("y", 0.0)]

    def test_unfinished_tags_do_not_swallow_the_rest(self) -> None:
        assert one("[html]a <!-- b <![CDATA[ c <? d </ e{T}").text == "a <!-- b <![CDATA[ c <? d </ e"


def test_an_essay_may_have_general_feedback() -> None:
    assert one("Why?{}").type == one("Why? { }").type == "essay"
    assert one("Why?{####See page 7}").definition["feedback"] == "See page 7"


def test_matching_with_a_distractor() -> None:
    question = one(r"Which?{=<b>a</b> -> 1 = b\=b -> 2 -> 3 = -> 4 =c -> 1#well done ####Generally}")
    assert question.type == "matching"
    stems = [(stem["text"], stem["choice"]) for stem in question.definition["stems"]]
    assert stems == [("a", "1"), ("b=b", "2 -> 3"), ("c", "1")]
    assert [choice["text"] for choice in question.definition["choices"]] == ["4", "1", "2 -> 3"]
    assert question.definition["feedback"] == "Generally"
    assert "feedback on a pair was left out" in {
        n.text for n in read("Which?{=a -> 1 =c -> 1#well done = -> 2}").notes
    }


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Just a text.", "not a question: no answers in braces (a description)"),
        ("Match {=a -> b =c}", "a pair without ->: c"),
        ("Match {=a -> b}", "stems: Must have 2 to 100 entries."),
        ("Match {=a -> b =c ->}", "stems.1.choice: Must not be empty."),
        ("Match {=a -> b =%50%c -> d}", "pairs with a weight are not supported"),
        ("Open {=a ~b", "the closing brace is missing"),
        ("Closed =a ~b}", "a closing brace without an opening one"),
        (r"\frac{1}{2} is {=a ~b}", "more than one pair of braces"),
        ("::Title {T}", "the title is not closed by ::"),
        ("::Title::{T}", "the question has no text"),
        ("One {=a}{=b}", "more than one pair of braces"),
        ("None {~a ~b}", "no answer is marked as right"),
        ("Sum {~%50%a ~%10%b}", "the positive weights add up to 60 %, not to 100 %"),
        ("Weight {=a ~%150%b}", "a weight above 100 %"),
        ("Alone {~%100%a}", "options: Must have 2 to 100 entries."),
        ("Empty {=a ~}", "options.1.text: Must not be empty."),
        ("Mixed {a ~b =c}", "text before the first answer: a"),
        ("Number {#}", "accepted.0.value: Is required."),
        ("Number {#many}", "accepted.0.value: Must be a number"),
        ("Number {#5..1}", "accepted.0.max: Must not be below the minimum."),
        ("Number {#=1 =%10%*}", "points for any other number are not supported"),
        ("Long " + "x" * 20_001 + "{T}", "the text is longer than 20000 characters"),
        ("Longer " + "x" * 60_001 + "{T}", "longer than 60000 characters"),
    ],
)
def test_a_refused_question_is_named(text: str, reason: str) -> None:
    line, reason_given = refusal(f"\n\n{text}")
    assert line == 3
    assert reason_given.startswith(reason)


class TestOneBrokenQuestionNeverStopsTheOthers:
    @pytest.mark.parametrize(
        "broken",
        [
            "Open {=a ~b\n",
            "Open {=a\n~b",
            "Closed }\n",
            "::Title\n{T}\n",
            "$CATEGORY: x\nOpen {\n",
            "Two {T} {F}\n",
        ],
    )
    def test_before_and_after_it(self, broken: str) -> None:
        report = read(f"::A::Is a? {{T}}\n\n{broken}\n::B::Is b? {{F}}\n\nIs c? {{T}}")
        assert [question.name for question in report.questions] == ["A", "B", "Is c?"]
        assert len(report.refused) == 1

    def test_without_blank_lines_between_them(self) -> None:
        report = read("::A::Is a? {T}\n::B::Is b? {F}\nIs c? {\nT}\n$CATEGORY: x\nIs d? {T}")
        assert [question.line for question in report.questions] == [1, 2, 3, 6]

    def test_a_blank_line_between_the_answers_is_ignored_and_noted(self) -> None:
        report = read("Which? {\n=a\n\n~b\n\n}\n\nIs c? {T}")
        assert [question.type for question in report.questions] == ["multiple_choice", "true_false"]
        assert {note.text for note in report.notes} == {"a blank line inside the braces was ignored"}


def test_braces_within_answers_may_be_balanced() -> None:
    assert options(one(r"Half? {=\frac{1}{2} ~2}"))[0] == (r"\frac{1}{2}", 1.0)


def test_a_long_title_is_cut_with_a_note() -> None:
    report = read(f"::{'x' * 300}::Is it? {{T}}")
    assert len(report.questions[0].name) == 200
    assert [note.text for note in report.notes] == ["the title was cut to 200 characters"]
