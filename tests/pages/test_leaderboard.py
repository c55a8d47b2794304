"""The page of a leaderboard: a teacher enables it, a student joins and leaves."""

from __future__ import annotations

from types import SimpleNamespace

from flask import Flask

from tests.factories import TestFactory
from tests.helpers.pages import PageClient
from tests.helpers.results import graded


def test_from_closed_to_listed_to_closed(app: Flask, cast: SimpleNamespace) -> None:
    quiz = TestFactory(author=cast.ines, practice=True, published=True)
    attempt = graded("true_false", student=cast.carl, test=quiz)
    path, result = f"/tests/{quiz.id}/leaderboard", f"/attempts/{attempt.id}/result"
    carl, ines = PageClient(app, cast.carl), PageClient(app, cast.ines)
    assert carl.get(path).status_code == 404
    assert path not in carl.get(result).text
    assert path in ines.get(f"/tests/{quiz.id}/statistics").text
    assert "The leaderboard is closed" in ines.get(path).words
    assert "The leaderboard is open: students can join it." in ines.post(path, open="1").words
    assert path in carl.get(result).text
    assert "Nobody is listed yet." in carl.get(path).words
    refused = carl.post(path, name="---")
    assert refused.status_code == 422
    assert "Enter a name with at least one letter or digit." in refused.words
    listed = carl.post(path, name="<b>Owl</b>")
    assert "1 <b>Owl</b> You 20 %" in listed.words
    assert "Nobody is listed yet." in carl.post(path, leave="1").words
    assert "The leaderboard is closed" in ines.post(path).words
    assert carl.post(path, name="Owl").status_code == 404
