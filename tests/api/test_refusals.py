"""What a server that speaks Stripe's language must not take, and how it says so."""

from __future__ import annotations

import gzip
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, urlencode, urlsplit

import pytest

from paydesk.api.forms import BODY_BYTES_MAX
from tests.api.merchant import SESSIONS, Fields, Json, Merchant, refused
from tests.support.app import SEED_SESSION

SECOND = "line_items[1]"
ADJUSTABLE = "line_items[0][adjustable_quantity]"

UNKNOWN_URL = (
    "Unrecognized request URL ({method}: {path}). If you are trying to list objects, remove the "
    "trailing slash. If you are trying to retrieve an object, make sure you passed a valid "
    "(non-empty) identifier in your code. Please see https://stripe.com/docs or we can help at "
    "https://support.stripe.com/."
)


@dataclass(frozen=True)
class Wrong:
    """One wrong creation: how it differs from the documented one, and what is said of it."""

    changes: Fields
    param: str
    message: str
    code: str | None = "parameter_invalid_integer"


WRONG = {
    "fewer than the minimum": Wrong(
        {"line_items[0][quantity]": "0"},
        "line_items[0][quantity]",
        "This value must be greater than or equal to 1.",
    ),
    "more than the default maximum": Wrong(
        {"line_items[0][quantity]": "200", f"{ADJUSTABLE}[maximum]": "99"},
        "line_items[0][quantity]",
        "This value must be less than or equal to 99.",
    ),
    "a maximum of a million": Wrong(
        {f"{ADJUSTABLE}[maximum]": "1000000"},
        f"{ADJUSTABLE}[maximum]",
        "This value must be less than or equal to 999999.",
    ),
    "a minimum above the maximum": Wrong(
        {f"{ADJUSTABLE}[minimum]": "11"},
        f"{ADJUSTABLE}[minimum]",
        "The minimum (11) can't be greater than the maximum (10).",
    ),
    "two currencies": Wrong(
        {
            f"{SECOND}[price_data][currency]": "eur",
            f"{SECOND}[price_data][product_data][name]": "Mug",
            f"{SECOND}[price_data][unit_amount]": "900",
            f"{SECOND}[quantity]": "1",
        },
        f"{SECOND}[price_data][currency]",
        "The price specified only supports `eur`. This doesn't match the expected currency: `usd`.",
        code=None,
    ),
    "a mode that is none": Wrong(
        {"mode": "nope"},
        "mode",
        "Invalid mode: must be one of payment, setup, or subscription",
        code=None,
    ),
    "a name that is no parameter": Wrong(
        {"foo": "bar"}, "foo", "Received unknown parameter: foo", code="parameter_unknown"
    ),
}
"""What other servers of the kind are known to take. The eighth is an update, below."""


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_wrong_sessions_are_not_created(merchant: Merchant, wrong: Wrong) -> None:
    error = refused(merchant.post(SESSIONS, {**SEED_SESSION, **wrong.changes}))
    assert (error["param"], error["message"]) == (wrong.param, wrong.message)
    assert error.get("code") == wrong.code
    assert error["type"] == "invalid_request_error"
    for place in (SESSIONS, "/v1/products", "/v1/prices", "/v1/events"):
        assert merchant.read(place)["data"] == []


def test_the_default_maximum_is_99(merchant: Merchant) -> None:
    without = {name: value for name, value in SEED_SESSION.items() if "maximum" not in name}
    error = refused(merchant.post(SESSIONS, {**without, "line_items[0][quantity]": "200"}))
    assert error["param"] == "line_items[0][quantity]"
    assert "99 is the default `adjustable_quantity[maximum]`" in error["message"]
    merchant.write(SESSIONS, {**without, "line_items[0][quantity]": "99"})


def test_the_merchant_cannot_go_past_the_maximum_either(merchant: Merchant) -> None:
    session = merchant.session()
    before = merchant.state(session["id"])
    line = merchant.lines(session["id"])[0]["id"]
    change = {"line_items[0][id]": line, "line_items[0][quantity]": "50"}
    error = refused(merchant.post(f"{SESSIONS}/{session['id']}", change))
    assert error["param"].startswith("line_items")
    assert merchant.state(session["id"]) == before


# The envelope


def raw(
    merchant: Merchant, content: bytes | Iterator[bytes], path: str = SESSIONS, **headers: str
) -> tuple[int, Json]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = merchant.http.post(
        f"{merchant.url}{path}",
        content=content,
        headers={"Authorization": f"Bearer {merchant.key}", **named},
    )
    return answer.status_code, answer.json()["error"]


@pytest.mark.parametrize(
    "path", ["/v1/x", "/v1/", "/v1/checkout", f"{SESSIONS}/", "/v1//products", "/v1/products/%00"]
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_url_that_is_none(merchant: Merchant, method: str, path: str) -> None:
    error = refused(merchant.request(method, path), 404)
    assert error["message"] == UNKNOWN_URL.format(method=method, path=path)
    assert error["type"] == "invalid_request_error"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v1/coupons"),
        ("GET", "/v1/customers/search"),
        ("GET", "/v1/products/search"),
        ("POST", "/v1/payment_intents/pi_1/capture"),
    ],
)
def test_a_url_that_only_stripe_has(merchant: Merchant, method: str, path: str) -> None:
    error = refused(merchant.request(method, path), 404)
    assert error["code"] == "endpoint_unsupported"
    assert error["message"].startswith(f"Paydesk doesn't support {method} {path} yet.")


@pytest.mark.parametrize("id", ["a/b", "a?b=c", "ä ö", "50%", "a#b"])
def test_an_id_may_need_escapes_in_a_url(merchant: Merchant, id: str) -> None:
    merchant.write("/v1/products", {"id": id, "name": "Mug"})
    assert merchant.read(f"/v1/products/{quote(id, safe='')}")["id"] == id


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS"])
def test_a_method_that_is_none(merchant: Merchant, method: str) -> None:
    error = refused(merchant.request(method, SESSIONS), 404)
    assert error["message"] == UNKNOWN_URL.format(method=method, path=SESSIONS)


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "multipart/form-data"])
def test_a_body_that_is_no_form(merchant: Merchant, kind: str) -> None:
    status, error = raw(merchant, b'{"mode": "payment"}', content_type=kind)
    assert status == 400
    assert error["message"] == (
        "Invalid request (check that your POST content type is application/x-www-form-urlencoded)."
    )


def test_a_form_may_say_how_it_is_encoded(merchant: Merchant) -> None:
    status, error = raw(
        merchant, b"foo=bar", content_type="Application/X-WWW-Form-Urlencoded; charset=utf-8"
    )
    assert (status, error["param"]) == (400, "foo")


def test_a_body_that_is_compressed(merchant: Merchant) -> None:
    body = gzip.compress(urlencode(SEED_SESSION).encode())
    status, error = raw(merchant, body, content_encoding="gzip")
    assert (status, error["type"]) == (415, "invalid_request_error")


def test_a_body_that_is_too_large(merchant: Merchant) -> None:
    status, error = raw(merchant, b"a" * (BODY_BYTES_MAX + 1))
    assert (status, error["type"]) == (413, "invalid_request_error")


def test_a_body_that_says_it_is_too_large_is_not_waited_for(merchant: Merchant) -> None:
    address = urlsplit(merchant.url)
    head = (
        f"POST {SESSIONS} HTTP/1.1\r\nHost: x\r\nContent-Length: {BODY_BYTES_MAX + 1}\r\n"
        "Expect: 100-continue\r\n\r\n"
    )
    with socket.create_connection((address.hostname, address.port), timeout=10) as connection:
        connection.sendall(head.encode())
        assert connection.recv(12) == b"HTTP/1.1 413"


def test_a_body_that_is_too_large_in_pieces(merchant: Merchant) -> None:
    piece = b"a" * 65_536
    pieces = iter([piece] * (BODY_BYTES_MAX // len(piece) + 1))
    status, error = raw(merchant, pieces)
    assert (status, error["type"]) == (413, "invalid_request_error")


@pytest.mark.parametrize("body", [b"\xff=1", b"a=%ff", b"a=%00", b"[]=1", b"a[=1", b"a]b=1"])
def test_a_body_that_says_nothing(merchant: Merchant, body: bytes) -> None:
    status, error = raw(merchant, body, content_type="application/x-www-form-urlencoded")
    assert (status, error["type"]) == (400, "invalid_request_error")


def test_parameters_of_a_query_are_read_as_strictly(merchant: Merchant) -> None:
    for query in ("limit=0", "limit=101", "limit=ten", "limit=1&limit=2", "foo=bar", "%ff=1"):
        answer = merchant.get(f"{SESSIONS}?{query}")
        assert refused(answer)["type"] == "invalid_request_error"


def test_a_post_is_read_in_its_address_too(merchant: Merchant) -> None:
    made = merchant.write(f"{SESSIONS}?expand[]=line_items", SEED_SESSION)
    assert made["line_items"]["data"][0]["quantity"] == 1
    twice = refused(merchant.post(f"{SESSIONS}?mode=payment", SEED_SESSION))
    assert twice["param"] == "mode"
    assert refused(merchant.post(f"{SESSIONS}?foo=bar", SEED_SESSION))["param"] == "foo"


@pytest.mark.parametrize(
    "version",
    [
        *("2026", "tomorrow", "2026-13", "2026-05-27.Dahlia", "9999-99-99", "9999-99-99.endive"),
        *("2025-08-27", "2025-08-28.basil", "2025-08-27.dahlia", "2026-10-28", "2026-11-31.endive"),
        *(
            "2030-01-01",
            "2020-08-28",
            "2010-01-01",
            "2025-08-28.preview",
            "2026-10-28.endive.endive",
        ),
    ],
)
def test_a_version_that_is_none(merchant: Merchant, version: str) -> None:
    error = refused(merchant.get(SESSIONS, stripe_version=version))
    assert error["message"] == f"Invalid Stripe API version: {version}"


def test_every_answer_has_an_id_and_is_not_cached(merchant: Merchant) -> None:
    answers = [merchant.get(SESSIONS), merchant.get("/v1/x"), merchant.post(SESSIONS)]
    for answer in answers:
        assert answer.headers["request-id"].startswith("req_")
        assert answer.headers["cache-control"] == "no-cache, no-store"
        assert answer.headers["content-type"] == "application/json"
    assert len({answer.headers["request-id"] for answer in answers}) == len(answers)
