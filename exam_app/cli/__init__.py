"""The flask commands. `register` adds them to the app."""

from __future__ import annotations

from flask import Flask

from exam_app.cli import files, questions
from exam_app.cli.doctor import doctor
from exam_app.cli.fsck import fsck
from exam_app.cli.institution import init
from exam_app.cli.rehearse import rehearse
from exam_app.cli.up import up


def register(app: Flask) -> None:
    # A plain click command: it starts the engines itself, so no app context may be pushed before.
    app.cli.add_command(up)
    app.cli.add_command(init)
    app.cli.add_command(doctor)
    app.cli.add_command(fsck)
    app.cli.add_command(rehearse)
    app.cli.add_command(files.commands)
    app.cli.add_command(questions.commands)
    app.cli.add_command(questions.exports)
