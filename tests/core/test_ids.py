"""Ids: they sort by time, are as long as Stripe's, and can't be guessed."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paydesk.core.ids import (
    ALPHABET,
    BITS_PER_CHARACTER,
    RANDOM_LENGTH,
    SECRET_LENGTH,
    SESSION_RANDOM_LENGTH,
    TIME_LENGTH,
    account_id,
    base62,
    new_id,
    new_session_id,
    page_key,
    random_text,
    time_of,
)

NOW_US = 1_750_000_000_000_000
END_OF_TIME_US = 62**TIME_LENGTH - 1
times = st.integers(0, END_OF_TIME_US)


def lowest(count: int) -> bytes:
    return b"\x00" * count


def always(given: bytes | bytearray) -> Callable[[int], bytes]:
    return lambda _: bytes(given)


def highest(count: int) -> bytes:
    return b"\xff" * count


@pytest.mark.parametrize(
    ("number", "length", "text"),
    [
        (0, 1, "0"),
        (61, 1, "z"),
        (62, 2, "10"),
        (62, 4, "0010"),
        (62**3 - 1, 3, "zzz"),
        (62, 1, "0"),
    ],
)
def test_base_62_counts_in_ascii_order(number: int, length: int, text: str) -> None:
    assert base62(number, length) == text


def test_the_alphabet_is_in_ascii_order() -> None:
    assert list(ALPHABET) == sorted(set(ALPHABET))
    assert len(ALPHABET) == 62


@given(times, times)
def test_ids_sort_as_their_times_do(one: int, other: int) -> None:
    earlier, later = sorted((one, other))
    first, second = new_id("li", earlier, highest), new_id("li", later, lowest)
    assert (first < second) == (earlier < later)


@given(times, times)
def test_session_ids_sort_as_their_times_do(one: int, other: int) -> None:
    earlier, later = sorted((one, other))
    first, second = new_session_id(earlier, highest), new_session_id(later, lowest)
    assert (first < second) == (earlier < later)


def test_time_fits_its_characters_for_centuries() -> None:
    year_2300_us = 10_413_792_000 * 1_000_000
    assert year_2300_us < END_OF_TIME_US


def test_an_ordinary_id_is_a_prefix_and_24_characters() -> None:
    prefix, _, rest = new_id("price", NOW_US, random.Random(1).randbytes).partition("_")
    assert prefix == "price"
    assert len(rest) == TIME_LENGTH + RANDOM_LENGTH == 24
    assert set(rest) <= set(ALPHABET)


def test_a_session_id_is_as_long_as_stripes() -> None:
    id = new_session_id(NOW_US, random.Random(1).randbytes)
    head, tail = id[:10], id[10:]
    assert head == "cs_test_a1"
    assert len(tail) == 56
    assert len(id) == 66, "what Stripe's own clients allow for"
    assert set(tail) <= set(ALPHABET)


def test_a_session_id_has_256_bits_besides_its_time() -> None:
    assert BITS_PER_CHARACTER * SESSION_RANDOM_LENGTH >= 256
    assert TIME_LENGTH + SESSION_RANDOM_LENGTH == 56


def test_two_ids_of_one_moment_differ_by_their_randomness() -> None:
    source = random.Random(2).randbytes
    ids = {new_id("evt", NOW_US, source) for _ in range(1_000)}
    assert len(ids) == 1_000
    assert len({id[: len("evt_") + TIME_LENGTH] for id in ids}) == 1


@pytest.mark.parametrize("length", [1, RANDOM_LENGTH, SECRET_LENGTH, SESSION_RANDOM_LENGTH])
def test_each_character_has_a_random_byte_of_its_own(length: int) -> None:
    zeros = random_text(bytes, length)
    for place in range(length):
        bytes_with_a_one = bytearray(length)
        bytes_with_a_one[place] = 1
        text = random_text(always(bytes_with_a_one), length)
        assert [at for at in range(length) if text[at] != zeros[at]] == [place]


def test_no_character_is_likelier_than_its_bits_say() -> None:
    every_byte = bytes(range(256))
    seen = Counter(random_text(lambda count: every_byte, 256))
    assert set(seen) == set(ALPHABET)
    assert -math.log2(max(seen.values()) / 256) >= BITS_PER_CHARACTER


def test_a_secret_and_a_publishable_key_of_one_pair_share_the_account() -> None:
    assert account_id("sk_test_shop") == account_id("pk_test_shop")


def test_another_key_is_another_account() -> None:
    keys = [f"sk_test_shop{number}" for number in range(1_000)]
    assert len({account_id(key) for key in keys}) == 1_000


def test_an_account_id_is_as_long_as_stripes() -> None:
    prefix, _, rest = account_id("sk_test_shop").partition("_")
    assert prefix == "acct"
    assert len(rest) == 16
    assert set(rest) <= set(ALPHABET)


def test_an_account_id_does_not_tell_the_key() -> None:
    assert "shop" not in account_id("sk_test_shop")


@pytest.mark.parametrize("key", ["", "sk_test_", "sk_live_shop", "shop"])
def test_a_key_of_another_form_has_no_account(key: str) -> None:
    with pytest.raises(ValueError, match="sk_test_X"):
        account_id(key)


def test_the_key_of_our_own_pages_leads_to_its_account_and_not_to_the_secret_key() -> None:
    account = account_id("sk_test_shop")
    assert account_id(page_key(account)) == account
    assert "shop" not in page_key(account)


@given(times)
def test_an_id_tells_when_it_was_made(now_us: int) -> None:
    assert time_of(new_id("evt", now_us, lowest)) == now_us
    assert time_of(new_session_id(now_us, highest)) == now_us


@pytest.mark.parametrize("foreign", ["", "evt_", "evt_1", "acct_short", "cs_test_a1"])
def test_no_time_is_read_from_what_has_none(foreign: str) -> None:
    with pytest.raises(ValueError, match="does not begin with time"):
        time_of(foreign)
