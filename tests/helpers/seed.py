"""Run as a program, with the product's own settings in the environment: migrations, then an institution.

Everything is created through the product's own services. Prints what the tests need to know, as JSON.
"""

from __future__ import annotations

import base64
import json
from pathlib import Path

from exam_app import create_app
from exam_app.cli import migrations
from exam_app.extensions import db
from exam_app.importers import read_questions
from exam_app.models import Feedback, Organization, Passage, Test, User
from exam_app.rules.integrity.settings import PAGE_RULES
from exam_app.rules.permissions import Role
from exam_app.services.authoring import catalog, papers, question_files
from exam_app.services.organizations import accounts, classes, passwords, rosters
from tests.helpers import seed_arabic
from tests.helpers.pictures import png

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "a good password"
STAFF = (("Ada", "Okafor", Role.ADMIN), ("Ines", "Moreau", Role.INSTRUCTOR), ("Priya", "Nair", Role.PROCTOR))
ROSTER = """\
email,first_name,last_name
carl@school.example,Carl,Adams
cora@school.example,Cora,Berg
"""
CROWD = ROSTER + "".join(f"crowd{n}@school.example,Student,Number {n:03}\n" for n in range(498))

# Five types, five points.
CELLS = r"""
::Plants only::Which of these is found only in plant cells? {=Chloroplast ~Ribosome ~Nucleus ~Mitochondrion}
::Animal cells::Choose parts of animal cells. {~%50%Nucleus ~%50%Ribosome ~%-50%Chloroplast ~%-50%Cell wall}
::Membrane::The cell membrane lets every substance pass freely. {FALSE}
::DNA::Which part of the cell holds most of its DNA? {=nucleus =the nucleus}
::Magnified::A cell of 0.05 mm is magnified 70 times. How long does it look, in millimetres? {#3.5:0.01}
"""
READING = r"""
::Mice::According to the text, what decided which mice were seen? {=Their fur ~Their size ~Their speed}
::Share::Which share of the mice on the lava had dark fur, in percent? {#90}
"""
# The remaining types: not a choice, a text or a number, and an essay; one point each.
KINDS = """\
type,category,text,options
matching,Plants,What does each part do?,Root -> takes in water|Leaf -> catches light| -> digests food
ordering,Plants,From the seed to the fruit,Seed|Bud|Flower|Fruit
cloze,Air,"A leaf’s {1:SA:=stomata} take in {1:MC:oxygen~=carbon dioxide}, {1:NM:=0.04:0.01} % of the air.",
essay,Plants,Why are leaves green?,
"""
ENCODED = base64.b64encode(png(40, 140, 60, size=160)).decode()
# A number, a number in a gap, and an essay of 4,000 to 6,000 words.
TYPED = """\
type,category,text,correct,options
numerical,Typed,How many?,1250,
cloze,Typed,"It has {1:NM:=1250} parts and {1:SA:=legs}.",,
essay,Typed,Why?,,
"""
PICTURED = rf"""
::Before::Is this the first question? {{TRUE}}
::Colour::[html]Which colour is this? <img src="data:image/png;base64,{ENCODED}" alt="A square"> {{
=Green ~Red}}
"""
PASSAGE = (
    "On the sand, nine of ten mice have pale fur; on the lava, nine of ten have dark fur. "
    "Owls hunt them at night. A mouse whose fur matches the ground is often missed.\n\n"
    "Where dark mice live longer they leave more young."
)


def main() -> None:
    app = create_app()
    migrations.upgrade(app)
    with app.app_context():
        print(json.dumps(institution()))


def institution() -> dict[str, object]:
    organization = Organization(name="Hill School", slug="hill-school")
    db.session.add(organization)
    db.session.flush()
    password_hash = passwords.hash_password(PASSWORD)
    people = [
        accounts.create_user(
            organization.id, f"{first.lower()}@school.example", password_hash, first, last, role
        )
        for first, last, role in STAFF
    ]
    db.session.commit()
    _, teacher, proctor = people
    school_class = classes.create_class(teacher, "10b")
    rosters.import_roster(school_class, ROSTER, PASSWORD)
    crowd = classes.create_class(teacher, "Everybody")
    rosters.import_roster(crowd, CROWD, PASSWORD)
    passage = Passage(organization_id=organization.id, title="Mice on sand and lava", text=PASSAGE)
    db.session.add(passage)
    db.session.flush()
    tests = {
        "short": _test(teacher, "Cells, short exam", CELLS, duration_minutes=1),
        "long": _test(teacher, "Cells and mice", CELLS + READING, passage, duration_minutes=40),
        "kinds": _test(teacher, "Plants", KINDS, duration_minutes=40),
        "kinds alone": _test(
            teacher,
            "Plants, on your own",
            KINDS,
            duration_minutes=40,
            max_attempts=50,
            feedback=Feedback.AFTER_SUBMISSION,
            is_self_paced=True,
            leaderboard=True,
        ),
        "typed": _test(teacher, "Typed answers", TYPED, duration_minutes=40, essay_words=(4000, 6000)),
        "pictured": _test(teacher, "Colours", PICTURED, duration_minutes=40),
        "guarded": _test(
            teacher,
            "Cells, nothing copied",
            CELLS,
            duration_minutes=40,
            integrity=dict.fromkeys(PAGE_RULES, True),
        ),
        "practice": _test(
            teacher,
            "Practice: cells",
            CELLS,
            duration_minutes=30,
            max_attempts=50,
            feedback=Feedback.IMMEDIATE,
            is_self_paced=True,
        ),
    }
    return {
        "arabic": seed_arabic.institution(passwords.hash_password(PASSWORD)),
        "classes": {"10b": str(school_class.id), "everybody": str(crowd.id)},
        "proctorId": str(proctor.id),
        "tests": {name: test.id for name, test in tests.items()},
    }


def _test(
    teacher: User,
    title: str,
    file: str,
    passage: Passage | None = None,
    essay_words: tuple[int, int] | None = None,
    **fields: object,
) -> Test:
    read = read_questions(file.encode(), None, "a file")
    assert not read.refused, read.refused
    questions = question_files.add_imported(teacher.organization_id, teacher.id, read.questions)
    for question in questions:
        if passage is not None and question.name in ("Mice", "Share"):
            question.passage_id = passage.id
        if essay_words and question.type == "essay":
            least, most = essay_words
            question.definition = {**question.definition, "minWords": least, "maxWords": most}
    test = catalog.create_test(teacher, {"title": title, **fields}, [question.id for question in questions])
    papers.publish(test, teacher.id)
    return test


if __name__ == "__main__":
    main()
