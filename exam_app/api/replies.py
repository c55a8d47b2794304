"""The envelope around what endpoints return."""

from __future__ import annotations

from typing import Any


def ok(data: Any = None, message: str | None = None) -> dict[str, Any]:
    return {"success": True, "data": data, "message": message}


def pagination(page: int, limit: int, total: int) -> dict[str, Any]:
    pages = max(1, -(-total // limit))
    return {
        "currentPage": page,
        "totalPages": pages,
        "total": total,
        "hasNext": page < pages,
        "hasPrev": page > 1,
    }
