"""The doors of a session: where each lets buyers in, who may frame it, where it leads."""

from __future__ import annotations

from urllib.parse import quote

import httpx
import pytest

from tests.api.merchant import SESSIONS, Json, Merchant
from tests.support.app import SEED_SESSION

RETURN_URL = "https://shop.example/done?id={CHECKOUT_SESSION_ID}&again={CHECKOUT_SESSION_ID}"
EMBEDDED = {"ui_mode": "embedded", "return_url": RETURN_URL}
ELEMENTS = {"ui_mode": "custom", "return_url": RETURN_URL}
STAYS = {"ui_mode": "embedded", "redirect_on_completion": "never"}
PLAIN = {name: value for name, value in SEED_SESSION.items() if not name.endswith("_url")}

FRAMING_ALLOWED = [
    "http://localhost:3000",
    "https://localhost",
    "http://127.0.0.1:8080",
    "https://shop.example",
]
FRAMING_REFUSED = [
    "https://evil.example",
    "https://shop.example.evil.example",
    "http://shop.example",
    "https://shop.example:8443",
    "https://shop.example/",
    "https://localhost.evil.example",
    "https://user@shop.example",
    "null",
    "*",
    "",
    "https://shop.example; script-src *",
    "https://a;script-src",
    "javascript:alert(1)",
]


def session_of(merchant: Merchant, door: Json) -> Json:
    return merchant.write(SESSIONS, {**PLAIN, **door})


def visit(merchant: Merchant, path: str, **query: str) -> httpx.Response:
    return merchant.http.get(f"{merchant.url}{path}", params=query)


def policy(answer: httpx.Response) -> dict[str, str]:
    """Directive by directive."""
    directives = answer.headers["content-security-policy"].split(";")
    return dict(directive.strip().partition(" ")[::2] for directive in directives)


@pytest.mark.parametrize("origin", FRAMING_ALLOWED)
def test_a_page_that_may_frame_the_form_is_named_alone(merchant: Merchant, origin: str) -> None:
    secret = session_of(merchant, EMBEDDED)["client_secret"]
    answer = visit(merchant, f"/c/embed/{quote(secret, safe='')}", host=origin)
    assert answer.status_code == 200
    assert policy(answer)["frame-ancestors"] == origin
    assert "x-frame-options" not in answer.headers


@pytest.mark.parametrize("origin", FRAMING_REFUSED)
def test_any_other_page_is_refused(merchant: Merchant, origin: str) -> None:
    secret = session_of(merchant, EMBEDDED)["client_secret"]
    answer = visit(merchant, f"/c/embed/{secret}", host=origin)
    assert answer.status_code == 403
    assert "cardNumber" not in answer.text
    assert policy(answer)["frame-ancestors"] == "'none'"
    assert answer.headers["x-frame-options"] == "DENY"


@pytest.mark.parametrize("address", ["https://a;script-src", "https://a,b", "https://ü;.example"])
def test_no_return_url_writes_into_the_policy(merchant: Merchant, address: str) -> None:
    fields = {**PLAIN, **EMBEDDED, "return_url": f"{address}/done"}
    answer = merchant.post(SESSIONS, fields)
    if answer.status_code == 400:
        return
    secret = answer.json()["client_secret"]
    shown = visit(merchant, f"/c/embed/{secret}", host=address)
    assert shown.status_code == 403
    assert policy(shown)["frame-ancestors"] == "'none'"


def test_a_form_that_nobody_frames_names_nobody(merchant: Merchant) -> None:
    secret = session_of(merchant, EMBEDDED)["client_secret"]
    answer = visit(merchant, f"/c/embed/{secret}")
    assert (answer.status_code, policy(answer)["frame-ancestors"]) == (200, "'none'")


def test_a_hosted_page_is_framed_by_nobody_whoever_asks(merchant: Merchant) -> None:
    session = merchant.session()
    answer = visit(merchant, f"/c/pay/{session['id']}", host="http://localhost:3000")
    assert policy(answer)["frame-ancestors"] == "'none'"
    assert answer.headers["x-frame-options"] == "DENY"


def test_each_door_opens_its_own_sessions_alone(merchant: Merchant) -> None:
    hosted, embedded = merchant.session(), session_of(merchant, EMBEDDED)
    elements = session_of(merchant, ELEMENTS)
    opened = {
        (door, name): visit(merchant, f"/c/{door}/{session['id']}").status_code
        for door in ("pay", "embed")
        for name, session in (("hosted", hosted), ("embedded", embedded), ("elements", elements))
    }
    assert [place for place, status in opened.items() if status == 200] == [
        ("pay", "hosted"),
        ("embed", "embedded"),
    ]
    assert set(opened.values()) == {200, 404}


def test_a_wrong_secret_opens_no_form(merchant: Merchant) -> None:
    session = session_of(merchant, EMBEDDED)
    path = f"/c/embed/{session['id']}_secret_wrong"
    assert visit(merchant, path).status_code == 404
    assert visit(merchant, f"/c/embed/{session['id']}").status_code == 200


@pytest.mark.parametrize("door", ["pay", "embed"])
@pytest.mark.parametrize("name", ["cs_test_%00", "cs_test_%2500", "%00_secret_%00"])
def test_what_no_database_takes_is_nobodys(merchant: Merchant, door: str, name: str) -> None:
    assert visit(merchant, f"/c/{door}/{name}").status_code == 404


def test_a_paid_form_leads_to_the_return_url_with_the_id_in_every_place(
    merchant: Merchant,
) -> None:
    session = session_of(merchant, EMBEDDED)
    path = f"/c/embed/{session['id']}"
    assert visit(merchant, f"{path}/landing").json() == {"url": None}
    assert visit(merchant, f"{path}/return").headers["location"] == path
    assert merchant.confirm(session["id"]).status_code == 200
    url = RETURN_URL.replace("{CHECKOUT_SESSION_ID}", session["id"])
    assert visit(merchant, f"{path}/landing").json() == {"url": url}
    assert visit(merchant, f"{path}/return").headers["location"] == url


def test_a_form_that_stays_leads_nowhere(merchant: Merchant) -> None:
    session = session_of(merchant, STAYS)
    assert merchant.confirm(session["id"]).status_code == 200
    path = f"/c/embed/{session['id']}"
    assert visit(merchant, f"{path}/landing").json() == {"url": None}
    assert visit(merchant, f"{path}/return").headers["location"] == path
    done = visit(merchant, path, host="http://localhost:3000")
    assert "Payment successful" in done.text
    assert policy(done)["frame-ancestors"] == "http://localhost:3000"


@pytest.mark.parametrize("outcome", ["authorize", "fail"])
@pytest.mark.parametrize("door", [EMBEDDED, ELEMENTS], ids=["embedded", "elements"])
def test_a_bank_with_the_window_to_itself_leads_back_to_the_merchant(
    merchant: Merchant, door: Json, outcome: str
) -> None:
    session = session_of(merchant, door)
    asked = merchant.confirm(session["id"], "pm_card_threeDSecure2Required").json()
    bank = asked["payment_intent"]["next_action"]["redirect_to_url"]["url"]
    ancestors = policy(merchant.http.get(bank))["frame-ancestors"].split()
    assert {"'self'", "https://shop.example"} <= set(ancestors)
    assert "*" not in ancestors
    answered = merchant.http.post(bank, data={"outcome": outcome})
    url = RETURN_URL.replace("{CHECKOUT_SESSION_ID}", session["id"])
    assert answered.headers["location"] == url


@pytest.mark.parametrize("door", [EMBEDDED, ELEMENTS], ids=["embedded", "elements"])
def test_a_bank_that_waits_no_more_says_so_where_it_was_asked(
    merchant: Merchant, door: Json
) -> None:
    session = session_of(merchant, door)
    asked = merchant.confirm(session["id"], "pm_card_threeDSecure2Required").json()
    bank = asked["payment_intent"]["next_action"]["redirect_to_url"]["url"]
    change = {
        "updated_line_item_quantity[line_item_id]": merchant.lines(session["id"])[0]["id"],
        "updated_line_item_quantity[quantity]": "2",
    }
    merchant.write(f"/v1/payment_pages/{session['id']}", change)
    for answer in (
        merchant.http.get(bank, params={"modal": "1"}),
        merchant.http.post(bank, data={"outcome": "authorize", "modal": "1"}),
    ):
        assert answer.status_code == 410
        assert "The order was changed" in answer.text
        assert "https://shop.example" in policy(answer)["frame-ancestors"].split()
    assert merchant.http.get(bank.replace(bank.rpartition("/")[2], "nobody")).status_code == 404


def test_a_hosted_pages_bank_is_framed_by_it_alone(merchant: Merchant) -> None:
    session = merchant.session()
    asked = merchant.confirm(session["id"], "pm_card_threeDSecure2Required").json()
    bank = asked["payment_intent"]["next_action"]["redirect_to_url"]["url"]
    assert policy(merchant.http.get(bank))["frame-ancestors"] == "'self'"


def test_the_page_around_says_in_which_language(merchant: Merchant) -> None:
    session = session_of(merchant, EMBEDDED)
    path = f"/c/embed/{session['id']}"
    assert "Bezahlen" in visit(merchant, path, locale="de").text
    assert "Bezahlen" not in visit(merchant, path, locale="auto").text
    merchants = session_of(merchant, {**EMBEDDED, "locale": "fr"})
    assert 'lang="fr"' in visit(merchant, f"/c/embed/{merchants['id']}", locale="de").text
