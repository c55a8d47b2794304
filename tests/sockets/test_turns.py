"""So many at a time, and the others in the order in which they came."""

from __future__ import annotations

import threading
import time

from exam_app.sockets.turns import Turns


class Visitor(threading.Thread):
    """Comes, says so, and stays until it is told to go."""

    def __init__(self, turns: Turns, name: str, inside: list[str]) -> None:
        super().__init__(daemon=True)
        self.turns, self.visitor, self.inside = turns, name, inside
        self.may_go = threading.Event()

    def run(self) -> None:
        with self.turns:
            self.inside.append(self.visitor)
            self.may_go.wait(10)


def wait_for(inside: list[str], count: int) -> None:
    patience = time.monotonic() + 30
    while len(inside) < count:
        assert time.monotonic() < patience, inside
        time.sleep(0.001)


def waiting(turns: Turns, count: int) -> None:
    patience = time.monotonic() + 30
    while len(turns._waiting) < count:
        assert time.monotonic() < patience
        time.sleep(0.001)


def test_who_came_first_is_first_and_nobody_passes() -> None:
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
        visitor.join(10)
        wait_for(inside, min(number + 3, 5))
    assert inside == list("abcde")
    assert turns._free == 2


def test_a_place_is_given_up_when_something_goes_wrong() -> None:
    turns = Turns(1)
    for _ in range(2):
        try:
            with turns:
                raise ValueError
        except ValueError:
            pass
    assert turns._free == 1
