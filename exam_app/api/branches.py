"""/api/branches: the departments or sites of an organization, for its administrators."""

from __future__ import annotations

from typing import Any

from exam_app.api.replies import ok
from exam_app.api.resource import Resource
from exam_app.rules.permissions import Permission
from exam_app.schemas import branches as shapes
from exam_app.schemas.base import Nothing
from exam_app.services.organizations import branches
from exam_app.web.identity import current_user, needs

blueprint = Resource("branches", __name__, url_prefix="/api/branches", description="Branches")


@blueprint.get("")
@needs(Permission.MANAGE_USERS)
@blueprint.replies(shapes.Branches)
def listing() -> dict[str, Any]:
    """All branches; a caller bound to a branch gets that one only."""
    return ok({"branches": [branches.describe(branch) for branch in branches.listing()]})


@blueprint.post("")
@needs(Permission.MANAGE_USERS)
@blueprint.arguments(shapes.BranchIn)
@blueprint.replies(shapes.Branch, status=201)
def create(data: dict[str, Any]) -> dict[str, Any]:
    """Add a branch; for administrators who are not bound to a branch."""
    return ok(branches.describe(branches.create(current_user(), **data)), "Branch added")


@blueprint.get("/<int:branch_id>")
@needs(Permission.MANAGE_USERS)
@blueprint.replies(shapes.Branch)
def show(branch_id: int) -> dict[str, Any]:
    """One branch."""
    return ok(branches.describe(branches.branch_for(branch_id)))


@blueprint.put("/<int:branch_id>")
@needs(Permission.MANAGE_USERS)
@blueprint.arguments(shapes.BranchIn)
@blueprint.replies(shapes.Branch)
def rename(data: dict[str, Any], branch_id: int) -> dict[str, Any]:
    """Rename a branch."""
    return ok(branches.describe(branches.rename(branches.branch_for(branch_id), **data)), "Branch renamed")


@blueprint.delete("/<int:branch_id>")
@needs(Permission.MANAGE_USERS)
@blueprint.replies(Nothing)
def delete(branch_id: int) -> dict[str, Any]:
    """Delete an unused branch."""
    branches.delete(branches.branch_for(branch_id))
    return ok(message="Branch deleted")
