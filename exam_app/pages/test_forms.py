"""The forms of a test, converted to what an API client would send."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from marshmallow import ValidationError

from exam_app.clock import iso
from exam_app.errors import InvalidInput
from exam_app.models import Feedback, Release
from exam_app.pages import typed_numbers
from exam_app.pages.forms import Form, load
from exam_app.rules.integrity.settings import DEFAULTS, PAGE_RULES, THRESHOLDS
from exam_app.rules.local_time import moment_of
from exam_app.schemas.catalog import TestIn
from exam_app.services.authoring.test_drafts import Place

_TEXTS = ("title", "description", "instructions", "feedback", "release")
_NUMBERS = ("durationMinutes", "maxAttempts", "passPercentage", "markers", "markingTolerance")
_SWITCHES = ("isSelfPaced", "allowBack", "allowReview", "shuffleQuestions", "shuffleOptions")
_MOMENTS = ("availableFrom", "availableUntil")
_MOST_POINTS = 10_000


def new_form() -> Form:
    """The form with the defaults of a new test."""
    return Form(
        durationMinutes=45,
        maxAttempts=1,
        passPercentage=50,
        markers=1,
        markingTolerance=0,
        feedback=Feedback.AFTER_RELEASE.value,
        release=Release.BY_HAND.value,
        switches=["allowBack", "allowReview"],
        warningMinutes="5, 1",
        timeZone="UTC",
        **{name: DEFAULTS[name] for name in THRESHOLDS},
    )


def settings_form(test: dict[str, Any]) -> Form:
    """The settings of a test as `catalog.describe_test` has it, with its times in UTC."""
    integrity = test["integrity"]
    on = [name for name in _SWITCHES if test[name]] + [name for name in PAGE_RULES if integrity[name]]
    return Form(
        **{name: test[name] for name in (*_TEXTS, *_NUMBERS)},
        **{name: (test[name] or "")[:16] for name in _MOMENTS},
        **{name: "" if integrity[name] is None else integrity[name] for name in THRESHOLDS},
        switches=on + (["pauseOnDisconnect"] if test["disconnectPolicy"] == "pause" else []),
        warningMinutes=", ".join(str(minutes) for minutes in test["warningMinutes"]),
        timeZone="UTC",
    )


def read_settings(form: Form) -> dict[str, Any]:
    """The settings as the services take them.

    :raises ValidationError: with all problems by field name.
    """
    on = form.all("switches")
    thresholds = {name: _number(form[name]) if form[name] else None for name in THRESHOLDS}
    sent: dict[str, Any] = {
        **{name: form[name] for name in _TEXTS},
        **{name: _number(form[name]) for name in _NUMBERS},
        **{name: name in on for name in _SWITCHES},
        "disconnectPolicy": "pause" if "pauseOnDisconnect" in on else "none",
        "warningMinutes": [_number(part) for part in re.split(r"[,;\s]+", form["warningMinutes"]) if part],
        "integrity": {**thresholds, **{name: name in on for name in PAGE_RULES}},
    }
    moments, wrong = _moments(form)
    wrong |= _ambiguous(form, (*_NUMBERS, *THRESHOLDS))
    messages: dict[str, Any] = {**TestIn().validate(sent), **wrong}
    messages |= messages.pop("integrity", {})
    if messages:
        raise ValidationError(messages)
    settings = load(TestIn, sent | moments)
    del settings["question_ids"]
    return settings


def read_ids(form: Form, name: str) -> list[int]:
    """The selected ids; malformed values are left out."""
    return [int(id_) for id_ in form.all(name) if re.fullmatch(r"[0-9]{1,9}", id_)]


def read_places(form: Form) -> dict[int, Place]:
    """The position and the points of each question in the test, by question id.

    :raises InvalidInput: a position or points are not valid; the details name their fields.
    """
    places, wrong = dict[int, Place](), dict[str, list[str]]()
    for id_ in read_ids(form, "listed"):
        number, points = _number(form[f"place-{id_}"]), _points(form[f"points-{id_}"])
        if not isinstance(number, int):
            wrong[f"place-{id_}"] = ["Enter a whole number for the position."]
        elif problem := typed_numbers.meanings_of_points(form[f"points-{id_}"]):
            wrong[f"points-{id_}"] = [problem]
        elif points is not None and not 0 < points <= _MOST_POINTS:
            wrong[f"points-{id_}"] = [f"Enter points up to {_MOST_POINTS}, or leave the field empty."]
        else:
            places[id_] = Place(number, points)
    if wrong:
        raise InvalidInput(details=wrong)
    return places


def _moments(form: Form) -> tuple[dict[str, str | None], dict[str, list[str]]]:
    """When the test opens and closes, in UTC, and the problems of these fields."""
    moments: dict[str, str | None] = dict.fromkeys(_MOMENTS)
    wrong: dict[str, list[str]] = {}
    for name in _MOMENTS:
        if form[name]:
            day, _, time_of_day = form[name].partition("T")
            try:
                moments[name] = iso(moment_of(day, time_of_day, form["timeZone"]))
            except InvalidInput as error:
                wrong[name] = next(iter(error.details.values()))
    opens, closes = moments.values()
    if opens and closes and opens >= closes:
        wrong["availableUntil"] = ["“Closes” must be after “Opens”."]
    return moments, wrong


def _number(text: str) -> int | float | str:
    """The number, or the text itself if it is not one, for the schema to reject."""
    try:
        number = typed_numbers.number(text)
        return int(number) if re.fullmatch(r"-?[0-9]{1,9}", number) else float(number)
    except ValueError:
        return math.nan if text.lower() == "nan" else text


def _ambiguous(form: Form, names: Iterable[str]) -> dict[str, list[str]]:
    """The fields with a number that can mean two."""
    found = {name: typed_numbers.meanings(form[name]) for name in names}
    return {name: [problem] for name, problem in found.items() if problem}


def _points(text: str) -> Decimal | None:
    """None for an empty field; -1 for anything but a number with up to two decimals."""
    if not text:
        return None
    try:
        points = typed_numbers.points(text)
    except ValueError:
        return Decimal(-1)
    return Decimal(points) if re.fullmatch(r"[0-9]{1,5}(\.[0-9]{1,2})?", points) else Decimal(-1)
