"""Limits of wrong passwords: guessing is slow, and nobody with the right password is locked out by others.

A guess is counted before the password is looked at, so that a hundred at once are no more than ten in a row,
and is taken back if the password was right. The numbers are reasoned in docs/decisions/0026.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from redis import RedisError

from exam_app.errors import InvalidCredentials, TooManyRequests
from exam_app.infrastructure.redis_client import redis
from exam_app.infrastructure.socketio_manager import socketio
from exam_app.infrastructure.turns import Turns

log = logging.getLogger(__name__)

FREE_GUESSES, FREE_GUESSES_IN_ALL = 10, 50
"""Wrong passwords for one account from one network, or from all, after which strangers have to wait."""
FIRST_WAIT, LONGEST_WAIT, LONGEST_WAIT_IN_ALL = 15, 300, 60
"""Seconds; each further wrong password doubles the wait."""
FREE_FAILURES, SECONDS_A_FAILURE = 30, 12
"""Wrong passwords from one network for any accounts, and the seconds after which one is forgotten."""
GUESSES_A_SECOND, LONGEST_QUEUE = 2, 20
"""Above that, the pace at which a network's passwords are checked, and the seconds that one waits at most."""
FORGOTTEN_AFTER = 3600

_AT_ONCE = Turns(2)
"""Guesses of a process that are counted and not yet checked; as many are hashed at a time."""

_ADMIT = """
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local forget = ARGV[1] * 1000
local locked = 0
for i = 2, #KEYS do
    locked = math.max(locked, (tonumber(redis.call('HGET', KEYS[i], 'until')) or 0) - now)
end
if locked > 0 then return {'locked', locked} end
local wait = 0
if KEYS[1] ~= '' then
    local free, drain, pace, longest = ARGV[2], ARGV[3] * 1000, 1000 / ARGV[4], ARGV[5] * 1000
    local seen = redis.call('HMGET', KEYS[1], 'level', 'at', 'next')
    local level = math.max(0, (tonumber(seen[1]) or 0) - (now - (tonumber(seen[2]) or now)) / drain)
    if level + 1 <= tonumber(free) then
        level = level + 1
    else
        wait = math.max(0, (tonumber(seen[3]) or 0) - now)
        if wait > longest then return {'busy', wait - longest} end
        redis.call('HSET', KEYS[1], 'next', now + wait + pace)
    end
    redis.call('HSET', KEYS[1], 'level', tostring(level), 'at', now)
    redis.call('PEXPIRE', KEYS[1], forget)
end
for i = 2, #KEYS do
    local free, first, most = ARGV[3 * i], ARGV[3 * i + 1] * 1000, ARGV[3 * i + 2] * 1000
    local count = redis.call('HINCRBY', KEYS[i], 'count', 1)
    if count >= tonumber(free) then
        redis.call('HSET', KEYS[i], 'until', now + math.min(most, first * 2 ^ math.min(count - free, 20)))
    end
    redis.call('PEXPIRE', KEYS[i], forget)
end
return {'admitted', wait}
"""
"""KEYS: the network, or '' for a known device, and the counters of the account; ARGV: the numbers above."""

_TAKE_BACK = """
redis.call('DEL', KEYS[2])
if KEYS[3] and redis.call('EXISTS', KEYS[3]) == 1 then
    redis.call('HINCRBY', KEYS[3], 'count', -1)
    redis.call('HDEL', KEYS[3], 'until')
end
if KEYS[1] ~= '' and redis.call('EXISTS', KEYS[1]) == 1 then
    local back = 1
    if ARGV[1] ~= '' then
        back = 1 + redis.call('SADD', KEYS[1] .. ':in', ARGV[1])
        redis.call('EXPIRE', KEYS[1] .. ':in', ARGV[2])
    end
    local level = tonumber(redis.call('HGET', KEYS[1], 'level')) or 0
    redis.call('HSET', KEYS[1], 'level', tostring(math.max(0, level - back)))
end
return 1
"""
"""An account that signs in for the first time in an hour takes one more failure off its network: in a school
where a thousand sign in, fifty who mistype are no attack. Who owns few accounts gains little by it."""


@dataclass(frozen=True)
class Guess:
    """A password for `account` (its cleaned email) from `client_ip`.

    `device` names a browser that has signed in to this account before; None: a stranger.
    """

    account: str
    client_ip: str | None
    device: str | None = None

    @property
    def network(self) -> str:
        return _network_of(self.client_ip)


def _network_of(client_ip: str | None) -> str:
    """The IPv4 address, or the /64 network that one subscriber has in IPv6."""
    try:
        address = ip_address(client_ip or "")
    except ValueError:
        return "unknown"
    if not isinstance(address, IPv6Address):
        return str(address)
    return str(address.ipv4_mapped or IPv6Address(int(address) >> 64 << 64))


@contextmanager
def admitted(guess: Guess) -> Iterator[None]:
    """Check a password inside of this; waits if there were many wrong ones from the network.

    `InvalidCredentials` from inside counts as a wrong password; without it, the guess is taken back.

    :raises TooManyRequests: nothing is checked now; `retry_after` says when to come again.
    """
    with _AT_ONCE:
        keys, wait = _admit(guess)
        if not wait:
            with _counting(keys, guess):
                yield
            return
    socketio.sleep(wait)
    with _AT_ONCE, _counting(keys, guess):
        yield


@contextmanager
def _counting(keys: list[str], guess: Guess) -> Iterator[None]:
    try:
        yield
    except InvalidCredentials:
        raise
    except BaseException:
        _take_back(keys, None)
        raise
    _take_back(keys, guess)


def _admit(guess: Guess) -> tuple[list[str], float]:
    """The counters that have the guess, and the seconds until it may be made."""
    account = _hashed(guess.account)
    if guess.device is not None:
        keys = ["", f"signin:device:{account}:{_hashed(guess.device)}"]
        if (verdict := _ask(keys))[0] == "admitted":
            return keys, 0
    keys = [
        f"signin:net:{guess.network}",
        f"signin:account:{account}:{guess.network}",
        f"signin:all:{account}",
    ]
    verdict = _ask(keys)
    if verdict[0] == "locked":
        raise _refusal("Too many wrong passwords for this account.", verdict[1])
    if verdict[0] == "busy":
        raise _refusal("Too many wrong passwords from this network.", verdict[1])
    return keys, verdict[1]


def _refusal(cause: str, wait: float) -> TooManyRequests:
    seconds = max(1, int(wait + 0.999))
    return TooManyRequests(
        f"{cause} Wait {_spoken(seconds)}, then try again. "
        "A browser in which you have signed in before does not have to wait.",
        {"retryAfter": seconds},
        retry_after=seconds,
    )


def _spoken(seconds: int) -> str:
    if seconds < 90:
        return "1 second" if seconds == 1 else f"{seconds} seconds"
    return f"{-(-seconds // 60)} minutes"


def _ask(keys: list[str]) -> tuple[str, float]:
    numbers = [FORGOTTEN_AFTER, FREE_FAILURES, SECONDS_A_FAILURE, GUESSES_A_SECOND, LONGEST_QUEUE]
    numbers += [FREE_GUESSES, FIRST_WAIT, LONGEST_WAIT, FREE_GUESSES_IN_ALL, FIRST_WAIT, LONGEST_WAIT_IN_ALL]
    try:
        verdict, wait = redis().register_script(_ADMIT)(keys, numbers)
    except RedisError as error:
        log.warning("wrong passwords are counted in this process only, Redis is unreachable: %s", error)
        return _ask_here(keys)
    return verdict.decode(), int(wait) / 1000


def _take_back(keys: list[str], succeeded: Guess | None) -> None:
    account = _hashed(succeeded.account) if succeeded else ""
    try:
        redis().register_script(_TAKE_BACK)(keys, [account, FORGOTTEN_AFTER])
    except RedisError:
        _here.storage.clear(_PER_ACCOUNT.key_for(keys[1]))


# --- without Redis ------------------------------------------------------------------------------

_here = MovingWindowRateLimiter(MemoryStorage())
_PER_ACCOUNT = parse(f"{FREE_GUESSES} per minute")
_PER_NETWORK = parse(f"{GUESSES_A_SECOND * 60} per minute")


def _ask_here(keys: list[str]) -> tuple[str, float]:
    """The same in coarse: users must still be able to sign in, and guessing must stay slow."""
    for verdict, limit, key in (("busy", _PER_NETWORK, keys[0]), ("locked", _PER_ACCOUNT, keys[1])):
        if key and not _here.hit(limit, key):
            return verdict, 60 if verdict == "locked" else 1
    return "admitted", 0


def _hashed(text: str) -> str:
    """Of any text, a short key; Redis gets to see no addresses."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]
