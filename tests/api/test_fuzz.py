"""Valid and invalid requests, generated from the OpenAPI document, to every endpoint as every role.

Every edge of every limit, and FUZZ_EXAMPLES random cases per operation with a fixed seed, all rolled back.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import Context
from types import SimpleNamespace
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core import NotSet
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)
from schemathesis.specs.openapi.coverage._operation import iter_coverage_cases

from exam_app.extensions import db
from tests.factories import EVERY_DEFINITION, EVERY_RIGHT
from tests.helpers.clients import token_of, wait_for_deltas
from tests.helpers.things import Things, furnish, is_id

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "6"))
GOOD = {"response": list(EVERY_RIGHT.values()), "definition": list(EVERY_DEFINITION.values())}
REFUSALS = [400, 401, 403, 404, 409, 413, 415, 422]
Choice = Callable[[list[Any]], Any]
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
QUIETLY = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def things(cast: SimpleNamespace) -> Things:
    return furnish(cast.school)


@pytest.fixture
def document(app: Flask) -> Any:
    """The document with the application behind it; each call has a context of its own, as on a server."""
    config = schemathesis.Config.from_dict(
        {
            "generation": {"with-security-parameters": False},
            "checks": {"negative_data_rejection": {"expected-statuses": REFUSALS}},
        }
    )
    loaded = schemathesis.openapi.from_wsgi("/api/openapi.json", app, config=config)
    loaded.app = lambda environ, start_response: Context().run(app, environ, start_response)
    return loaded


@contextmanager
def undone() -> Iterator[None]:
    """Roll back everything that happens inside."""
    db.session.commit()
    savepoint = db.engines[None].begin_nested()
    try:
        yield
    finally:
        db.session.rollback()
        savepoint.rollback()


@pytest.mark.timeout(900 + 30 * EXAMPLES)
def test_random_requests_cause_no_server_error(document: Any, things: Things) -> None:
    problems: list[str] = []
    for found in document.get_all_operations():
        operation = found.ok()
        sender = Sender(operation, things)
        for attempt in (sender.send_every_edge, sender.send_at_random):
            try:
                attempt()
            except (Exception, BaseExceptionGroup) as problem:
                parts = [problem, *getattr(problem, "exceptions", ()), *getattr(problem, "__notes__", ())]
                problems.append("\n".join([operation.label, *map(str, parts)])[:3000])
    wait_for_deltas()
    assert not problems, f"{len(problems)} problems\n" + "\n\n".join(problems)


class Sender:
    """Sends cases of one operation, each as every role that may call it."""

    def __init__(self, operation: Any, things: Things) -> None:
        self.operation = operation
        self.things = things
        self.allowed = set(operation.definition.raw.get("x-roles", things.people))
        self.refused: set[str] = set()

    def send_every_edge(self) -> None:
        """Test both sides of each limit of the document; as one role only, since there are many."""
        person = next(person for role, person in self.things.people.items() if role in self.allowed)
        cases = iter_coverage_cases(
            operation=self.operation,
            generation_modes=list(GenerationMode),
            generate_duplicate_query_parameters=False,
            unexpected_methods=set(),
            generation_config=self.operation.schema.config.generation,
        )
        for case in cases:
            self.fill(case, lambda options: options[0])
            self.send(case, person)

    def send_at_random(self) -> None:
        """Send random cases, half of them invalid according to the document."""
        takes_something = self.operation.body or self.operation.query or self.operation.path_parameters
        modes = list(GenerationMode) if takes_something else [GenerationMode.POSITIVE]
        cases = st.one_of(*(self.operation.as_strategy(mode) for mode in modes))

        @QUIETLY
        @seed(1)
        @given(case=cases, data=st.data())
        def run(case: Case, data: Any) -> None:
            self.fill(case, lambda options: data.draw(st.sampled_from(options)))
            for role, person in self.things.people.items():
                if role in self.allowed or role not in self.refused:  # one refusal of each kind is enough
                    self.refused.add(role)
                    self.send(case, person)

        run()

    def fill(self, case: Case, choose: Choice) -> None:
        """Insert existing ids where they belong, except in the parts that are meant to be invalid."""
        broken = broken_parts(case)
        if "path" not in broken:
            case.path_parameters = real(case.path_parameters, self.things, choose)
        if "body" not in broken:
            case.body = real(case.body, self.things, choose)

    def send(self, case: Case, person: Any) -> None:
        checks, broken = CHECKS, broken_parts(case)
        if "query" in broken or ("body" in broken and not isinstance(case.body, NotSet)):
            checks = [*CHECKS, negative_data_rejection]
        with undone():
            reply = case.call(headers={"Authorization": f"Bearer {token_of(person)}"})
            case.validate_response(reply, checks=checks)


def broken_parts(case: Case) -> set[str]:
    """The parts of a case that are invalid according to the document."""
    parts = case.meta.components if case.meta else {}
    return {str(location.value) for location, part in parts.items() if part.mode.is_negative}


def real(value: Any, things: Things, choose: Choice, name: str = "") -> Any:
    """`value` with existing ids, and with answers and keys that fit some question."""
    if name in GOOD and isinstance(value, dict):
        return choose(GOOD[name])
    if isinstance(value, dict):
        return {key: real(part, things, choose, str(key)) for key, part in value.items()}
    if isinstance(value, list):
        return [real(part, things, choose, name) for part in value]
    if is_id(name) and isinstance(value, int | str) and not isinstance(value, bool):
        found = choose(things.all_ids(name))
        return found if isinstance(found, int) else str(found)
    return value
