"""The database, unbound: nothing connects at import. `create_app` binds it.

What only some processes need is elsewhere: Socket.IO in `infrastructure/socketio_manager.py`, and the
extensions for HTTP in `web/extensions.py`.
"""

from __future__ import annotations

from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()
