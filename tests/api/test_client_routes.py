"""What a buyer's browser may ask, from any site: by publishable key, by id or client secret."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest

from paydesk.core.redaction import redact
from tests.api.merchant import SESSIONS, Json, Merchant, refused, succeeded
from tests.support.app import SEED_SESSION

EMBEDDED = {"ui_mode": "embedded", "return_url": "https://shop.example/{CHECKOUT_SESSION_ID}"}
ELEMENTS = {"ui_mode": "custom", "return_url": "https://shop.example/return"}
NO_URLS = {"success_url", "cancel_url"}
SHOP = "http://localhost:4242"
CORS = re.compile(r"access-control-", re.I)

SECRET_PATHS = [
    ("POST", SESSIONS),
    ("GET", SESSIONS),
    ("GET", f"{SESSIONS}/cs_test_a1"),
    ("POST", f"{SESSIONS}/cs_test_a1"),
    ("POST", f"{SESSIONS}/cs_test_a1/expire"),
    ("GET", f"{SESSIONS}/cs_test_a1/line_items"),
    ("GET", "/v1/events"),
    ("POST", "/v1/prices"),
    ("POST", "/v1/payment_methods"),
    ("GET", "/v1/payment_intents/pi_1"),
]


def open_session(merchant: Merchant, door: Json = ELEMENTS) -> Json:
    plain = {name: value for name, value in SEED_SESSION.items() if name not in NO_URLS}
    return merchant.write(SESSIONS, {**plain, **door})


def page_of(secret: str) -> str:
    return f"/v1/payment_pages/{quote(secret, safe='')}"


@pytest.mark.parametrize("door", [EMBEDDED, ELEMENTS], ids=["embedded", "elements"])
def test_a_session_is_opened_by_its_client_secret(merchant: Merchant, door: Json) -> None:
    session = open_session(merchant, door)
    secret = session["client_secret"]
    assert session["url"] is None
    assert secret.startswith(f"{session['id']}_secret_")
    by_secret = merchant.read(page_of(secret), key=merchant.publishable_key)
    assert by_secret == merchant.read(page_of(session["id"]), key=merchant.publishable_key)
    assert "client_view" not in by_secret


def test_escapes_in_a_secret_are_undone(merchant: Merchant) -> None:
    secret = open_session(merchant)["client_secret"]
    escaped = secret.replace("_secret_", "%5Fsecret%5F")
    for path in (f"/v1/payment_pages/{escaped}", page_of(escaped)):
        assert merchant.get(path).status_code == 200, path


@pytest.mark.parametrize("wrong", ["", "0", "x" * 32, "%2500", "_secret_"])
def test_a_wrong_secret_opens_nothing(merchant: Merchant, wrong: str) -> None:
    session = open_session(merchant)
    path = f"/v1/payment_pages/{session['id']}_secret_{wrong}"
    error = refused(merchant.get(path), 404)
    assert error["code"] == "resource_missing"
    assert "_secret_" not in error["message"]
    fields = {"payment_method": "pm_card_visa"}
    assert merchant.post(path, {"email": "a@example.com"}).status_code == 404
    assert merchant.post(f"{path}/confirm", fields).status_code == 404
    assert merchant.read(f"{SESSIONS}/{session['id']}")["status"] == "open"


@pytest.mark.parametrize("name", ["cs_test_%2500", "cs_test_%00", "%2500_secret_%2500"])
def test_what_no_database_takes_is_nobodys(merchant: Merchant, name: str) -> None:
    for tail in ("", "/changes"):
        path = f"/v1/payment_pages/{name}{tail}"
        assert merchant.get(path).status_code == 404, path


def test_a_session_without_a_secret_is_not_opened_by_one(merchant: Merchant) -> None:
    session = merchant.session()
    assert session["client_secret"] is None
    assert merchant.get(page_of(f"{session['id']}_secret_")).status_code == 404
    assert merchant.get(page_of(f"{session['id']}_secret_None")).status_code == 404


def test_another_accounts_key_does_not_fit(merchant: Merchant, other_merchant: Merchant) -> None:
    secret = open_session(merchant)["client_secret"]
    answer = merchant.get(page_of(secret), key=other_merchant.publishable_key)
    assert answer.status_code == 404


def test_a_buyer_goes_all_the_way_with_secret_and_publishable_key(merchant: Merchant) -> None:
    session = open_session(merchant)
    key, path = merchant.publishable_key, page_of(session["client_secret"])
    wanted = {"client_view": "en"}
    begun = succeeded(merchant.post(f"{path}/init", wanted, key=key))
    line = begun["client_view"]["lineItems"][0]["id"]
    quantity = {
        "updated_line_item_quantity[line_item_id]": line,
        "updated_line_item_quantity[quantity]": "3",
    }
    changed = succeeded(merchant.post(path, {**wanted, **quantity}, key=key))
    assert changed["client_view"]["lineItems"][0]["quantity"] == 3
    assert changed["client_view"]["total"]["total"]["amount"] == "$60.00"
    pay = {"payment_method": "pm_card_visa", "expected_amount": "6000", **wanted}
    paid = succeeded(merchant.post(f"{path}/confirm", pay, key=key))
    complete = {"type": "complete", "paymentStatus": "paid"}
    assert paid["client_view"]["status"] == complete
    shown = merchant.read(path, wanted, key=key)
    assert shown["client_view"]["status"] == complete


def test_a_finished_session_shows_neither_secret_nor_url(merchant: Merchant) -> None:
    session = open_session(merchant)
    assert merchant.confirm(session["id"]).status_code == 200
    done = merchant.read(f"{SESSIONS}/{session['id']}")
    assert (done["client_secret"], done["url"]) == (None, None)


def test_every_amount_is_written_for_the_wanted_language(merchant: Merchant) -> None:
    path = page_of(open_session(merchant)["client_secret"])
    german = merchant.read(path, {"client_view": "de-DE"})["client_view"]
    assert german["total"]["total"]["amount"] == "20,00\N{NO-BREAK SPACE}$"
    error = refused(merchant.get(path, {"client_view": "x" * 101}))
    assert error["param"] == "client_view"


def test_a_refusal_is_told_in_the_next_view(merchant: Merchant) -> None:
    session = open_session(merchant)
    declined = {"payment_method": "pm_card_chargeDeclined", "client_view": "en"}
    path = page_of(session["client_secret"])
    assert merchant.post(f"{path}/confirm", declined).status_code == 402
    told = merchant.read(path, {"client_view": "en"})["client_view"]
    assert told["lastPaymentError"] == {"message": "Your card was declined."}
    assert told["canConfirm"] is True


@pytest.mark.parametrize("tail", ["", "/init", "/confirm"])
def test_browsers_may_ask_client_routes_from_any_site(merchant: Merchant, tail: str) -> None:
    path = page_of(open_session(merchant)["client_secret"]) + tail
    asked = {
        "Origin": SHOP,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type",
    }
    allowed = merchant.http.request("OPTIONS", f"{merchant.url}{path}", headers=asked)
    assert allowed.status_code == 204
    assert allowed.content == b""
    assert allowed.headers["access-control-allow-origin"] == "*"
    assert "POST" in allowed.headers["access-control-allow-methods"]
    assert {"authorization", "content-type"} <= set(
        allowed.headers["access-control-allow-headers"].split(", ")
    )
    assert "access-control-allow-credentials" not in allowed.headers


def test_answers_and_refusals_of_client_routes_may_be_read_by_any_site(merchant: Merchant) -> None:
    path = page_of(open_session(merchant)["client_secret"])
    for answer in (
        merchant.get(path, Origin=SHOP),
        merchant.get(path, {"nonsense": "1"}, Origin=SHOP),
        merchant.get(page_of("cs_test_a1nothing"), Origin=SHOP),
        merchant.request("GET", path, key="nonsense", Origin=SHOP),
    ):
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize(("method", "path"), SECRET_PATHS)
def test_nothing_else_may_be_asked_by_other_sites(
    merchant: Merchant, method: str, path: str
) -> None:
    headers = {"Origin": SHOP, "Access-Control-Request-Method": method}
    asked = merchant.http.request("OPTIONS", f"{merchant.url}{path}", headers=headers)
    assert asked.status_code == 404
    for key in (merchant.key, merchant.publishable_key):
        answer = merchant.request(method, path, key=key, Origin=SHOP)
        found = [name for name in (*asked.headers, *answer.headers) if CORS.match(name)]
        assert found == []


@pytest.mark.parametrize("path", ["/", "/healthz", "/c/pay/cs_test_a1", "/assets/page.js"])
def test_no_page_may_be_read_by_other_sites(merchant: Merchant, path: str) -> None:
    answer = merchant.http.get(f"{merchant.url}{path}", headers={"Origin": SHOP})
    assert [name for name in answer.headers if CORS.match(name)] == []


@pytest.mark.parametrize(("method", "path"), SECRET_PATHS)
def test_publishable_keys_work_on_client_routes_only(
    merchant: Merchant, method: str, path: str
) -> None:
    error = refused(merchant.request(method, path, key=merchant.publishable_key), 403)
    assert error["code"] == "secret_key_required"


def test_secrets_stay_out_of_the_log() -> None:
    secret = "cs_test_a1AbCdEf_secret_GhIjKl"
    for text in (secret, quote(secret, safe=""), secret.replace("_secret_", "%5Fsecret%5F")):
        assert redact(f"/v1/payment_pages/{text}/confirm") == "/v1/payment_pages/cs_test_…/confirm"
