"""What a page may ask of a checkout, and what it is told when the answer is no."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.sdk.conftest import Site
from tests.sdk.merchant import Merchant, open_shop
from tests.support.browser import look_away
from tests.support.server import Server

if TYPE_CHECKING:
    from playwright.sync_api import Route

pytestmark = pytest.mark.browser

OPEN = """async ([key, secret, options]) => {
  window.seen = [];
  window.sdk = Stripe(key).initCheckoutElementsSdk({clientSecret: secret, ...options});
  sdk.on('change', (session) => seen.push(session.total.total.amount));
  const loaded = await sdk.loadActions();
  window.actions = loaded.actions;
  return loaded.type;
}"""

TWO_LINES = {
    "line_items[1][price_data][currency]": "usd",
    "line_items[1][price_data][product_data][name]": "Poster",
    "line_items[1][price_data][unit_amount]": "1500",
    "line_items[1][quantity]": "1",
}

Ask = Callable[..., Any]


@pytest.fixture
def shop(server: Server, key: str, request: pytest.FixtureRequest) -> Merchant:
    return open_shop(server, key, getattr(request, "param", None))


@pytest.fixture
def ask(site: Site, server: Server, shop: Merchant) -> Ask:
    """Calls an action on the page and gives back what it resolved to."""
    page = site.open(f'<!doctype html><script src="{server.url}/endive/stripe.js"></script>')
    assert page.evaluate(OPEN, [shop.key, shop.secret, {}]) == "success"

    def call(action: str, *arguments: Any) -> Any:
        return page.evaluate(
            "([action, given]) => actions[action](...given)", [action, list(arguments)]
        )

    return call


def change(ask: Ask, line: str, quantity: int) -> Any:
    return ask("updateLineItemQuantity", {"lineItem": line, "quantity": quantity})


def order(shop: Merchant, quantity: int) -> None:
    """The buyer changes the quantity in another window."""
    fields = {
        "updated_line_item_quantity[line_item_id]": shop.line,
        "updated_line_item_quantity[quantity]": str(quantity),
    }
    url = f"{shop.url}/v1/payment_pages/{shop.id}"
    bearer = {"Authorization": f"Bearer {shop.key}"}
    httpx.post(url, data=fields, headers=bearer).raise_for_status()


def message(result: Any) -> str:
    assert result["type"] == "error", result
    assert result["error"]["code"] is None
    told: str = result["error"]["message"]
    return told


def test_a_quantity_changes_the_session_and_tells_everyone(
    ask: Ask, shop: Merchant, site: Site
) -> None:
    told = change(ask, shop.line, 3)
    assert told["type"] == "success"
    assert told["session"]["lineItems"][0]["quantity"] == 3
    assert told["session"]["total"]["total"]["amount"] == "$60.00"
    assert site.page.evaluate("seen") == ["$60.00"]
    assert shop.quantity() == 3
    change(ask, shop.line, 3)
    assert site.page.evaluate("seen") == ["$60.00"], "nothing changed, so nothing is told"


def test_out_of_range_is_an_error_and_changes_nothing(ask: Ask, shop: Merchant) -> None:
    assert message(change(ask, shop.line, 101)) == "You can order at most 100."
    assert shop.quantity() == 1


def test_the_last_item_stays(ask: Ask, shop: Merchant) -> None:
    assert "only item left" in message(change(ask, shop.line, 0))
    assert ask("getSession")["lineItems"][0]["isRemovable"] is False
    assert shop.quantity() == 1


@pytest.mark.parametrize("shop", [TWO_LINES], indirect=True)
def test_a_line_can_be_taken_out_and_a_fixed_one_stays_as_it_is(ask: Ask, shop: Merchant) -> None:
    poster = shop.look()["line_items"]["data"][1]["id"]
    assert "can't be changed" in message(change(ask, poster, 2))
    assert [line["quantity"] for line in shop.look()["line_items"]["data"]] == [1, 1]
    told = change(ask, shop.line, 0)
    assert [line["id"] for line in told["session"]["lineItems"]] == [poster]
    assert ask("getSession")["lineItems"][0]["adjustableQuantity"] is None


def test_a_foreign_line_is_an_error(ask: Ask, shop: Merchant, server: Server) -> None:
    other = open_shop(server, shop.secret_key)
    assert "line item" in message(change(ask, other.line, 2))
    assert (shop.quantity(), other.quantity()) == (1, 1)


def test_after_completion_nothing_changes(ask: Ask, shop: Merchant, site: Site) -> None:
    ask("getSession")
    paid = ask("confirm", {"redirect": "if_required", "paymentMethod": "pm_card_visa"})
    assert paid["session"]["status"] == {"type": "complete", "paymentStatus": "paid"}
    assert "paid already" in message(change(ask, shop.line, 2))
    assert shop.quantity() == 1


def test_a_total_that_moved_is_not_paid(ask: Ask, shop: Merchant, site: Site) -> None:
    def change_first(route: Route) -> None:
        order(shop, 5)
        route.continue_()

    ask("getSession")
    site.page.route("**/confirm", change_first)
    told = ask("confirm", {"redirect": "if_required", "paymentMethod": "pm_card_visa"})
    assert "total has changed" in message(told)
    assert ask("getSession")["total"]["total"]["amount"] == "$100.00"
    assert shop.look()["status"] == "open"


def test_nobody_pays_a_total_that_the_page_never_read(ask: Ask, site: Site) -> None:
    raised = site.page.evaluate(
        "actions.confirm({paymentMethod: 'pm_card_visa'}).catch((error) => error.name)"
    )
    assert raised == "IntegrationError"


@pytest.mark.parametrize(
    ("reading", "counts"),
    [
        ("session.total.total.amount", True),
        ("[session.total.total.minorUnitsAmount, session.currency]", False),
        ("[session.total.total.minorUnitsAmount, {...session}]", True),
        ("session.total.subtotal.amount", False),
    ],
)
def test_a_total_is_shown_by_its_text_or_by_all_that_makes_an_amount(
    ask: Ask, site: Site, reading: str, counts: bool
) -> None:
    told = site.page.evaluate(
        f"""() => {{ const session = actions.getSession(); {reading};
          return actions.confirm({{paymentMethod: 'pm_card_visa', redirect: 'if_required'}})
            .then((result) => result.type, (error) => error.name); }}"""
    )
    assert told == ("success" if counts else "IntegrationError")


def test_a_session_is_a_fresh_plain_object_each_time(ask: Ask, site: Site) -> None:
    assert site.page.evaluate(
        "() => { const one = actions.getSession(); const two = actions.getSession();"
        " return one !== two && !Object.isFrozen(one) &&"
        " Object.getPrototypeOf(one) === Object.prototype &&"
        " JSON.stringify(one) === JSON.stringify(two); }"
    )
    assert site.page.evaluate(
        "() => { const one = actions.getSession(); one.currency = 'eur';"
        " return [one.currency, actions.getSession().currency]; }"
    ) == ["eur", "usd"]


def test_an_option_that_nobody_knows_is_named_on_the_console(ask: Ask, site: Site) -> None:
    site.page.evaluate(
        "Stripe('pk_test_x').initCheckoutElementsSdk("
        "{clientSecret: 'x', elementsOptions: {}, appearance: {}, locale: undefined})"
    )
    assert site.said == ["warning: options.appearance is not an accepted parameter. It is ignored."]


@pytest.mark.parametrize(
    ("email", "code"),
    [("jenny", "incompleteEmail"), ("", "incompleteEmail"), ("a@b..co", "incompleteEmail")],
)
def test_an_email_that_is_none(ask: Ask, email: str, code: str) -> None:
    assert ask("updateEmail", email)["error"]["code"] == code


def test_an_email_a_phone_and_an_address_become_part_of_the_session(ask: Ask) -> None:
    assert ask("updateEmail", "jenny@example.com")["session"]["email"] == "jenny@example.com"
    assert ask("updatePhoneNumber", "+4930123456")["session"]["phoneNumber"] == "+4930123456"
    address = {"name": "Jenny Rosen", "address": {"country": "DE", "city": "Berlin"}}
    told = ask("updateBillingAddress", address)["session"]["billingAddress"]
    assert told["name"] == "Jenny Rosen"
    assert {name: text for name, text in told["address"].items() if text} == address["address"]


@pytest.mark.parametrize(
    ("action", "argument"),
    [
        ("applyPromotionCode", "SAVE"),
        ("removePromotionCode", None),
        ("updateShippingAddress", {"address": {"country": "DE"}}),
        ("updateShippingOption", "shr_1"),
        ("addOptionalLineItem", "price_1"),
        ("removeOptionalLineItem", "price_1"),
    ],
)
def test_what_a_checkout_has_not_is_an_error_for_the_buyer(
    ask: Ask, action: str, argument: object
) -> None:
    assert message(ask(action, argument)).endswith(".")


def test_a_server_update_is_followed_by_the_session_after_it(
    ask: Ask, site: Site, shop: Merchant
) -> None:
    told = site.page.evaluate(
        """([url, key, line]) => actions.runServerUpdate(() => fetch(url, {
          method: 'POST',
          headers: {Authorization: `Bearer ${key}`},
          body: new URLSearchParams({
            'updated_line_item_quantity[line_item_id]': line,
            'updated_line_item_quantity[quantity]': '4',
          }),
        }))""",
        [f"{shop.url}/v1/payment_pages/{shop.id}", shop.key, shop.line],
    )
    assert told["session"]["lineItems"][0]["quantity"] == 4
    failed = site.page.evaluate(
        "actions.runServerUpdate(() => Promise.reject(new Error('Sold out.')))"
    )
    assert message(failed) == "Sold out."


def test_without_elements_there_is_nothing_to_validate(ask: Ask) -> None:
    assert ask("validateElements")["error"]["code"] == "no_elements"


def test_a_change_made_elsewhere_is_seen_without_asking(
    shop: Merchant, ask: Ask, site: Site
) -> None:
    order(shop, 7)
    site.page.wait_for_function("seen.includes('$140.00')", timeout=3_000)


LISTENING = "sources.filter((each) => each.readyState !== EventSource.CLOSED).length"


def test_out_of_sight_a_page_listens_to_nobody_and_then_catches_up(
    shop: Merchant, site: Site, server: Server
) -> None:
    page = site.open(f'<!doctype html><script src="{server.url}/endive/stripe.js"></script>')
    page.evaluate(
        """() => { window.sources = []; const Real = EventSource;
          window.EventSource = class extends Real {
            constructor(url) { super(url); sources.push(this); } }; }"""
    )
    page.evaluate(OPEN, [shop.key, shop.secret, {}])
    assert page.evaluate(LISTENING) == 1
    look_away(page, hidden=True)
    assert page.evaluate(LISTENING) == 0
    order(shop, 7)
    look_away(page, hidden=False)
    page.wait_for_function("seen.includes('$140.00')", timeout=3_000)
    assert page.evaluate(LISTENING) == 1
    look_away(page, hidden=False)
    assert page.evaluate(LISTENING) == 1
