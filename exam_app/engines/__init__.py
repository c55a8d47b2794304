"""The two embedded servers: where they live, how they start, answer and stop. `embedded.py` says when."""

from exam_app.engines.base import Engine, EngineError
from exam_app.engines.postgres import PostgresEngine
from exam_app.engines.valkey import ValkeyEngine

__all__ = ["Engine", "EngineError", "PostgresEngine", "ValkeyEngine"]
