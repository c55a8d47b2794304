"""A fair semaphore: limited concurrency, in first-in, first-out order."""

from __future__ import annotations

import threading

from exam_app.infrastructure.turns import Turns
from tests.helpers.waiting import PATIENCE, until


class Visitor(threading.Thread):
    """Enters, records it, and stays until it may leave."""

    def __init__(self, turns: Turns, name: str, inside: list[str]) -> None:
        super().__init__(daemon=True)
        self.turns, self.visitor, self.inside = turns, name, inside
        self.may_go = threading.Event()

    def run(self) -> None:
        with self.turns:
            self.inside.append(self.visitor)
            self.may_go.wait(PATIENCE)


def wait_for(inside: list[str], count: int) -> None:
    until(lambda: len(inside) >= count, f"{count} are inside", every=0.001, seen=lambda: inside)


def waiting(turns: Turns, count: int) -> None:
    until(lambda: turns.waiting == count, f"{count} wait", every=0.001)


def are_free(turns: Turns, places: int) -> None:
    """So many can enter at once, and the next one waits."""
    inside: list[str] = []
    visitors = [Visitor(turns, str(number), inside) for number in range(places + 1)]
    for visitor in visitors:
        visitor.start()
    wait_for(inside, places)
    waiting(turns, 1)
    assert len(inside) == places
    for visitor in visitors:
        visitor.may_go.set()
        visitor.join(PATIENCE)


def test_turns_are_first_in_first_out() -> None:
    turns, inside = Turns(2), list[str]()
    visitors = [Visitor(turns, name, inside) for name in "abcde"]
    for number, visitor in enumerate(visitors):
        visitor.start()
        if number < 2:
            wait_for(inside, number + 1)
        else:
            waiting(turns, number - 1)
    assert inside == ["a", "b"]
    for number, visitor in enumerate(visitors):
        visitor.may_go.set()
        visitor.join(PATIENCE)
        wait_for(inside, min(number + 3, 5))
    assert inside == list("abcde")
    are_free(turns, 2)


def test_a_failed_turn_releases_its_place() -> None:
    turns = Turns(1)
    for _ in range(2):
        try:
            with turns:
                raise ValueError
        except ValueError:
            pass
    are_free(turns, 1)
