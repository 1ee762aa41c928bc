"""The session from the buyer's side: quantities, the place for the tax, and paying."""

from __future__ import annotations

import httpx
import pytest

from tests.api.merchant import SAN_FRANCISCO, SESSIONS, Fields, Json, Merchant, refused, succeeded

PAGES = "/v1/payment_pages"
QUANTITY = "updated_line_item_quantity[quantity]"
LINE = "updated_line_item_quantity[line_item_id]"
SECOND = {
    "line_items[1][price_data][currency]": "usd",
    "line_items[1][price_data][product_data][name]": "Mug",
    "line_items[1][price_data][unit_amount]": "900",
    "line_items[1][quantity]": "2",
}
FROM_ZERO = {
    "line_items[0][adjustable_quantity][minimum]": "0",
    "line_items[1][adjustable_quantity][enabled]": "true",
}
WITH_TAX = {"automatic_tax[enabled]": "true"}


class Buyer:
    """Someone at the page of one session, with nothing but the publishable key."""

    def __init__(self, merchant: Merchant, fields: Fields | None = None) -> None:
        self.merchant = merchant
        self.session: str = merchant.session(fields)["id"]
        self.lines = [line["id"] for line in merchant.lines(self.session)]

    def send(self, fields: Fields, action: str = "") -> httpx.Response:
        path = f"{PAGES}/{self.session}{action}"
        return self.merchant.request("POST", path, fields, key=self.merchant.publishable_key)

    def choose(self, quantity: int, line: int = 0) -> httpx.Response:
        return self.send({LINE: self.lines[line], QUANTITY: str(quantity)})

    def pay(self, method: str = "pm_card_visa", **fields: str) -> httpx.Response:
        return self.send({"payment_method": method, **fields}, "/confirm")

    def pay_with_number(self, number: str, **changes: str) -> httpx.Response:
        card = {"number": number, "exp_month": "12", "exp_year": "2040", "cvc": "123", **changes}
        fields = {f"payment_method_data[card][{name}]": text for name, text in card.items()}
        return self.send({"payment_method_data[type]": "card", **fields}, "/confirm")

    def page(self) -> Json:
        path = f"{PAGES}/{self.session}"
        return succeeded(self.merchant.request("GET", path, key=self.merchant.publishable_key))


def the_lines(page: Json) -> list[Json]:
    found: list[Json] = page["line_item_group"]["line_items"]
    return found


@pytest.fixture
def buyer(merchant: Merchant) -> Buyer:
    return Buyer(merchant)


def test_what_the_page_shows(buyer: Buyer) -> None:
    page = buyer.page()
    assert page == succeeded(buyer.send({}, "/init")) == succeeded(buyer.send({}))
    assert (page["status"], page["payment_status"], page["payment_intent"]) == (
        *("open", "unpaid"), None
    )  # fmt: skip
    (line,) = the_lines(page)
    assert line["adjustable_quantity"] == {"enabled": True, "minimum": 1, "maximum": 10}
    assert line["price"]["product"]["name"] == line["name"] == "T-shirt"
    assert page["total_summary"] == {"due": 2000, "subtotal": 2000, "tax": 0, "total": 2000}


def test_bounds_that_the_merchant_left_open_are_filled_in(merchant: Merchant) -> None:
    buyer = Buyer(merchant, {**SECOND, "line_items[1][adjustable_quantity][enabled]": "true"})
    shown = [line["adjustable_quantity"] for line in the_lines(buyer.page())]
    assert shown == [
        {"enabled": True, "minimum": 1, "maximum": 10},
        {"enabled": True, "minimum": 0, "maximum": 99},
    ]
    as_configured = merchant.lines(buyer.session)[1]["adjustable_quantity"]
    assert as_configured == {"enabled": True, "minimum": None, "maximum": None}


# Quantities


@pytest.mark.parametrize("quantity", [1, 2, 10])
def test_a_quantity_within_the_bounds(buyer: Buyer, quantity: int) -> None:
    page = succeeded(buyer.choose(quantity))
    assert the_lines(page)[0]["quantity"] == quantity
    assert page["total_summary"]["total"] == quantity * 2000
    (line,) = buyer.merchant.lines(buyer.session)
    assert (line["quantity"], line["amount_total"]) == (quantity, quantity * 2000)
    session = buyer.merchant.read(f"{SESSIONS}/{buyer.session}")
    assert session["amount_total"] == session["amount_subtotal"] == quantity * 2000


@pytest.mark.parametrize(
    ("quantity", "message"),
    [
        (0, "You need to order at least 1."),
        (11, "You can order at most 10."),
        (999_999_999, "You can order at most 10."),
    ],
)
def test_a_quantity_out_of_bounds(buyer: Buyer, quantity: int, message: str) -> None:
    before = buyer.merchant.state(buyer.session)
    error = refused(buyer.choose(quantity))
    assert (error["message"], error["param"]) == (message, QUANTITY)
    assert error["code"] == "parameter_invalid_integer"
    assert buyer.merchant.state(buyer.session) == before


def test_every_change_makes_a_version_and_no_change_none(buyer: Buyer) -> None:
    versions = [succeeded(buyer.choose(quantity))["version"] for quantity in (1, 2, 3, 3, 1)]
    assert versions == [1, 2, 3, 3, 4]


@pytest.mark.parametrize("enabled", [None, "false"])
def test_a_line_that_is_not_adjustable(merchant: Merchant, enabled: str | None) -> None:
    adjustable = {} if enabled is None else {"line_items[1][adjustable_quantity][enabled]": enabled}
    buyer = Buyer(merchant, {**SECOND, **adjustable})
    before = merchant.state(buyer.session)
    for quantity in (0, 1, 2, 3):
        error = refused(buyer.choose(quantity, line=1))
        assert error["message"] == "The quantity of this item can't be changed."
    assert the_lines(buyer.page())[1]["adjustable_quantity"] is None
    assert merchant.state(buyer.session) == before


def test_a_removed_line_is_gone(merchant: Merchant) -> None:
    buyer = Buyer(merchant, {**SECOND, **FROM_ZERO})
    page = succeeded(buyer.choose(0, line=1))
    assert [line["name"] for line in the_lines(page)] == ["T-shirt"]
    assert page["total_summary"]["total"] == 2000
    assert [line["id"] for line in merchant.lines(buyer.session)] == buyer.lines[:1]
    assert refused(buyer.choose(1, line=1), 404)["code"] == "resource_missing"
    succeeded(buyer.pay())
    (line,) = merchant.lines(buyer.session)
    assert line["description"] == "T-shirt"


def test_the_last_line_stays(merchant: Merchant) -> None:
    buyer = Buyer(merchant, {**SECOND, **FROM_ZERO})
    succeeded(buyer.choose(0, line=1))
    before = merchant.state(buyer.session)
    error = refused(buyer.choose(0, line=0))
    assert error["message"] == "This is the only item left, so it can't be removed."
    assert merchant.state(buyer.session) == before


def test_a_line_needs_a_quantity_and_a_quantity_a_line(buyer: Buyer) -> None:
    for fields, missing in (({LINE: buyer.lines[0]}, QUANTITY), ({QUANTITY: "2"}, LINE)):
        error = refused(buyer.send(fields))
        assert (error["code"], error["param"]) == ("parameter_missing", missing)


@pytest.mark.parametrize("end", ["complete", "expired"])
def test_after_the_end_nothing_changes(merchant: Merchant, end: str) -> None:
    buyer = Buyer(merchant)
    if end == "complete":
        succeeded(buyer.pay())
    else:
        merchant.write(f"{SESSIONS}/{buyer.session}/expire")
    before = merchant.state(buyer.session)
    refused(buyer.choose(2))
    refused(buyer.send(SAN_FRANCISCO))
    refused(buyer.send({"email": "late@shop.test"}))
    assert buyer.page()["status"] == end
    assert merchant.state(buyer.session) == before


# Tax and email


@pytest.mark.parametrize(
    ("place", "status", "tax"),
    [
        ({"country": "US"}, "requires_location_inputs", 0),
        ({"country": "US", "postal_code": "94103"}, "complete", 145),
        ({"country": "US", "postal_code": "97201"}, "complete", 0),
        ({"country": "DE"}, "complete", 380),
        ({"country": "JP"}, "complete", 0),
    ],
    ids=["no ZIP", "California", "Oregon", "Germany", "Japan"],
)
def test_the_place_decides_about_the_tax(
    merchant: Merchant, place: Fields, status: str, tax: int
) -> None:
    buyer = Buyer(merchant, WITH_TAX)
    assert buyer.page()["automatic_tax"]["status"] == "requires_location_inputs"
    page = succeeded(buyer.send({f"tax_region[{name}]": text for name, text in place.items()}))
    assert page["automatic_tax"]["status"] == status
    assert page["total_summary"] == {
        "due": 2000 + tax, "subtotal": 2000, "tax": tax, "total": 2000 + tax
    }  # fmt: skip
    session = merchant.read(f"{SESSIONS}/{buyer.session}")
    assert session["total_details"]["amount_tax"] == tax
    assert session["automatic_tax"]["status"] == status


def test_the_tax_follows_the_quantity_and_the_place(merchant: Merchant) -> None:
    buyer = Buyer(merchant, WITH_TAX)
    succeeded(buyer.send({"tax_region[country]": "DE"}))
    assert succeeded(buyer.choose(3))["total_summary"]["tax"] == 3 * 380
    both = {"tax_region[country]": "FR", LINE: buyer.lines[0], QUANTITY: "2"}
    assert succeeded(buyer.send(both))["total_summary"]["tax"] == 2 * 400


def test_tax_inside_the_price(merchant: Merchant) -> None:
    inclusive = {"line_items[0][price_data][tax_behavior]": "inclusive"}
    buyer = Buyer(merchant, {**WITH_TAX, **inclusive})
    page = succeeded(buyer.send({"tax_region[country]": "DE"}))
    assert page["total_summary"] == {"due": 2000, "subtotal": 2000, "tax": 319, "total": 2000}


def test_without_automatic_tax_the_place_changes_nothing(buyer: Buyer) -> None:
    page = succeeded(buyer.send(SAN_FRANCISCO))
    assert page["automatic_tax"] == {"enabled": False, "status": None}
    assert page["total_summary"]["total"] == 2000


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"tax_region[country]": "Germany"}, "tax_region[country]"),
        ({"tax_region[planet]": "Mars"}, "tax_region[planet]"),
        ({"email": "nobody"}, "email"),
    ],
)
def test_a_place_or_an_email_that_is_none(buyer: Buyer, fields: Fields, param: str) -> None:
    assert refused(buyer.send(fields))["param"] == param


def test_the_email_that_the_merchant_gave_stays(merchant: Merchant) -> None:
    for given, expected in (
        ({}, "b@shop.test"),
        ({"customer_email": "a@shop.test"}, "a@shop.test"),
    ):
        buyer = Buyer(merchant, given)
        page = succeeded(buyer.send({"email": "b@shop.test"}))
        assert page["customer_details"]["email"] == expected
        succeeded(buyer.pay())
        details = merchant.read(f"{SESSIONS}/{buyer.session}")["customer_details"]
        assert details["email"] == expected


# Paying


def test_paying(buyer: Buyer) -> None:
    succeeded(buyer.choose(3))
    page = succeeded(buyer.pay(expected_amount="6000", email="b@shop.test"))
    assert (page["status"], page["payment_status"]) == ("complete", "paid")
    assert page["payment_intent"]["status"] == "succeeded"
    session = buyer.merchant.read(f"{SESSIONS}/{buyer.session}")
    assert (session["status"], session["payment_status"]) == ("complete", "paid")
    assert (session["url"], session["customer_details"]["email"]) == (None, "b@shop.test")
    (charge,) = buyer.merchant.read("/v1/charges")["data"]
    assert (charge["amount"], charge["paid"]) == (6000, True)


def test_paying_twice_charges_once(buyer: Buyer) -> None:
    first, second = succeeded(buyer.pay()), succeeded(buyer.pay())
    assert first == second
    assert len(buyer.merchant.read("/v1/charges")["data"]) == 1
    assert len(buyer.merchant.events("checkout.session.completed")) == 1


def test_paying_what_is_not_the_total(buyer: Buyer) -> None:
    succeeded(buyer.choose(2))
    before = buyer.merchant.state(buyer.session)
    error = refused(buyer.pay(expected_amount="2000"))
    assert (error["code"], error["param"]) == ("checkout_amount_mismatch", "expected_amount")
    assert buyer.merchant.state(buyer.session) == before
    assert buyer.merchant.read("/v1/payment_intents")["data"] == []


def test_paying_with_nothing(buyer: Buyer) -> None:
    error = refused(buyer.send({}, "/confirm"))
    assert (error["code"], error["param"]) == ("parameter_missing", "payment_method")
    assert error["message"] == "Missing required param: payment_method."


@pytest.mark.parametrize(
    ("card", "code", "decline_code"),
    [
        ("pm_card_chargeDeclined", "card_declined", "generic_decline"),
        ("pm_card_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card", None),
        ("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", None),
        ("pm_card_chargeDeclinedProcessingError", "processing_error", None),
    ],
)
def test_a_declined_card_leaves_the_session_open(
    buyer: Buyer, card: str, code: str, decline_code: str | None
) -> None:
    error = refused(buyer.pay(card), 402)
    assert (error["type"], error["code"]) == ("card_error", code)
    assert error.get("decline_code") == decline_code
    assert error["charge"].startswith("ch_")
    page = buyer.page()
    assert (page["status"], page["payment_intent"]["status"]) == ("open", "requires_payment_method")
    succeeded(buyer.pay())
    assert buyer.page()["status"] == "complete"


def test_a_card_whose_bank_asks(buyer: Buyer) -> None:
    page = succeeded(buyer.pay("pm_card_threeDSecureRequired"))
    assert page["status"] == "open"
    intent = page["payment_intent"]
    assert intent["status"] == "requires_action"
    bank = intent["next_action"]["redirect_to_url"]["url"]
    answer = buyer.merchant.http.post(bank, data={"outcome": "authorize"})
    assert answer.status_code == 303
    assert buyer.page()["status"] == "complete"


def test_another_order_gives_the_banks_question_up(buyer: Buyer) -> None:
    page = succeeded(buyer.pay("pm_card_threeDSecureRequired"))
    bank = page["payment_intent"]["next_action"]["redirect_to_url"]["url"]
    changed = succeeded(buyer.choose(2))
    assert changed["payment_intent"]["status"] == "requires_payment_method"
    answer = buyer.merchant.http.post(bank, data={"outcome": "authorize"})
    assert answer.status_code == 410
    assert buyer.page()["status"] == "open"
    assert buyer.merchant.read("/v1/charges")["data"] == []


def test_a_typed_card(buyer: Buyer) -> None:
    assert succeeded(buyer.pay_with_number("4242 4242 4242 4242"))["status"] == "complete"
    (charge,) = buyer.merchant.read("/v1/charges")["data"]
    card = charge["payment_method_details"]["card"]
    assert (card["last4"], card["checks"]["cvc_check"]) == ("4242", "pass")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"number": "4242424242424241"}, "incorrect_number"),
        ({"number": "42"}, "incorrect_number"),
        ({"number": ""}, "incorrect_number"),
        ({"exp_year": "2020"}, "invalid_expiry_year"),
        ({"exp_month": "13"}, "invalid_expiry_month"),
        ({"cvc": "12"}, "invalid_cvc"),
    ],
)
def test_a_card_that_is_none(buyer: Buyer, changes: dict[str, str], code: str) -> None:
    error = refused(buyer.pay_with_number(**{"number": "4242424242424242", **changes}), 402)
    assert (error["type"], error["code"]) == ("card_error", code)
    assert buyer.merchant.read("/v1/payment_methods")["data"] == []


def test_a_real_card_is_never_taken(buyer: Buyer) -> None:
    number = "4532015112830366"  # well-formed, and no published test number
    answer = buyer.pay_with_number(number)
    assert refused(answer, 402)["decline_code"] == "test_mode_live_card"
    assert number not in answer.text
    assert buyer.merchant.read("/v1/payment_methods")["data"] == []


def test_a_card_number_is_only_for_the_buyers_page(merchant: Merchant) -> None:
    typed = {"type": "card", "card[number]": "4242424242424242", "card[exp_month]": "12"}
    answer = merchant.post("/v1/payment_methods", typed)
    assert refused(answer)["param"] == "card[number]"
    assert "4242424242424242" not in answer.text


def test_tax_that_the_card_s_address_moves_is_shown_first(merchant: Merchant) -> None:
    buyer = Buyer(merchant, WITH_TAX)
    address = "payment_method_data[billing_details][address]"
    fields = {
        "payment_method_data[type]": "card",
        "payment_method_data[card][token]": "tok_visa",
        f"{address}[country]": "DE",
    }
    error = refused(buyer.send({**fields, "expected_amount": "2000"}, "/confirm"))
    assert error["code"] == "checkout_amount_mismatch"
    assert buyer.page()["total_summary"]["total"] == 2380
    succeeded(buyer.send({**fields, "expected_amount": "2380"}, "/confirm"))


def test_tax_needs_a_place(merchant: Merchant) -> None:
    buyer = Buyer(merchant, WITH_TAX)
    error = refused(buyer.pay())
    assert error["code"] == "customer_tax_location_invalid"
    assert buyer.page()["status"] == "open"
