"""Extension objects, unbound: nothing connects at import. `create_app` binds them."""

from __future__ import annotations

from flask_jwt_extended import JWTManager
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_migrate import Migrate
from flask_smorest import Api
from flask_socketio import SocketIO
from flask_sqlalchemy import SQLAlchemy
from flask_talisman import Talisman

db = SQLAlchemy()
migrate = Migrate()
socketio = SocketIO()
jwt = JWTManager()
limiter = Limiter(key_func=get_remote_address)
rest = Api()
talisman = Talisman()
