"""Every endpoint of the API: which roles may call it, and a valid body for it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from tests.factories import DEFINITIONS, PASSWORD, RIGHT, BranchFactory, CourseFactory, RegradeFactory
from tests.helpers.answers import change, questions
from tests.helpers.bundles import inside, sealed

STUDENT, PROCTOR, INSTRUCTOR, ADMIN = "student", "proctor", "instructor", "admin"
EVERYBODY = {STUDENT, PROCTOR, INSTRUCTOR, ADMIN}
STAFF = {PROCTOR, INSTRUCTOR, ADMIN}
TEACHERS = {INSTRUCTOR, ADMIN}


@dataclass(frozen=True)
class Route:
    """`path` has the names of ids in braces; `body` is the name of a function below."""

    method: str
    path: str
    roles: frozenset[str]
    body: str | None = None

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def _route(line: str, roles: set[str], body: str | None = None) -> Route:
    method, path = line.split()
    return Route(method, path, frozenset(roles), body)


ROUTES = [
    _route("POST /api/auth/logout", EVERYBODY),
    _route("GET /api/auth/me", EVERYBODY),
    _route("GET /api/notifications", EVERYBODY),
    _route("POST /api/notifications/{notification}/read", EVERYBODY),
    _route("GET /api/users/me/notification-preferences", EVERYBODY),
    _route("PUT /api/users/me/notification-preferences", EVERYBODY, "preferences"),
    _route("POST /api/users", {ADMIN}, "person"),
    _route("GET /api/users", {ADMIN}),
    _route("GET /api/users/{person}", {ADMIN}),
    _route("PUT /api/users/{person}", {ADMIN}, "person_change"),
    _route("DELETE /api/users/{person}", {ADMIN}),
    _route("GET /api/users/{student}/progress", EVERYBODY),
    _route("GET /api/users/{student}/accommodation", TEACHERS),
    _route("PUT /api/users/{student}/accommodation", TEACHERS, "accommodation"),
    _route("PUT /api/classes/{school_class}/accommodation", TEACHERS, "accommodation"),
    *(
        _route(f"{method} /api/sessions/{{session}}/accommodations/{{student}}", TEACHERS, body)
        for method, body in {"GET": None, "PUT": "accommodation", "DELETE": None}.items()
    ),
    _route("GET /api/late-answers", TEACHERS),
    _route("POST /api/late-answers/decide", TEACHERS, "verdict"),
    _route("POST /api/late-answers/bundle/inspect", TEACHERS, "bundle"),
    _route("POST /api/late-answers/bundle", TEACHERS, "bundle"),
    _route("GET /api/branches", {ADMIN}),
    _route("POST /api/branches", {ADMIN}, "branch"),
    _route("GET /api/branches/{branch}", {ADMIN}),
    _route("PUT /api/branches/{branch}", {ADMIN}, "branch"),
    _route("DELETE /api/branches/{branch}", {ADMIN}),
    _route("GET /api/courses", STAFF),
    _route("POST /api/courses", TEACHERS, "course"),
    _route("GET /api/courses/{course}", STAFF),
    _route("PUT /api/courses/{course}", TEACHERS, "course_change"),
    _route("DELETE /api/courses/{course}", TEACHERS),
    _route("POST /api/questions", TEACHERS, "question"),
    _route("GET /api/questions", TEACHERS),
    _route("GET /api/questions/{question}", TEACHERS),
    _route("POST /api/tests", TEACHERS, "test"),
    _route("GET /api/tests", TEACHERS),
    _route("GET /api/tests/{test}", TEACHERS),
    _route("PUT /api/tests/{test}", TEACHERS, "test"),
    _route("GET /api/tests/{test}/export", TEACHERS),
    _route("POST /api/tests/{test}/publish", TEACHERS),
    _route("POST /api/tests/{test}/activate", TEACHERS),
    _route("POST /api/tests/{test}/deactivate", TEACHERS),
    _route("GET /api/tests/{test}/statistics", TEACHERS),
    _route("GET /api/tests/{test}/leaderboard", {STUDENT, INSTRUCTOR, ADMIN}),
    _route("PUT /api/tests/{test}/leaderboard/entry", {STUDENT}, "leaderboard_entry"),
    _route("DELETE /api/tests/{test}/leaderboard/entry", {STUDENT}),
    _route("GET /api/tests/{test}/eligibility", {STUDENT}),
    _route("POST /api/classes", TEACHERS, "school_class"),
    _route("GET /api/classes", TEACHERS),
    _route("GET /api/classes/{school_class}", TEACHERS),
    _route("PUT /api/classes/{school_class}", TEACHERS, "class_change"),
    _route("DELETE /api/classes/{school_class}", TEACHERS),
    _route("POST /api/classes/{school_class}/students", TEACHERS, "enrolment"),
    _route("DELETE /api/classes/{school_class}/students/{student}", TEACHERS),
    _route("POST /api/classes/{school_class}/roster", TEACHERS, "roster"),
    _route("POST /api/sessions", TEACHERS, "session"),
    _route("GET /api/sessions", STAFF),
    _route("GET /api/sessions/my-sessions", {STUDENT}),
    _route("GET /api/sessions/{session}", EVERYBODY),
    _route("PUT /api/sessions/{session}", TEACHERS, "session_change"),
    _route("DELETE /api/sessions/{session}", TEACHERS),
    _route("POST /api/sessions/{session}/start-waiting", STAFF),
    _route("POST /api/sessions/{session}/start", STAFF),
    _route("POST /api/sessions/{session}/complete", STAFF),
    _route("GET /api/sessions/{session}/monitor", STAFF),
    _route("GET /api/sessions/{session}/results", STAFF),
    _route("GET /api/sessions/{session}/stats", STAFF),
    _route("GET /api/sessions/{session}/report", STAFF),
    _route("GET /api/sessions/{session}/statistics", TEACHERS),
    _route("POST /api/sessions/{session}/release", TEACHERS),
    _route("POST /api/attempts/start", {STUDENT}, "start"),
    _route("GET /api/attempts/{attempt}", EVERYBODY),
    _route("GET /api/attempts/{attempt}/sync", {STUDENT}),
    _route("POST /api/attempts/{attempt}/sync", {STUDENT}, "synchronization"),
    _route("GET /api/attempts/{attempt}/conflicts", {STUDENT}),
    _route("POST /api/attempts/{attempt}/conflicts/resolve", {STUDENT}, "resolutions"),
    _route("POST /api/attempts/{attempt}/sse-ticket", EVERYBODY),
    _route("GET /api/attempts/{attempt}/sse", EVERYBODY),
    _route("POST /api/attempts/{attempt}/answer", {STUDENT}, "answer"),
    _route("POST /api/attempts/{attempt}/answers", {STUDENT}, "answers"),
    _route("GET /api/attempts/{attempt}/progress", EVERYBODY),
    _route("PUT /api/attempts/{attempt}/progress", {STUDENT}, "progress"),
    _route("GET /api/attempts/{attempt}/navigation", EVERYBODY),
    _route("GET /api/attempts/{attempt}/status", EVERYBODY),
    _route("POST /api/attempts/{attempt}/resume", EVERYBODY, "reason"),
    _route("POST /api/attempts/{attempt}/navigate", {STUDENT}, "navigation"),
    _route("PUT /api/attempts/{attempt}/heartbeat", {STUDENT}, "heartbeat"),
    _route("POST /api/attempts/{attempt}/submit", {STUDENT}, "submission"),
    _route("GET /api/attempts/{attempt}/result", {STUDENT, INSTRUCTOR, ADMIN}),
    _route("GET /api/attempts", EVERYBODY),
    _route("GET /api/attempts/test/{test}", STAFF),
    _route("GET /api/attempts/user/{student}", EVERYBODY),
    _route("GET /api/attempts/{attempt}/details", EVERYBODY),
    _route("GET /api/attempts/{attempt}/answers", EVERYBODY),
    _route("GET /api/attempts/{attempt}/activity", STAFF),
    _route("POST /api/attempts/{attempt}/activity", {STUDENT}, "activity"),
    _route("GET /api/attempts/{attempt}/analytics", TEACHERS),
    _route("PATCH /api/attempts/{attempt}/extend-time", STAFF, "extension"),
    _route("POST /api/attempts/{attempt}/pause", STAFF, "reason"),
    _route("POST /api/attempts/{attempt}/cancel", STAFF, "reason"),
    _route("POST /api/attempts/{attempt}/force-submit", STAFF, "reason"),
    _route("POST /api/attempts/{attempt}/reset", STAFF, "reset"),
    _route("POST /api/attempts/{attempt}/reopen", STAFF, "reopening"),
    _route("PUT /api/attempts/{attempt}/score", TEACHERS, "score"),
    _route("GET /api/sessions/{session}/results.csv", TEACHERS),
    _route("GET /api/sessions/{session}/results.xlsx", TEACHERS),
    _route("GET /api/tests/{test}/results.csv", TEACHERS),
    _route("GET /api/tests/{test}/results.xlsx", TEACHERS),
    _route("POST /api/tests/{test}/corrections", TEACHERS, "correction"),
    _route("POST /api/tests/{test}/regrade", TEACHERS, "regrade"),
    _route("GET /api/tests/{test}/regrades", TEACHERS),
    _route("GET /api/regrades/{regrade}", TEACHERS),
    _route("POST /api/attempts/{attempt}/answers/{answer}/grade", TEACHERS, "mark"),
    _route("POST /api/attempts/{attempt}/answers/{answer}/settle", TEACHERS, "settlement"),
    _route("GET /api/marking", TEACHERS),
    _route("GET /api/marking/differences", TEACHERS),
    _route("GET /api/organization/grade-scale", {ADMIN}),
    _route("PUT /api/organization/grade-scale", {ADMIN}, "grade_scale"),
    _route("GET /api/organization/notification-templates", {ADMIN}),
    _route("PUT /api/organization/notification-templates", {ADMIN}, "notification_template"),
    _route("PUT /api/organization/notification-templates/language", {ADMIN}, "language"),
    _route("POST /api/organization/notification-templates/preview", {ADMIN}, "notification_template"),
    _route("POST /api/organization/notification-templates/reset", {ADMIN}, "which_template"),
    _route("GET /api/audit", {ADMIN}),
    _route("GET /api/monitoring/metrics", {ADMIN}),
]
SIGN_IN = _route("POST /api/auth/login", set(), "sign_in")


def ids_of(cast: SimpleNamespace, attempt: Any, notification_id: uuid.UUID) -> dict[str, Any]:
    """Values for the braces: ids from Ines's session, from its student Carl, and of a branch and a course."""
    return {
        "branch": BranchFactory(organization_id=cast.school.id).id,
        "course": CourseFactory(organization_id=cast.school.id).id,
        "notification": notification_id,
        "person": cast.cora.id,
        "student": cast.cora.id,
        "question": questions(attempt.test)["multiple_choice"],
        "test": attempt.test_id,
        "school_class": cast.biology.id,
        "session": attempt.session_id,
        "attempt": attempt.id,
        "regrade": RegradeFactory(test=attempt.test).id,
        "answer": uuid.uuid4(),
    }


def body_for(route: Route, cast: SimpleNamespace, attempt: Any) -> dict[str, Any]:
    """A valid body for the endpoint, with every field it knows."""
    ids = questions(attempt.test)
    one = change(
        ids["multiple_choice"],
        RIGHT["multiple_choice"],
        baseVersion=0,
        timeSpent=3,
        clientTime="2026-05-04T09:00:00.000Z",
        flagged=False,
    )
    school_class = {"name": "Biology", "description": "d", "teacherId": str(cast.ines.id)}
    template = {"kind": "result_released", "language": "de"}
    sender = {"sentAt": "2026-05-04T09:00:00.000Z", "deviceId": "laptop"}
    bodies: dict[str | None, dict[str, Any]] = {
        None: {},
        "sign_in": {"email": cast.carl.email, "password": PASSWORD},
        "person": {
            "email": "new@school.example",
            "password": "long enough",
            "firstName": "New",
            "lastName": "Person",
            "role": "student",
            "branchId": None,
        },
        "person_change": {
            "firstName": "Cora",
            "lastName": "Castle",
            "role": "student",
            "isActive": True,
            "branchId": None,
        },
        "branch": {"name": "North"},
        "course": {"title": "Biology", "branchId": None},
        "course_change": {"title": "Biology"},
        "accommodation": {"timeMultiplier": 1.25, "extraMinutes": 5, "note": "Reads slowly"},
        "verdict": {
            "answers": [{"attemptId": str(attempt.id), "questionId": ids["multiple_choice"]}],
            "accept": True,
            "reason": "The network was down",
        },
        "bundle": sealed(attempt.id, inside([one])),
        "progress": {"currentQuestionIndex": 1, "progressPercentage": 20.0, "answeredQuestions": [1]},
        "question": {
            "questionType": "short_answer",
            "questionText": "What feeds a plant?",
            "name": "Plants",
            "points": 2,
            "category": "Plants",
            "difficulty": "easy",
            "passageId": None,
            "courseId": None,
            "definition": DEFINITIONS["short_answer"],
        },
        "test": {
            "title": "A test",
            "courseId": None,
            "description": "d",
            "instructions": "i",
            "durationMinutes": 30,
            "maxAttempts": 1,
            "passPercentage": 50,
            "feedback": "after_release",
            "release": "after_close",
            "markers": 2,
            "markingTolerance": 0.5,
            "isSelfPaced": False,
            "leaderboard": True,
            "conflictStrategy": "merge",
            "disconnectPolicy": "none",
            "allowBack": True,
            "allowReview": True,
            "shuffleQuestions": False,
            "shuffleOptions": False,
            "warningMinutes": [5, 1],
            "integrity": {"preventCopy": True, "tabSwitches": 5, "silenceSeconds": None},
            "availableFrom": "2026-05-04T09:00:00Z",
            "availableUntil": "2026-06-04T09:00:00Z",
            "questionIds": [ids["true_false"]],
        },
        "school_class": {**school_class, "branchId": None},
        "class_change": school_class,
        "enrolment": {"studentId": str(cast.cora.id)},
        "roster": {"csv": f"email,first_name,last_name\n{cast.cora.email},C,C\n", "password": "long enough"},
        "session": {
            "classId": str(cast.biology.id),
            "testId": attempt.test_id,
            "title": "Final",
            "scheduledAt": "2026-05-05T09:00:00Z",
            "globalTimer": True,
            "proctorIds": [str(cast.priya.id)],
        },
        "session_change": {
            "title": "Final",
            "scheduledAt": "2026-05-05T09:00:00Z",
            "globalTimer": False,
            "proctorIds": [str(cast.priya.id)],
        },
        "start": {"sessionId": str(attempt.session_id)},
        "answer": {**one, **sender},
        "answers": {"changes": [one], **sender},
        "synchronization": {"localVersion": 0, "localChanges": [one], **sender},
        "resolutions": {
            "resolutions": [
                {
                    "questionId": ids["multiple_choice"],
                    "changeId": one["changeId"],
                    "resolution": "local",
                }
            ],
            "deviceId": "laptop",
        },
        "navigation": {"targetQuestionIndex": 1, "saveCurrentAnswer": False},
        "heartbeat": {"connectionId": "c", "seq": 1, "visible": True, "focused": True, "pending": 0},
        "activity": {"type": "tab_switch", "durationMs": 1500},
        "extension": {"additionalMinutes": 30, "reason": "A fire alarm"},
        "reason": {"reason": "A fire alarm"},
        "reopening": {"minutes": 10, "reason": "A second tap"},
        "reset": {"reason": "A broken laptop", "preserveAnswers": True},
        "grade_scale": {"grades": [{"name": "pass", "from": 50.5}, {"name": "fail", "from": 0}]},
        "preferences": {"preferences": [], "language": "de"},
        "language": {"language": "de"},
        "which_template": template,
        "notification_template": {**template, "title": "Ergebnis: {title}", "body": "Es ist da."},
        "correction": {
            "questionId": ids["true_false"],
            "definition": {"correct": False},
            "reason": "A typing error",
        },
        "leaderboard_entry": {"name": "The owl"},
        "regrade": {"dryRun": True, "reason": "A typing error"},
        "mark": {"points": 1.5, "comment": "Well argued"},
        "settlement": {"points": 1.5, "comment": "Well argued", "reason": "We met", "seen": "1.2"},
        "score": {"score": 12.5, "penalty": 1, "reason": "Question 3 was unclear"},
        "submission": {"changes": [one], **sender, "finalReview": True, "confirmSubmission": False},
    }
    return bodies[route.body]
