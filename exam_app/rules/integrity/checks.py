"""One small function for each rule: observations and settings in, evidence or None out.

Evidence holds JSON values: counts, and durations in whole seconds.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations
from typing import Any

from exam_app.rules.integrity.settings import Settings

Evidence = dict[str, Any]
FAST_RUN = 5
"""The answers in a row that show rapid guessing; fewer may be a lucky guess or two."""


@dataclass(frozen=True)
class Violation:
    """The page reported something of `kind` (a violation type), which lasted `seconds`."""

    kind: str
    seconds: float = 0


@dataclass(frozen=True)
class Page:
    """One connection of a student: its origin, and when it was first and last seen.

    `device` is the browser's own id, the same in all its tabs; None until it has sent one.
    """

    address: str | None
    agent: str
    device: str | None
    since: datetime
    last_seen: datetime


@dataclass(frozen=True)
class Gap:
    """Nothing was received between these two moments."""

    began_at: datetime
    ended_at: datetime


# --- what the page reports ----------------------------------------------------------------------


def tab_switches(violations: Sequence[Violation], settings: Settings) -> Evidence | None:
    return _often(violations, "tab_switch", settings["tabSwitches"])


def blurs(violations: Sequence[Violation], settings: Settings) -> Evidence | None:
    return _often(violations, "blur", settings["blurs"])


def absence(violations: Sequence[Violation], settings: Settings) -> Evidence | None:
    """One long absence from the page."""
    threshold, away = settings["absenceSeconds"], _away(violations)
    return None if threshold is None or not away or max(away) < threshold else lengths(away)


def total_absence(violations: Sequence[Violation], settings: Settings) -> Evidence | None:
    """A long absence from the page in total."""
    threshold, away = settings["totalAbsenceSeconds"], _away(violations)
    return None if threshold is None or sum(away) < threshold else lengths(away)


def fullscreen_exits(violations: Sequence[Violation], settings: Settings) -> Evidence | None:
    return _often(violations, "fullscreen_exit", settings["fullscreenExits"])


def copies(violations: Sequence[Violation], settings: Settings) -> Evidence | None:
    return _often(violations, "copy", settings["copies"])


def pastes(violations: Sequence[Violation], settings: Settings) -> Evidence | None:
    return _often(violations, "paste", settings["pastes"])


def right_clicks(violations: Sequence[Violation], settings: Settings) -> Evidence | None:
    return _often(violations, "right_click", settings["rightClicks"])


Rule = Callable[[Sequence[Violation], Settings], Evidence | None]
REPORTED: dict[str, tuple[Rule, ...]] = {
    "tab_switch": (tab_switches, absence, total_absence),
    "blur": (blurs, absence, total_absence),
    "fullscreen_exit": (fullscreen_exits,),
    "copy": (copies,),
    "paste": (pastes,),
    "right_click": (right_clicks,),
}
"""The rules that each kind of violation concerns."""


def _often(violations: Sequence[Violation], kind: str, threshold: int | None) -> Evidence | None:
    seen = [violation.seconds for violation in violations if violation.kind == kind]
    return None if threshold is None or len(seen) < threshold else lengths(seen)


def _away(violations: Sequence[Violation]) -> list[float]:
    return [violation.seconds for violation in violations if violation.kind in ("tab_switch", "blur")]


def lengths(seconds: Sequence[float]) -> Evidence:
    """The number of durations, their sum and the longest."""
    return {
        "count": len(seconds),
        "seconds": int(sum(seconds)),
        "longestSeconds": int(max(seconds, default=0)),
    }


# --- what the server sees -----------------------------------------------------------------------


def second_device(pages: Sequence[Page], settings: Settings) -> Evidence | None:
    """Two browsers or devices were open at the same time. Two tabs of one browser are one device, and a
    connection that goes silent as another opens has only moved to another network."""
    threshold = settings["secondDeviceSeconds"]
    if threshold is None:
        return None
    together = [_overlap(one, other) for one, other in combinations(pages, 2) if not _same_device(one, other)]
    longest = max(together, default=timedelta(0)).total_seconds()
    return {"seconds": int(longest)} if longest >= threshold else None


def address_changes(addresses: Iterable[str], settings: Settings) -> Evidence | None:
    """The attempt was worked on from more than one network. All addresses of an IPv6 /64 are one network:
    a device changes them by itself."""
    threshold = settings["addressChanges"]
    networks = {network_of(address) for address in addresses}
    changes = len(networks) - 1
    return {"changes": changes} if threshold is not None and changes >= threshold else None


def fast_answers(moments: Iterable[datetime], settings: Settings) -> Evidence | None:
    """Several questions in a row were answered faster than they can be read. `moments` are when each question
    was first answered."""
    threshold, in_order = settings["fastAnswerSeconds"], sorted(moments)
    runs = zip(in_order, in_order[FAST_RUN - 1 :], strict=False)
    shortest = min((last - first for first, last in runs), default=None)
    # Between n answers there are n - 1 intervals.
    if threshold is None or shortest is None or shortest >= timedelta(seconds=threshold * (FAST_RUN - 1)):
        return None
    return {"count": FAST_RUN, "seconds": int(shortest.total_seconds())}


def may_be_rapid_guessing(more: int, answered: int, since: timedelta | None, settings: Settings) -> bool:
    """Whether `fast_answers` could find something after a save: a cheap check without false negatives.

    :param more: how many questions got their first answer in this save, of `answered` in total.
    :param since: the time since the previous save, if there was one.
    """
    threshold = settings["fastAnswerSeconds"]
    if threshold is None or more < 1 or answered < FAST_RUN:
        return False
    # Several in one save were typed one after the other while the page was offline.
    return more > 1 or (since is not None and since < timedelta(seconds=threshold * (FAST_RUN - 1)))


def silence(gaps: Sequence[Gap], outages: Sequence[Gap], settings: Settings) -> Evidence | None:
    """Nothing was received from the page for long. Outages of the service do not count."""
    threshold = settings["silenceSeconds"]
    seconds = [(gap.ended_at - gap.began_at - _covered(gap, outages)).total_seconds() for gap in gaps]
    if threshold is None or not seconds or max(seconds) < threshold:
        return None
    return lengths([length for length in seconds if length > 0])


def network_of(address: str) -> str:
    """The network of a client IP: the IPv4 address itself, or the /64 of an IPv6 address."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(parsed.ipv4_mapped or ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


def _same_device(one: Page, other: Page) -> bool:
    if one.device is not None and other.device is not None:
        return one.device == other.device
    return one.agent == other.agent and one.address == other.address


def _overlap(one: Page, other: Page) -> timedelta:
    return min(one.last_seen, other.last_seen) - max(one.since, other.since)


def _covered(gap: Gap, outages: Sequence[Gap]) -> timedelta:
    """How much of `gap` lies within outages, which may overlap."""
    within = sorted(
        (max(gap.began_at, outage.began_at), min(gap.ended_at, outage.ended_at)) for outage in outages
    )
    edges = [(begin, end) for begin, end in within if begin < end]
    covered, reached = timedelta(0), gap.began_at
    for begin, end in edges:
        covered += max(timedelta(0), end - max(begin, reached))
        reached = max(reached, end)
    return covered
