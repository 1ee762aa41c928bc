"""The bracket-form decoder: what the SDKs send is read, and nothing else breaks it."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stripe._encode import _api_encode

from paydesk.api.forms import (
    BODY_BYTES_MAX,
    DEPTH_MAX,
    KEY_BYTES_MAX,
    PAIRS_MAX,
    bracketed,
    decode,
)
from paydesk.core.errors import InvalidRequest

READ = [
    ("", {}),
    ("a=1", {"a": "1"}),
    ("a", {"a": ""}),
    ("a=", {"a": ""}),
    ("a=1&&b=2&", {"a": "1", "b": "2"}),
    ("a=b=c", {"a": "b=c"}),
    ("a=1+2&b=1%2B2", {"a": "1 2", "b": "1+2"}),
    ("a=%C3%A9&b=é", {"a": "é", "b": "é"}),
    ("a=100%25&b=%zz", {"a": "100%", "b": "%zz"}),
    ("a=%2500", {"a": "%00"}),
    ("a[b]=1&a[c]=2", {"a": {"b": "1", "c": "2"}}),
    ("a%5Bb%5D=1", {"a": {"b": "1"}}),
    ("a[b][c]=1&a[b][d]=2", {"a": {"b": {"c": "1", "d": "2"}}}),
    ("a[]=1&a[]=2", {"a": ["1", "2"]}),
    ("a[0]=1&a[1]=2", {"a": {"0": "1", "1": "2"}}),
    ("a[1]=2&a[0]=1", {"a": {"1": "2", "0": "1"}}),
    ("a[0][b]=1&a[0][c]=2", {"a": {"0": {"b": "1", "c": "2"}}}),
    ("a[][b]=1&a[][c]=2&a[][b]=3", {"a": [{"b": "1", "c": "2"}, {"b": "3"}]}),
    ("a[][b][c]=1&a[][b][d]=2", {"a": [{"b": {"c": "1", "d": "2"}}]}),
    ("a[][b][c]=1&a[][b][c]=2", {"a": [{"b": {"c": "1"}}, {"b": {"c": "2"}}]}),
    ("a[b][]=1&a[b][]=2", {"a": {"b": ["1", "2"]}}),
    ("a[][]=1&a[][]=2", {"a": [["1", "2"]]}),
    ("metadata[0]=x", {"metadata": {"0": "x"}}),
    ("a.b=1&a-b=2", {"a.b": "1", "a-b": "2"}),
]  # fmt: skip


@pytest.mark.parametrize(("body", "tree"), READ, ids=[body for body, _ in READ])
def test_reads(body: str, tree: dict[str, Any]) -> None:
    assert decode(body) == tree
    assert decode(body.encode()) == tree


SHAPES = ["a=1", "a[]=1", "a[b]=1"]
TWICE = [f"{one}&{other}" for one in SHAPES for other in SHAPES if one != other] + [
    "a=1&a=2",
    "a[b]=1&a[b]=2",
    "a[b]=1&a[b][c]=2",
    "a[b][c]=1&a[b]=2",
    "a[][b]=1&a[]=2&a[c]=3",
]


@pytest.mark.parametrize("body", TWICE)
def test_a_name_has_one_shape_and_one_value(body: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        decode(body)
    assert "more than once" in refused.value.message
    assert refused.value.param is not None
    assert refused.value.param.startswith("a")


@pytest.mark.parametrize(
    "name", ["a[b", "a]b", "a[b]c", "[a]", "[", "]", "[]", "a[[b]]", "a[b]]", "a[b][", "=1", ""]
)
def test_refuses_malformed_names(name: str) -> None:
    with pytest.raises(InvalidRequest, match="Invalid parameter name"):
        decode(f"{name}=1")


@pytest.mark.parametrize(
    "body", [b"a=\xff", b"\xff=1", b"a=%FF", b"%FF=1", b"a=%C3%28", b"a=%ED%A0%80", "a=\ud800"]
)
def test_refuses_what_is_not_utf_8(body: bytes | str) -> None:
    with pytest.raises(InvalidRequest, match="not valid UTF-8"):
        decode(body)


@pytest.mark.parametrize("body", ["a=%00", "a=b\0c", "%00=1", "a[%00]=1", "a=%%00"])
def test_refuses_nul(body: str) -> None:
    with pytest.raises(InvalidRequest, match="NUL"):
        decode(body)


AT_THE_CAP = [
    "a=" + "x" * (BODY_BYTES_MAX - 2),
    "&".join(f"k{index}=v" for index in range(PAIRS_MAX)),
    "a" + "[b]" * (DEPTH_MAX - 1) + "=1",
    "k" * KEY_BYTES_MAX + "=1",
]
OVER_THE_CAP = [
    ("a=" + "x" * (BODY_BYTES_MAX - 1), "body is too large"),
    ("&".join(f"k{index}=v" for index in range(PAIRS_MAX + 1)), "too many parameters"),
    ("&" * PAIRS_MAX, "too many parameters"),
    ("a" + "[b]" * DEPTH_MAX + "=1", "nested too deep"),
    ("a" + "[]" * DEPTH_MAX + "=1", "nested too deep"),
    ("k" * (KEY_BYTES_MAX + 1) + "=1", "name is too long"),
]


@pytest.mark.parametrize("body", AT_THE_CAP, ids=["bytes", "pairs", "depth", "key"])
def test_reads_up_to_the_caps(body: str) -> None:
    assert decode(body)


@pytest.mark.parametrize(
    ("body", "message"), OVER_THE_CAP, ids=["bytes", "pairs", "empty", "depth", "lists", "key"]
)
def test_refuses_over_the_caps(body: str, message: str) -> None:
    with pytest.raises(InvalidRequest, match=message):
        decode(body)


def test_answers_never_repeat_a_long_name() -> None:
    with pytest.raises(InvalidRequest) as refused:
        decode("x" * 900 + "]=1")
    assert len(refused.value.message) < 100


@given(st.binary(max_size=400))
@settings(max_examples=300)
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    _read_or_refuse(body)


PIECES = st.sampled_from(
    ["a", "b", "0", "[", "]", "[]", "&", "=", "%", "%5B", "%FF", "+", "é", "\0"]
)


@given(st.lists(PIECES, max_size=60).map("".join))
@settings(max_examples=500)
def test_any_brackets_are_read_or_refused(body: str) -> None:
    _read_or_refuse(body)


def _read_or_refuse(body: bytes | str) -> None:
    try:
        tree = decode(body)
    except InvalidRequest:
        return
    assert all(isinstance(leaf, str) for leaf in _leaves(tree))


def _leaves(node: Any) -> list[Any]:
    if isinstance(node, dict):
        return [leaf for below in node.values() for leaf in _leaves(below)]
    if isinstance(node, list):
        return [leaf for below in node for leaf in _leaves(below)]
    return [node]


NAMES = st.text("abcxyz_", min_size=1, max_size=8)
TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)
# Stripe has no lists of booleans, and the SDK would send "True".
PARAMS = st.recursive(
    TEXTS | st.integers(),
    lambda below: (
        st.dictionaries(NAMES, below | st.booleans(), min_size=1, max_size=4)
        | st.lists(below, min_size=1, max_size=3)
    ),
    max_leaves=20,
)


@given(st.dictionaries(NAMES, PARAMS, max_size=6))
def test_reads_what_the_python_sdk_sends(params: dict[str, Any]) -> None:
    pairs = list(_api_encode(params))
    deepest = max((name.count("[") for name, _ in pairs), default=0)
    body = urlencode(pairs)
    if deepest >= DEPTH_MAX:
        with pytest.raises(InvalidRequest):
            decode(body)
    else:
        assert decode(body) == _as_sent(params)


@given(st.lists(st.tuples(NAMES, TEXTS), max_size=10, unique_by=lambda pair: pair[0]))
def test_reads_every_way_to_quote(pairs: list[tuple[str, str]]) -> None:
    assert decode(urlencode(pairs, quote_via=quote)) == dict(pairs)
    assert decode(urlencode(pairs, safe="[]")) == dict(pairs)


def _as_sent(value: Any) -> Any:
    """The tree that a decoder without a schema makes of the SDK's encoding."""
    if isinstance(value, dict):
        return {name: _as_sent(below) for name, below in value.items()}
    if isinstance(value, list):
        return {str(index): _as_sent(below) for index, below in enumerate(value)}
    return str(value).lower() if isinstance(value, bool) else str(value)


def test_bracketed_is_the_senders_way_to_say_it() -> None:
    assert bracketed(("line_items", 0, "price_data")) == "line_items[0][price_data]"
    assert bracketed(()) == ""
