"""An institution whose people write Arabic and Hebrew: names, classes, questions of every type, a passage."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from exam_app.extensions import db
from exam_app.importers import read_questions
from exam_app.models import Feedback, Organization, Passage, User
from exam_app.rules.permissions import Role
from exam_app.services.authoring import catalog, papers, question_files
from exam_app.services.organizations import accounts, classes

PEOPLE = {
    "noor": ("نور", "الهدى", Role.ADMIN),
    "mohammed": ("محمد", "الأحمد", Role.INSTRUCTOR),
    "layla": ("ليلى", "حسن", Role.PROCTOR),
    "yosef": ("יוסף", "כהן", Role.STUDENT),
    "fatima": ("فاطمة", "علي", Role.STUDENT),
}
GIFT = """\
$CATEGORY: الأحياء

::النواة::ما هي وظيفة النواة؟ {=التحكم في الخلية. ~التنفس. ~C++ و Java.}
::اللغات::C++ و Java. {~%50%لغات برمجة. ~%50%C++ و Java. ~%-100%נהר}
::الغشاء::الغشاء يسمح بمرور كل شيء. {FALSE}
::أين::أين توجد المادة الوراثية؟ {=النواة}
::الكسر::كم نصف السبعة؟ {#3.5}
"""
TABLE = """\
type,category,text,options
matching,الأحياء,ماذا يفعل كل جزء؟,الجذر -> يمتص الماء.|الورقة -> C++ و Java.
ordering,الأحياء,رتب المراحل.,البذرة|C++ و Java.|الزهرة
cloze,الأحياء,"الثغور {1:SA:=ثغر} تأخذ {1:MC:الأكسجين~=الكربون} و {1:NM:=0.04:0.01} من الهواء."
"""
CRITERION = {
    "text": "الوضوح.",
    "points": "1",
    "levels": [{"text": "جيد.", "points": "1"}, {"text": "ضعيف.", "points": "0"}],
}


def institution(password_hash: str) -> dict[str, Any]:
    """:returns: the ids of the class, the proctor, a test for sessions and a self-paced one."""
    school = Organization(name="مدرسة التل.", slug="arabic")
    db.session.add(school)
    db.session.flush()
    users = {
        name: accounts.create_user(school.id, f"{name}@school.example", password_hash, first, last, role)
        for name, (first, last, role) in PEOPLE.items()
    }
    db.session.commit()
    teacher = users["mohammed"]
    group = classes.create_class(teacher, "الصف العاشر ب.", "صف العلوم.")
    for name in ("yosef", "fatima"):
        classes.enrol(group, users[name].id)
    questions = _questions(teacher)
    texts = {"instructions": "اقرأ كل سؤال جيدا.", "description": "اختبار قصير.", "duration_minutes": 40}
    alone = {
        "is_self_paced": True,
        "leaderboard": True,
        "feedback": Feedback.AFTER_SUBMISSION,
        "max_attempts": 5,
    }
    planned = catalog.create_test(teacher, {"title": "اختبار الأحياء.", **texts}, questions)
    own = catalog.create_test(teacher, {"title": "تدريب الأحياء.", **texts, **alone}, questions)
    for test in (planned, own):
        papers.publish(test, teacher.id)
    return {
        "class": str(group.id),
        "proctorId": str(users["layla"].id),
        "test": planned.id,
        "alone": own.id,
    }


def _questions(teacher: User) -> list[int]:
    passage = Passage(
        organization_id=teacher.organization_id,
        title="الفئران.",
        text="تعيش الفئران على الرمل.\n\nC++ و Java.",
    )
    db.session.add(passage)
    db.session.flush()
    ids = []
    for data, filename in ((GIFT, "a.gift"), (TABLE, "a.csv")):
        read = read_questions(data.encode(), None, filename)
        assert not read.refused, read.refused
        added = question_files.add_imported(teacher.organization_id, teacher.id, read.questions)
        ids += [question.id for question in added]
        if not filename.endswith("csv"):
            added[0].passage_id = passage.id
    essay = {
        "type": "essay",
        "name": "مقال",
        "text": "لماذا الأوراق خضراء؟",
        "category": "الأحياء",
        "points": Decimal(1),
        "definition": {"rubric": [CRITERION], "graderNotes": "اليخضور."},
    }
    return [*ids, catalog.create_question(teacher.organization_id, teacher.id, essay).id]
