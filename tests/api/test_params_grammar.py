"""Stripe's scalar types: what they take, and the exact words of what they refuse."""

from __future__ import annotations

import contextlib
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paydesk.api.params.formats import CountryCode, CurrencyCode, Images, Mail, Web, WebOrApp
from paydesk.api.params.grammar import (
    ARRAY_ITEMS_MAX,
    Array,
    Decimal,
    Emptyable,
    Enum,
    Flag,
    Id,
    Integer,
    Metadata,
    MetadataChanges,
    Noted,
    NotOn,
    NotYet,
    Params,
    Text,
    UnixTime,
    validate,
)
from paydesk.core.errors import InvalidRequest
from tests.api.refusals import Refusal, read, refusal


class Inner(Params):
    must: Id
    may: Id | None = None


class Sample(Params):
    whole: Annotated[int, Integer(minimum=1, maximum=100)] | None = None
    any_whole: Annotated[int, Integer()] | None = None
    flag: Flag | None = None
    decimal: Decimal | None = None
    text: Annotated[str, Text(5)] | None = None
    long_text: Annotated[str, Text(40)] | None = None
    name: Annotated[str, Text(visible=True)] | None = None
    word: Annotated[str, Enum(("a", "b", "c"), unsupported=frozenset({"c"}))] | None = None
    two: Annotated[str, Enum(("a", "b"))] | None = None
    when: UnixTime | None = None
    url: Web | None = None
    app_url: WebOrApp | None = None
    email: Mail | None = None
    currency: CurrencyCode | None = None
    country: CountryCode | None = None
    metadata: Metadata | None = None
    changes: Emptyable[MetadataChanges] = None
    images: Images = ()
    list: Annotated[tuple[Id, ...], Array()] = ()
    inner: Inner | None = None
    inners: Annotated[tuple[Inner, ...], Array()] = ()
    emptyable: Emptyable[Id] = None
    not_yet: NotYet = None
    not_on: NotOn = None
    noted: Noted = None


INTEGER, EMPTY = "parameter_invalid_integer", "parameter_invalid_empty"
UNSUPPORTED = "parameter_unsupported"

REFUSED: list[tuple[str, str, str | None, str]] = [
    ("whole", "0", INTEGER, "This value must be greater than or equal to 1."),
    ("whole", "101", INTEGER, "This value must be less than or equal to 100."),
    ("whole", "x", INTEGER, "Invalid integer: x"),
    ("any_whole", "1" * 16, INTEGER, f"Invalid integer: {'1' * 16}"),
    ("flag", "TRUE", None, "Invalid boolean: TRUE"),
    ("flag", "1", None, "Invalid boolean: 1"),
    ("decimal", "1.1234567890123", None,
     "Invalid decimal: 1.1234567890123; must contain at maximum 12 decimal places."),
    ("text", "123456", None, "Invalid string: 123456; must be at most 5 characters"),
    ("long_text", "Lottery Regulations and more of the exciting line", None,
     "Invalid string: Lottery Re...iting line; must be at most 40 characters"),
    ("name", "  ", "parameter_invalid_string_blank",
     "The value of 'name' must hold at least one character that is not a space."),
    ("word", "d", None, "Invalid word: must be one of a, b, or c"),
    ("two", "d", None, "Invalid two: must be one of a or b"),
    ("word", "c", UNSUPPORTED, "Paydesk doesn't support `word=c` yet."),
    ("when", "2026-01-01", None,
     "Invalid timestamp: 2026-01-01; must be an integer Unix timestamp"),
    ("when", "-1", None, "Invalid timestamp: -1; must be an integer Unix timestamp"),
    ("when", "1700000000000", None,
     "Invalid timestamp: 1700000000000; must be an integer Unix timestamp"),
    ("url", "/thanks", "url_invalid",
     "Invalid URL: An explicit scheme (such as https) must be provided."),
    ("email", "buyer", "email_invalid", "Invalid email address: buyer"),
    ("currency", "xyz", None,
     ("Invalid currency: xyz. Stripe currently supports these currencies: aed, afn, all, amd, ang, "
      "aoa, ars, aud, awg, azn, bam, bbd, ...")),
    ("country", "USA", None,
     ("Country 'USA' is unknown. Try using a 2-character alphanumeric country code instead, such "
      "as 'US', 'EG', or 'GB'. A full list of country codes is available at "
      "https://en.wikipedia.org/wiki/ISO_3166-1_alpha-2#Officially_assigned_code_elements")),
    ("metadata", "x", None, "Invalid object"),
    ("list", "x", None, "Invalid array"),
    ("inner", "x", None, "Invalid object"),
    ("inners", "x", None, "Invalid array"),
    ("not_yet", "x", UNSUPPORTED, "Paydesk doesn't support `not_yet` yet."),
    ("not_yet", "", UNSUPPORTED, "Paydesk doesn't support `not_yet` yet."),
    ("not_on", "true", UNSUPPORTED, "Paydesk doesn't support `not_on=true` yet."),
    ("not_on", "x", None, "Invalid boolean: x"),
]  # fmt: skip


@pytest.mark.parametrize(("param", "value", "code", "message"), REFUSED)
def test_refuses_in_stripes_words(param: str, value: str, code: str | None, message: str) -> None:
    assert refusal(Sample, {param: value}) == Refusal(message, code, param)


@pytest.mark.parametrize(
    "param", [name for name in Sample.model_fields if name not in {"noted", "not_yet"}]
)
def test_an_empty_value_is_refused_unless_it_unsets(param: str) -> None:
    if param in {"changes", "emptyable"}:
        sample = read(Sample, {param: ""})
        assert getattr(sample, param) is None
        assert sample.model_fields_set == {param}
        return
    answer = refusal(Sample, {param: ""})
    assert (answer.code, answer.param) == (EMPTY, param)
    assert answer.message == (
        f"You passed an empty string for '{param}'. We assume empty values are an attempt to unset "
        f"a parameter; however '{param}' cannot be unset. You should remove '{param}' from your "
        "request or supply a non-empty value."
    )


TAKEN = [
    ("whole", "1", 1),
    ("any_whole", "-" + "9" * 15, -999_999_999_999_999),
    ("flag", "true", True),
    ("flag", "false", False),
    ("decimal", "0.5", "0.5"),
    ("decimal", "2000.123456789012", "2000.123456789012"),
    ("text", "12345", "12345"),
    ("text", "ééééé", "ééééé"),
    ("name", " a ", " a "),
    ("word", "a", "a"),
    ("when", "1700000000", 1_700_000_000),
    ("currency", "USD", "usd"),
    ("country", "us", "US"),
    ("not_on", "false", None),
    ("noted", "anything", None),
]


@pytest.mark.parametrize(("param", "value", "result"), TAKEN)
def test_takes(param: str, value: str, result: object) -> None:
    assert getattr(read(Sample, {param: value}), param) == result


@pytest.mark.parametrize(
    "value", ["1e3", ".5", "5.", "-1", "+1", "1,5", "01", "NaN", "Infinity", "1 ", "１", "1_0"]
)
def test_refuses_other_decimals(value: str) -> None:
    assert refusal(Sample, {"decimal": value}).message.startswith(f"Invalid decimal: {value}")


URLS = [
    "https://shop.example",
    "http://localhost:4242/ok?session_id={CHECKOUT_SESSION_ID}#end",
    "HTTPS://SHOP.EXAMPLE/",
    "https://[::1]:3000/ok",
    "https://xn--bcher-kva.example/ü",
]
NOT_URLS = [
    "javascript:alert(1)",
    "JavaScript://shop.example/%0aalert(1)",
    "data:text/html,x",
    "file:///etc/passwd",
    "ftp://shop.example",
    "https:",
    "https://",
    "https:///path",
    "https://user@shop.example",
    "https://user:word@shop.example",
    "https://shop.example:99999",
    "https://shop.example:x",
    "https://[::1",
    "https://shop.example/a b",
    "https://shop.example/\r\nSet-Cookie: a=b",
    "https://shop.example/\t",
    "https:\\\\shop.example",
    "https://shop.example\\@evil.example",
    "https://shop.example/\u2028",
    "https://shop.example/\x7f",
]
NO_SCHEME = [
    "shop.example",
    "/thanks",
    "//shop.example/thanks",
    "thanks",
    "?ok",
    " https://a.example",
]


@pytest.mark.parametrize("url", URLS)
def test_takes_web_urls(url: str) -> None:
    assert read(Sample, {"url": url}).url == url


@pytest.mark.parametrize("url", NOT_URLS)
def test_refuses_what_no_browser_should_follow(url: str) -> None:
    assert refusal(Sample, {"url": url}) == Refusal("Not a valid URL", "url_invalid", "url")


@pytest.mark.parametrize("url", NO_SCHEME)
def test_refuses_urls_without_a_scheme(url: str) -> None:
    assert "explicit scheme" in refusal(Sample, {"url": url}).message


def test_an_app_may_have_a_scheme_of_its_own() -> None:
    url = "stripesdk://payment_return_url/com.example.app"
    assert read(Sample, {"app_url": url}).app_url == url
    for script in ("javascript://a/%0aalert(1)", "data://a/b", "vbscript://a", "file://a/b"):
        assert refusal(Sample, {"app_url": script}).code == "url_invalid"


@pytest.mark.parametrize("email", ["a@shop.example", "a+b@shop.test", "é@shop.example", "A@b.co"])
def test_takes_emails(email: str) -> None:
    assert read(Sample, {"email": email}).email == email


@pytest.mark.parametrize(
    "email",
    ["a", "a@", "@b.co", "a@b", "a@b..co", "a b@c.co", "a@b.co\r\nBcc: x@y.co", "A <a@b.co>"],
)
def test_refuses_other_emails(email: str) -> None:
    assert refusal(Sample, {"email": email}).code == "email_invalid"


def test_long_texts_are_refused_before_they_are_examined() -> None:
    for param, most in (("email", 512), ("url", 5_000)):
        answer = refusal(Sample, {param: "a@" * 100_000})
        assert answer.message == (
            f"Invalid string: a@a@a@a@a@...a@a@a@a@a@; must be at most {most} characters"
        )


def test_metadata_has_limits() -> None:
    pairs = {f"metadata[{index:040}]": "v" * 500 for index in range(50)}
    assert read(Sample, pairs).metadata == {f"{index:040}": "v" * 500 for index in range(50)}

    assert refusal(Sample, {**pairs, "metadata[one more]": "x"}) == Refusal(
        "You can have up to 50 metadata keys, but you passed 51.", None, "metadata"
    )
    assert refusal(Sample, {f"metadata[{'k' * 41}]": "x"}) == Refusal(
        "Metadata keys can have up to 40 characters, but you passed in a key that is 41 "
        f"characters. Invalid key: {'k' * 41}",
        None,
        "metadata",
    )
    too_long = refusal(Sample, {"metadata[order]": "v" * 501})
    assert too_long.param == "metadata[order]"
    assert too_long.message.startswith(
        "Metadata values can have up to 500 characters, but you passed in a value that is 501 "
    )
    assert refusal(Sample, {"metadata[a][b]": "x"}).param == "metadata[a]"
    assert refusal(Sample, {"metadata[]": "x"}) == Refusal("Invalid object", None, "metadata")


def test_metadata_may_be_numbered() -> None:
    assert read(Sample, {"metadata[0]": "a", "metadata[7]": "b"}).metadata == {"0": "a", "7": "b"}


def test_an_empty_metadata_value_unsets_its_key() -> None:
    assert read(Sample, {"metadata[a]": "", "metadata[b]": "1"}).metadata == {"b": "1"}
    assert read(Sample, {"changes[a]": "", "changes[b]": "1"}).changes == {"a": "", "b": "1"}


@pytest.mark.parametrize(
    "fields",
    [
        {"list[0]": "a", "list[1]": "b"},
        {"list[1]": "b", "list[0]": "a"},
    ],
)
def test_lists_are_in_the_order_of_their_numbers(fields: dict[str, str]) -> None:
    assert read(Sample, fields).list == ("a", "b")


def test_long_lists_keep_their_order() -> None:
    names = tuple(f"v{index}" for index in range(ARRAY_ITEMS_MAX))
    assert (
        validate(Sample, {"list": {str(index): name for index, name in enumerate(names)}}).list
        == names
    )
    assert validate(Sample, {"list": list(names)}).list == names


@pytest.mark.parametrize(
    "index", ["1", "01", "-1", "x", "1e0", "999999999", "１", "128", "+0", "0.0"]
)
def test_refuses_lists_that_do_not_count_from_0(index: str) -> None:
    assert refusal(Sample, {f"list[{index}]": "a"}).message.startswith("Invalid array")


def test_refuses_lists_that_are_too_long() -> None:
    numbered = {f"list[{index}]": "a" for index in range(ARRAY_ITEMS_MAX + 1)}
    assert refusal(Sample, numbered).message == "Invalid array: must have at most 128 elements."
    images = {f"images[{index}]": "https://a.example" for index in range(9)}
    assert refusal(Sample, images).message == "Invalid array: must have at most 8 elements."


def test_names_the_element_that_is_wrong() -> None:
    answer = refusal(Sample, {"inners[0][must]": "a", "inners[1][must]": ""})
    assert answer.param == "inners[1][must]"
    answer = refusal(Sample, {"list[0]": "a", "list[1][b]": "c"})
    assert answer == Refusal("Invalid string: {...}", None, "list[1]")


def test_unknown_names_come_first_then_missing_ones() -> None:
    wrong = {"flag": "x", "inner[may]": "a", "foo": "1", "bar[baz]": "2", "inner[huh]": "3"}
    answer = refusal(Sample, wrong)
    assert answer.code == "parameter_unknown"
    assert sorted(answer.message.removeprefix("Received unknown parameters: ").split(", ")) == [
        "bar",
        "foo",
        "inner[huh]",
    ]
    assert refusal(Sample, {"foo": "1"}) == Refusal(
        "Received unknown parameter: foo", "parameter_unknown", "foo"
    )
    assert refusal(Sample, {"flag": "x", "inner[may]": "a"}) == Refusal(
        "Missing required param: inner[must].", "parameter_missing", "inner[must]"
    )


def test_answers_stay_short_whatever_was_sent() -> None:
    for param in ("whole", "flag", "decimal", "text", "when", "email", "currency", "country"):
        assert len(refusal(Sample, {param: "x" * 100_000}).message) < 500
    many = {f"{'n' * 100}{index}": "1" for index in range(900)}
    assert len(refusal(Sample, many).message) <= 1_000


def test_values_can_not_be_changed() -> None:
    sample = read(Sample, {"text": "a"})
    for field in Sample.model_fields:
        with pytest.raises(ValueError, match="frozen"):
            setattr(sample, field, None)


TREES = st.recursive(
    st.text(max_size=8) | st.sampled_from(["true", "0", "-1", "usd", "https://a.example"]),
    lambda below: (
        st.dictionaries(st.sampled_from(["0", "1", "must", "may", "x"]), below, max_size=3)
        | st.lists(below, max_size=3)
    ),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([*Sample.model_fields, "unknown"]), TREES, max_size=4))
def test_any_tree_is_read_or_refused(tree: dict[str, object]) -> None:
    with contextlib.suppress(InvalidRequest):
        assert validate(Sample, tree).model_fields_set == set(tree)
