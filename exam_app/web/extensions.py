"""The extensions of the web process, unbound."""

from __future__ import annotations

from flask_jwt_extended import JWTManager
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_talisman import Talisman

jwt = JWTManager()
limiter = Limiter(key_func=get_remote_address)
talisman = Talisman()
