"""People's names: one is enough, and every list has the same order, in whatever database."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select, text

import exam_app
from exam_app.extensions import db
from exam_app.models import User
from exam_app.models.user import BY_NAME
from exam_app.rules.permissions import Role
from exam_app.services.organizations import classes, people, rosters
from tests.factories import AttemptFactory, EnrolmentFactory, ExamSessionFactory, UserFactory
from tests.helpers.clients import data

IN_ORDER = [
    "Åberg",
    "al-Amin",
    "Álvarez",
    "Łódź",
    "Müller",
    "Nguyễn",
    "O’Brien",
    "Sukarno",
    "Иванов",
    "王",
]


@pytest.fixture
def held(cast: SimpleNamespace, exam: Any) -> Any:
    """A session of a class of people with these names; Sukarno has no other one."""
    session = ExamSessionFactory(
        in_progress=True, school_class=cast.biology, test=exam, proctors=[cast.priya]
    )
    for name in reversed(IN_ORDER):
        first = "" if name == "Sukarno" else "A"
        student = UserFactory(organization=cast.school, first_name=first, last_name=name)
        EnrolmentFactory(class_id=cast.biology.id, student_id=student.id)
        AttemptFactory(student=student, session=session)
    db.session.commit()
    return session


def ours(names: list[str]) -> list[str]:
    return [name for name in names if name in IN_ORDER]


def test_every_list_has_the_same_order(api: Any, cast: SimpleNamespace, held: Any) -> None:
    ines, path = api(cast.ines), f"/api/sessions/{held.id}"
    shown = [
        [student.last_name for student in classes.enrolled(cast.biology)],
        [row["lastName"] for row in data(ines.get(f"{path}/monitor"))["students"]],
        [row["lastName"] for row in data(ines.get(f"{path}/results"))["students"]],
        [row["lastName"] for row in data(ines.get(path))["participants"]],
        [row["Last name"] for row in table(ines.get(f"{path}/results.csv"))],
    ]
    for names in shown:
        assert ours(names) == IN_ORDER
    everybody = data(api(cast.ada).get("/api/users?limit=100"))["users"]
    assert ours([user["lastName"] for user in everybody]) == IN_ORDER


def table(reply: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(reply.get_data().decode("utf-8-sig"))))


def test_the_order_follows_a_new_name(cast: SimpleNamespace) -> None:
    people.change(cast.ada, cast.carl, {"last_name": "Åberg"})
    cast.cora.last_name = "Zu\u0308rn"
    db.session.commit()
    found = db.session.scalars(
        select(User).where(User.id.in_([cast.carl.id, cast.cora.id])).order_by(*BY_NAME)
    )
    assert [user.id for user in found] == [cast.carl.id, cast.cora.id]


def test_nobody_orders_people_otherwise() -> None:
    """Neither by the columns of the names, whose order a database decides, nor by the browser's language."""
    package = Path(exam_app.__file__).parent
    columns = re.compile(
        r"order_by\([^)]*\b(User\.(last|first)_name|(SchoolClass|Branch)\.name|(Test|Course)\.title)"
    )
    for source in package.rglob("*.py"):
        assert not columns.search(source.read_text()), source
    for source in (package / "frontend").rglob("*.js*"):
        if "tests" not in source.parts and source.name != "student-list.js":
            assert not re.search(r"[nN]ame\.localeCompare|Intl\.Collator", source.read_text()), source


def test_no_database_has_a_say_in_it(cast: SimpleNamespace) -> None:
    """The key is compared byte by byte, which is the same under every collation."""
    kind = text("SELECT data_type FROM information_schema.columns WHERE column_name = 'name_key'")
    assert db.session.scalar(kind) == "bytea"


@pytest.mark.parametrize(
    "names", [{"firstName": "Sukarno"}, {"lastName": "Sukarno"}, {"firstName": "", "lastName": "S."}]
)
def test_one_name_is_enough(api: Any, cast: SimpleNamespace, names: dict[str, str]) -> None:
    body = {"email": "new@school.example", "password": "long enough", "role": "student", **names}
    made = data(api(cast.ada).post("/api/users", body), 201)
    assert f"{made['firstName']}{made['lastName']}" in ("Sukarno", "S.")
    changed = data(api(cast.ada).put(f"/api/users/{made['userId']}", {"firstName": "Dewi", "lastName": ""}))
    assert (changed["firstName"], changed["lastName"]) == ("Dewi", "")


def test_no_name_is_not_enough(api: Any, cast: SimpleNamespace) -> None:
    body = {"email": "new@school.example", "password": "long enough", "role": "student"}
    for names in ({}, {"firstName": " ", "lastName": "\u3000"}):
        reply = api(cast.ada).post("/api/users", {**body, **names})
        assert (reply.status_code, reply.code) == (422, "invalid_input")
        assert "either field will do" in str(reply.error["details"])
    reply = api(cast.ada).put(f"/api/users/{cast.carl.id}", {"firstName": "", "lastName": ""})
    assert reply.code == "invalid_input"


def test_a_roster_of_people_as_they_are_called(cast: SimpleNamespace) -> None:
    lines = "suk@s.example,Sukarno,\nmad@s.example,,Madonna\nMailto:Juan@S.example,Juan,de la Cruz y Peña\n"
    report = rosters.import_roster(cast.biology, f"email,first_name,last_name\n{lines}", "long enough")
    assert report["created"] == 3
    found = {user.email: user for user in db.session.scalars(select(User).where(User.role == Role.STUDENT))}
    assert found["suk@s.example"].full_name == "Sukarno"
    assert found["mad@s.example"].full_name == "Madonna"
    assert found["juan@s.example"].last_name == "de la Cruz y Peña"
