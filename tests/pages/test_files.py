"""Images of questions: visible to users who may see the question, and 404 for all others."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from exam_app.importers import Image
from exam_app.infrastructure import storage
from exam_app.services.authoring import pictures
from tests import factories
from tests.helpers.pictures import PNG, SVG

IMAGE = Image(PNG, "A leaf")


@pytest.fixture
def shown(cast: SimpleNamespace) -> SimpleNamespace:
    """A running session of a test with one image at `url`."""
    question = factories.QuestionFactory(organization_id=cast.school.id, images=pictures.store([IMAGE]))
    test = factories.TestFactory(author=cast.ines, questions=[question], published=True)
    session = factories.ExamSessionFactory(in_progress=True, school_class=cast.biology, test=test)
    return SimpleNamespace(session=session, url=f"/files/{IMAGE.digest}")


def test_a_student_sees_a_picture_once_the_attempt_has_begun(
    api: Any, cast: SimpleNamespace, shown: SimpleNamespace
) -> None:
    assert api(cast.carl).get(shown.url).status_code == 404
    attempt = factories.AttemptFactory(student=cast.carl, session=shown.session)
    reply = api(cast.carl).get(shown.url)
    assert (reply.status_code, reply.data, reply.mimetype) == (200, PNG, "image/png")
    (question,) = api(cast.carl).get(f"/api/attempts/{attempt.id}/sync").data_["questions"]
    assert question["images"] == [{"url": shown.url, "altText": "A leaf", "orderIndex": 1}]
    assert api(cast.cora).get(shown.url).status_code == 404


def test_a_picture_is_cacheable_and_sandboxed(
    api: Any, cast: SimpleNamespace, shown: SimpleNamespace
) -> None:
    headers = api(cast.ines).get(shown.url).headers
    assert set(headers["Cache-Control"].split(", ")) == {"private", "max-age=31536000", "immutable"}
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in headers["Content-Security-Policy"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]


def test_staff_see_pictures_of_their_organization(
    api: Any, cast: SimpleNamespace, shown: SimpleNamespace
) -> None:
    for person in (cast.ada, cast.ines, cast.priya):
        assert api(person).get(shown.url).status_code == 200
    assert api(cast.otto).get(shown.url).status_code == 404
    factories.QuestionFactory(organization_id=cast.elsewhere.id, images=pictures.store([IMAGE]))
    assert api(cast.otto).get(shown.url).status_code == 200


def test_staff_of_another_branch_do_not_see_it(api: Any, cast: SimpleNamespace) -> None:
    north, south = (factories.BranchFactory(organization_id=cast.school.id) for _ in range(2))
    images = pictures.store([IMAGE])
    factories.QuestionFactory(organization_id=cast.school.id, branch_id=north.id, images=images)
    for branch, status in ((north, 200), (south, 404)):
        person = factories.UserFactory(instructor=True, organization=cast.school, branch_id=branch.id)
        assert api(person).get(f"/files/{IMAGE.digest}").status_code == status


@pytest.mark.parametrize("digest", ["0" * 64, "..%2f..%2fsecret_key", "x", "%00"])
def test_a_missing_picture_is_not_found(
    api: Any, cast: SimpleNamespace, shown: SimpleNamespace, digest: str
) -> None:
    assert api(cast.ines).get(f"/files/{digest}").status_code == 404
    assert api().get(shown.url).status_code == 401


def test_files_that_are_no_pictures_are_not_served(api: Any, cast: SimpleNamespace) -> None:
    drawing = Image(SVG, "")
    factories.QuestionFactory(organization_id=cast.school.id, images=pictures.store([drawing]))
    assert api(cast.ines).get(f"/files/{drawing.digest}").status_code == 404


def test_storing_the_same_picture_again_changes_nothing(cast: SimpleNamespace) -> None:
    assert pictures.store([IMAGE]) == pictures.store([IMAGE])
    assert storage.get(IMAGE.digest) == PNG
    assert storage.get("f" * 64) is None
