"""Two populated scopes that must be isolated: two organizations, or two branches of one."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from tests.factories import BranchFactory
from tests.helpers.things import Things, furnish


@pytest.fixture
def branches(cast: SimpleNamespace) -> Any:
    """North and South, two branches of the actors' organization."""
    return [BranchFactory(organization_id=cast.school.id, name=name) for name in ("North", "South")]


@pytest.fixture(params=["organization", "branch"])
def foreign(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def ours(request: pytest.FixtureRequest, cast: SimpleNamespace, branches: Any) -> Things:
    """Objects of the actors, without a branch unless the test is about another branch."""
    of_branch = "foreign" in request.fixturenames and request.getfixturevalue("foreign") == "branch"
    return furnish(cast.school, branches[0] if of_branch else None)


@pytest.fixture
def theirs(foreign: str, cast: SimpleNamespace, branches: Any) -> Things:
    return furnish(cast.school, branches[1]) if foreign == "branch" else furnish(cast.elsewhere)
