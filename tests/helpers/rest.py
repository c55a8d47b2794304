"""The REST interface of a running product, for the steps of a test that are not its subject."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from datetime import UTC, datetime
from typing import Any

from tests.helpers.product import Product
from tests.helpers.seed import PASSWORD
from tests.helpers.waiting import PATIENCE


class Api:
    """A user's REST client, for the steps of a browser test that are not its subject."""

    def __init__(self, url: str, email: str) -> None:
        self.url, self.token = url, ""
        self.token = self.post("/api/auth/login", email=email, password=PASSWORD)["accessToken"]

    def get(self, path: str) -> Any:
        return self._call(urllib.request.Request(self.url + path))

    def post(self, path: str, **body: object) -> Any:
        return self._send("POST", path, body)

    def put(self, path: str, **body: object) -> Any:
        return self._send("PUT", path, body)

    def patch(self, path: str, **body: object) -> Any:
        return self._send("PATCH", path, body)

    def _send(self, method: str, path: str, body: object) -> Any:
        headers = {"Content-Type": "application/json"}
        data = json.dumps(body).encode()
        return self._call(urllib.request.Request(self.url + path, data, headers, method=method))

    def _call(self, request: urllib.request.Request) -> Any:
        if self.token:
            request.add_header("Authorization", f"Bearer {self.token}")
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as reply:
                return json.load(reply)["data"]
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{request.full_url}: {error.read().decode()}") from None


class Sitting:
    """A session of a class, run by Ines over REST in tests about something else."""

    def __init__(self, product: Product, test: str, title: str, school_class: str = "10b") -> None:
        self.teacher = Api(product.url, "ines@school.example")
        planned = self.teacher.post(
            "/api/sessions",
            classId=product.institution["classes"][school_class],
            testId=product.institution["tests"][test],
            title=title,
            scheduledAt=datetime.now(UTC).isoformat(),
            proctorIds=[product.institution["proctorId"]],
        )
        self.id: str = planned["sessionId"]
        self.title = title
        base = f"{product.url}/sessions/{self.id}"
        self.exam_url, self.monitor_url, self.results_url = (
            f"{base}/{p}" for p in ("exam", "monitor", "results")
        )

    def move(self, action: str) -> None:
        self.teacher.post(f"/api/sessions/{self.id}/{action}")

    def row(self, first_name: str) -> dict[str, Any]:
        """The student's row in the dashboard's snapshot."""
        students = self.teacher.get(f"/api/sessions/{self.id}/monitor")["students"]
        return next(row for row in students if row["firstName"] == first_name)
