"""What Stripe knows about new sessions and Paydesk doesn't act on: ignored aloud, or refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paydesk.api.forms import decode
from paydesk.api.params.grammar import validate
from paydesk.api.params.known import sift
from paydesk.api.params.problems import PROBLEMS
from paydesk.api.params.rules import ACTS, RULES, SHOWN, rule_for
from paydesk.api.params.sessions import CreateSession
from paydesk.api.params.spec import Row, create_session_rows
from paydesk.core.errors import InvalidRequest

LEAVES = [row for row in create_session_rows().values() if row.leaf]


def query(path: str, value: str) -> str:
    """One parameter as a form field, the first of each list."""
    first, *rest = path.replace("{key}", "eur").split(".")
    name = first + "".join(f"[{segment}]" for segment in rest)
    return name.replace("[]]", "][0]").replace("[]", "[0]") + f"={value}"


def refused(body: str) -> InvalidRequest:
    with pytest.raises(InvalidRequest) as error:
        sift(decode(body))
    return error.value


def with_company(row: Row, value: str) -> str:
    """The parameter with whatever the objects around it require, so that it alone is judged."""
    company = [
        query(path_of(other), sample(other))
        for other in _required_beside(row.path)
        if other.path != row.path
    ]
    return "&".join([*company, query(path_of(row), value)])


def _required_beside(path: str) -> Iterator[Row]:
    """The required leaves of each object that holds `path`, and of the objects they require."""
    owner = path.rpartition(".")[0]
    if owner:
        yield from _required_beside(owner)
        yield from _required_in(owner, besides=path)


def _required_in(owner: str, besides: str = "") -> Iterator[Row]:
    for row in create_session_rows().values():
        if row.required and row.path.rpartition(".")[0] == owner and row.path != besides:
            if row.leaf:
                yield row
            else:
                yield from _required_in(row.path)


def sample(row: Row) -> str:
    """A value that the specification takes; one that asks for nothing if there is one."""
    harmless = rule_for(row.path).harmless
    if harmless:
        return min(harmless.intersection(row.enum) or harmless)
    if row.enum:
        return next(word for word in row.enum if word)
    by_format = {"currency": "usd", "decimal": "1.5", "unix-time": "1700000000"}
    by_type = {"boolean": "true", "integer": "1", "number": "1.5"}
    if row.path.endswith("url"):
        return "https://shop.example/logo.png"
    if row.path.endswith("_color"):
        return "%23ff0000"
    return by_format.get(row.format or "") or by_type.get(row.type) or "text"


def path_of(row: Row) -> str:
    return f"{row.path}.key" if row.type == "map<string>" else row.path


IGNORED = [row for row in LEAVES if rule_for(row.path).state == "ignored"]
REFUSED = [row for row in LEAVES if rule_for(row.path).state == "refused"]


@pytest.mark.parametrize("row", IGNORED, ids=lambda row: row.path)
def test_ignores_it_and_says_so(row: Row) -> None:
    sifted = sift(decode(with_company(row, sample(row))))
    assert rule_for(row.path).name in sifted.ignored_names
    assert row.path.partition(".")[0] not in SHOWN or sifted.ignored


def harmful(row: Row) -> str:
    """A value that the specification takes and Paydesk doesn't."""
    harmless = rule_for(row.path).harmless
    if row.enum:
        return next(word for word in row.enum if word and word not in harmless)
    return "true" if harmless else sample(row)


@pytest.mark.parametrize("row", REFUSED, ids=lambda row: row.path)
def test_refuses_it(row: Row) -> None:
    error = refused(with_company(row, harmful(row)))
    assert error.code == PROBLEMS[rule_for(row.path).problem].code
    assert error.param is not None
    assert query(path_of(row), "").startswith(error.param.rstrip("="))


@pytest.mark.parametrize(
    ("row", "value"),
    [(row, value) for row in REFUSED for value in sorted(rule_for(row.path).harmless)],
    ids=lambda part: part.path if isinstance(part, Row) else part,
)
def test_takes_harmless_values_in_silence(row: Row, value: str) -> None:
    assert sift(decode(with_company(row, value))).ignored_names == []


def test_every_rule_speaks_for_a_parameter() -> None:
    assert {rule_for(row.path) for row in LEAVES} - {ACTS} == set(RULES)


def test_every_rule_gives_its_reason_as_a_sentence() -> None:
    for rule in RULES:
        assert rule.reason.endswith(".")
        assert rule.reason[0].isupper()
        assert rule.state == "refused" or not rule.harmless


WRONG = [
    ("branding_settings[border_style]=round", None,
     "Invalid branding_settings[border_style]: must be one of pill, rectangular, or rounded"),
    ("branding_settings[button_color]=red", None,
     "Invalid color: red; must be a hex color such as #0074d4"),
    ("branding_settings[logo][type]=url&branding_settings[logo][url]=javascript:alert(1)",
     "url_invalid", "Not a valid URL"),
    ("branding_settings[shadow]=1", "parameter_unknown",
     "Received unknown parameter: branding_settings[shadow]"),
    ("branding_settings=x", None, "Invalid object"),
    ("branding_settings=", "parameter_invalid_empty", None),
    ("branding_settings[icon][file]=file_1", "parameter_missing",
     "Missing required param: branding_settings[icon][type]."),
    ("custom_text[terms_of_service_acceptance][message]=" + "x" * 1201, None,
     "Invalid string: xxxxxxxxxx...xxxxxxxxxx; must be at most 1200 characters"),
    ("integration_identifier=" + "x" * 201, None,
     "Invalid string: xxxxxxxxxx...xxxxxxxxxx; must be at most 200 characters"),
    ("origin_context=app", None, "Invalid origin_context: must be one of mobile_app or web"),
    ("payment_method_options[boleto][expires_after_days]=x", "parameter_invalid_integer",
     "Invalid integer: x"),
    ("excluded_payment_method_types=klarna", None, "Invalid array"),
    ("excluded_payment_method_types[]=cash", None, None),
    ("allow_promotion_codes=no", None, "Invalid boolean: no"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "code", "message"), WRONG)
def test_what_is_ignored_is_checked_all_the_same(
    body: str, code: str | None, message: str | None
) -> None:
    error = refused(body)
    assert error.code == code
    assert error.message == (message or error.message)


SORTED: list[tuple[str, dict[str, Any], dict[str, Any], list[str]]] = [
    ("mode=payment", {"mode": "payment"}, {}, []),
    ("huh=1&metadata[a]=b", {"huh": "1", "metadata": {"a": "b"}}, {}, []),
    ("line_items=x", {"line_items": "x"}, {}, []),
    ("line_items[0]=x", {"line_items": {"0": "x"}}, {}, []),
    ("line_items[][price]=p&line_items[][price]=q",
     {"line_items": {"0": {"price": "p"}, "1": {"price": "q"}}}, {}, []),
    ("line_items[0][price_data][product_data][tax_code]=txcd_1",
     {"line_items": {"0": {"price_data": {"product_data": {"tax_code": "txcd_1"}}}}}, {}, []),
    ("custom_text[submit][message]=Hi&custom_text[terms_of_service_acceptance][message]=Yes",
     {"custom_text": {"submit": {"message": "Hi"}}},
     {"custom_text": {"terms_of_service_acceptance": {"message": "Yes"}}},
     ["custom_text[terms_of_service_acceptance]"]),
    ("branding_settings[display_name]=Shop&branding_settings[border_style]=",
     {}, {"branding_settings": {"display_name": "Shop"}}, ["branding_settings"]),
    ("wallet_options[link][display]=never&origin_context=web",
     {}, {"wallet_options": {"link": {"display": "never"}}, "origin_context": "web"},
     ["wallet_options", "origin_context"]),
    ("allow_promotion_codes=false&excluded_payment_method_types[]=klarna",
     {}, {"allow_promotion_codes": False, "excluded_payment_method_types": ["klarna"]}, []),
    ("automatic_tax[enabled]=true&automatic_tax[liability][type]=self",
     {"automatic_tax": {"enabled": "true"}}, {}, []),
    ("payment_intent_data[capture_method]=automatic",
     {"payment_intent_data": {}}, {}, []),
    ("payment_method_options[card][request_three_d_secure]=automatic", {}, {}, []),
    ("payment_method_options[klarna][setup_future_usage]=none",
     {}, {}, ["payment_method_options"]),
]  # fmt: skip


@pytest.mark.parametrize(("body", "tree", "ignored", "names"), SORTED)
def test_sorts(body: str, tree: dict[str, Any], ignored: dict[str, Any], names: list[str]) -> None:
    assert sift(decode(body)) == (tree, ignored, names)


PIECES = [row.path for row in create_session_rows().values()]
VALUES = ["", "true", "false", "1", "-1", "usd", "card", "payment", "x" * 50, "https://a.example"]


@given(st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(VALUES)), max_size=6))
@settings(max_examples=400)
def test_any_known_parameters_are_read_or_refused(fields: list[tuple[str, str]]) -> None:
    try:
        sifted = sift(decode("&".join(query(path, value) for path, value in fields)))
        validate(CreateSession, sifted.tree)
    except InvalidRequest:
        return
