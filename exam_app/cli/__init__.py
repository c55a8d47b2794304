"""The flask commands. `register` adds them to the app; a command's module is imported when it runs."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click
from flask import Flask


class LazyCommand(click.Command):
    """A proxy for a command in another module, so that other commands do not import its dependencies.

    :param target: `module:name` of the command.
    """

    def __init__(self, name: str, target: str, short_help: str) -> None:
        super().__init__(name, short_help=short_help)
        self._target = target

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        return self.load().make_context(info_name, args, parent, **extra)

    def load(self) -> click.Command:
        module, _, name = self._target.partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command


COMMANDS = (
    LazyCommand(
        "up", "exam_app.cli.up:up", "Run everything: engines, migrations, web, worker, mailer, clock."
    ),
    LazyCommand("init", "exam_app.cli.institution:init", "Create an institution and its administrator."),
    LazyCommand("doctor", "exam_app.cli.doctor:doctor", "Check the installation before an exam day."),
    LazyCommand("fsck", "exam_app.cli.fsck:fsck", "Compare the log of changes with what is stored."),
    LazyCommand(
        "typed-answers",
        "exam_app.cli.typed_answers:typed_answers_command",
        "List answers that would earn other points by today's comparison.",
    ),
    LazyCommand("rehearse", "exam_app.cli.rehearse:rehearse", "Rehearse a session with simulated students."),
    LazyCommand("files", "exam_app.cli.files:commands", "The files of questions."),
    LazyCommand("import", "exam_app.cli.questions:commands", "Import data from files."),
    LazyCommand("export", "exam_app.cli.questions:exports", "Export data to files for other systems."),
    LazyCommand("db", "exam_app.cli.migrations:commands", "Perform database migrations."),
)


def register(app: Flask) -> None:
    for command in COMMANDS:
        app.cli.add_command(command)
