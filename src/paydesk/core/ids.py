"""Object ids: a prefix, nine characters of time, then randomness.

The time comes first so that new rows land at the end of every index; what a reader may learn
from it (when the object was made) stands in the object's `created` anyway.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import lru_cache

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
"""Base 62 in ASCII order, so that ids sort as their times do."""

_PAIRS = [first + second for first in ALPHABET for second in ALPHABET]
_TWO, _FOUR = 62**2, 62**4

TIME_LENGTH = 9
"""Microseconds in base 62 stay nine characters long until the year 2398."""
TIME_MAX_US = len(ALPHABET) ** TIME_LENGTH - 1

BITS_PER_CHARACTER = 5.67
"""What a random character is worth at least: `random_text` tells why it is not log2(62), 5.95."""

RANDOM_LENGTH = 15
"""Characters of randomness in an ordinary id: 85 bits."""

SESSION_RANDOM_LENGTH = 47
"""A session's id opens its page, so it is a secret of its own: 266 bits."""

SECRET_LENGTH = 32
"""Characters of randomness in a secret: 181 bits."""

_CHARACTER_OF_BYTE = bytes(ord(ALPHABET[byte % len(ALPHABET)]) for byte in range(256))

SESSION_PREFIX = "cs_test_a1"

Random = Callable[[int], bytes]
"""Gives that many random bytes; `secrets.token_bytes` outside the tests."""


def base62(number: int, length: int) -> str:
    """`number` modulo 62**length, in exactly `length` characters."""
    pairs = []
    for _ in range((length + 1) // 2):
        number, digits = divmod(number, _TWO)
        pairs.append(_PAIRS[digits])
    return "".join(reversed(pairs))[-length:]


def random_text(random: Random, length: int) -> str:
    """`length` characters of base 62, one for each random byte.

    Eight characters belong to five byte values and the others to four, so that a guesser's best
    chance per character is 5/256. One table look-up makes the text: ids are made for every row.
    """
    return random(length).translate(_CHARACTER_OF_BYTE).decode("ascii")


def _time_text(now_us: int) -> str:
    high, low = divmod(now_us, _FOUR)
    first, last = divmod(low, _TWO)
    return _seconds_text(high) + _PAIRS[first] + _PAIRS[last]


@lru_cache(maxsize=8)
def _seconds_text(high: int) -> str:
    """The part of the time that stays the same for fifteen seconds."""
    return base62(high, TIME_LENGTH - 4)


def new_id(prefix: str, now_us: int, random: Random) -> str:
    """An id such as ``price_0PsVJ2k…``; `now_us` is Unix time in microseconds."""
    return id_of(prefix, now_us, random_text(random, RANDOM_LENGTH))


def id_of(prefix: str, now_us: int, tail: str) -> str:
    """The same from random characters that are there already."""
    return f"{prefix}_{_time_text(now_us)}{tail}"


def new_session_id(now_us: int, random: Random) -> str:
    """``cs_test_a1`` and 56 characters, as Stripe's have."""
    tail = _time_text(now_us) + random_text(random, SESSION_RANDOM_LENGTH)
    return f"{SESSION_PREFIX}{tail}"


def first_id(prefix: str, second: int) -> str:
    """Not an id, but what stands before every id of `prefix` (``evt_``) made from a second on."""
    return prefix + _time_text(max(0, min(second * 1_000_000, TIME_MAX_US)))


def without_prefix(id: str) -> str:
    """The time and randomness of an id such as ``ch_…``."""
    return id.rpartition("_")[2]


def time_of(id: str) -> int:
    """When an id was made, in Unix microseconds. Raises ValueError for one that is not ours."""
    text = id.removeprefix(SESSION_PREFIX).rpartition("_")[2][:TIME_LENGTH]
    if len(text) != TIME_LENGTH:
        raise ValueError(f"{id} does not begin with time")
    number = 0
    for character in text:
        number = number * len(ALPHABET) + ALPHABET.index(character)
    return number


PAGE_KEY_PREFIX = "pk_test_acct_"


def page_key(account: str) -> str:
    """A publishable key for Paydesk's own pages.

    Unlike ``pk_test_X`` it doesn't tell strangers what the secret key is.
    """
    return f"pk_test_{account}"


@lru_cache(maxsize=4_096)
def account_id(key: str) -> str:
    """The account that a sandbox key belongs to: ``sk_test_X`` and ``pk_test_X`` share it.

    Raises ValueError for a key of any other form: two of those must not share an account.
    """
    seed = key.partition("_test_")[2]
    if not seed:
        raise ValueError("only a key such as sk_test_X has an account of its own")
    if key.startswith(PAGE_KEY_PREFIX):
        return seed
    digest = hashlib.sha256(seed.encode()).digest()
    return f"acct_1{base62(int.from_bytes(digest), 15)}"
