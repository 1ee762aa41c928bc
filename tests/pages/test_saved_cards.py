"""A customer comes back: their cards are there to choose from, with scripts and without."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest
from playwright.sync_api import FrameLocator, Page, expect

from tests.api.merchant import Merchant
from tests.pages.conftest import Opened
from tests.pages.steps import IS_DECLINED, fill_in, pay
from tests.support.server import Server

pytestmark = pytest.mark.browser

SAVING = {"saved_payment_method_options[payment_method_save]": "enabled"}
WINDOWS = ["buyer", "plain_buyer"]
"""With scripts, and without."""

in_every_window = pytest.mark.parametrize("window", WINDOWS, indirect=True)


@pytest.fixture
def window(request: pytest.FixtureRequest) -> Page:
    page: Page = request.getfixturevalue(request.param)
    return page


@dataclass
class Regular:
    """A customer with one saved card."""

    merchant: Merchant
    customer: str
    method: str

    def methods_charged(self) -> list[str]:
        charges = self.merchant.read("/v1/charges", {"customer": self.customer})["data"]
        return [charge["payment_method"] for charge in charges]

    def methods_kept(self) -> list[str]:
        path = f"/v1/customers/{self.customer}/payment_methods"
        return [method["id"] for method in self.merchant.read(path)["data"]]

    def keep(self, token: str) -> str:
        fields = {"type": "card", "card[token]": token, "allow_redisplay": "always",
                  "billing_details[name]": "Jenny Rosen"}  # fmt: skip
        method: str = self.merchant.write("/v1/payment_methods", fields)["id"]
        path = f"/v1/payment_methods/{method}/attach"
        self.merchant.write(path, {"customer": self.customer})
        return method


@pytest.fixture
def regular(server: Server, key: str) -> Iterator[Regular]:
    with httpx.Client(trust_env=False) as http:
        merchant = Merchant(http, server.url, key)
        customer = merchant.write("/v1/customers", {"email": "jenny@example.com"})["id"]
        made = Regular(merchant, customer, "")
        made.method = made.keep("tok_visa")
        yield made


@in_every_window
def test_a_saved_card_pays(window: Page, checkout: Opened, regular: Regular) -> None:
    window.goto(checkout(customer=regular.customer))
    expect(window.locator(".ReadOnlyFormField-title")).to_have_text("jenny@example.com")
    expect(window.get_by_label("Visa ending in 4242")).to_be_checked()
    for id in ("cardNumber", "billingName", "billingCountry"):
        expect(window.locator(f"#{id}")).to_be_hidden()
    pay(window)
    window.wait_for_url("**/healthz?paid=yes")
    assert regular.methods_charged() == [regular.method]


@in_every_window
def test_another_card_pays_and_is_kept(window: Page, checkout: Opened, regular: Regular) -> None:
    window.goto(checkout(customer=regular.customer, **SAVING))
    expect(window.get_by_label("Save this card for next time")).to_be_hidden()
    window.get_by_label("New card").check()
    fill_in(window, IS_DECLINED, email=None)
    window.get_by_label("Save this card for next time").check()
    pay(window)
    expect(window.locator("#payment-error")).to_have_text("Your card was declined.")
    expect(window.get_by_label("New card")).to_be_checked()
    expect(window.get_by_label("Save this card for next time")).to_be_checked()
    fill_in(window, email=None)
    pay(window)
    window.wait_for_url("**/healthz?paid=yes")
    assert regular.method in regular.methods_kept()
    assert len(regular.methods_kept()) == 2


@in_every_window
def test_a_guest_chooses_whether_their_card_is_kept(
    window: Page, checkout: Opened, regular: Regular
) -> None:
    window.goto(checkout(**SAVING))
    expect(window.get_by_label("New card")).to_have_count(0)
    fill_in(window)
    pay(window)
    window.wait_for_url("**/healthz?paid=yes")
    (customer,) = regular.merchant.read("/v1/customers")["data"]
    assert customer["id"] == regular.customer


@pytest.mark.parametrize(
    ("window", "outer"),
    [("buyer", ["iframe[name^=__privateStripeFrame]"]), ("plain_buyer", [])],
    indirect=["window"],
)
def test_a_saved_card_may_ask_the_bank(
    window: Page, outer: list[str], checkout: Opened, regular: Regular
) -> None:
    regular.keep("tok_threeDSecure2Required")
    window.goto(checkout(customer=regular.customer))
    expect(window.get_by_label("Visa ending in 3220")).to_be_checked()
    pay(window)
    bank: Page | FrameLocator = window
    for frame in (*outer, "#challengeFrame", "#acsFrame"):
        bank = bank.frame_locator(frame)
    bank.locator("#test-source-fail-3ds").click()
    expect(window.locator("#payment-error")).to_contain_text("unable to authenticate")
    expect(window.get_by_label("Visa ending in 3220")).to_be_checked()
    window.get_by_label("Visa ending in 4242").check()
    pay(window)
    window.wait_for_url("**/healthz?paid=yes")
    assert regular.methods_charged() == [regular.method]


def test_the_keyboard_chooses(buyer: Page, checkout: Opened, regular: Regular) -> None:
    buyer.goto(checkout(customer=regular.customer))
    buyer.get_by_label("Visa ending in 4242").focus()
    buyer.keyboard.press("ArrowDown")
    expect(buyer.get_by_label("New card")).to_be_checked()
    buyer.keyboard.press("Tab")
    expect(buyer.locator("#cardNumber")).to_be_focused()
    pay(buyer)
    expect(buyer.locator("#cardNumber-error")).to_be_visible()


def test_a_strangers_card_is_not_offered(
    plain_buyer: Page, checkout: Opened, regular: Regular
) -> None:
    stranger = regular.merchant.write("/v1/customers", {"email": "else@example.com"})["id"]
    plain_buyer.goto(checkout(customer=stranger))
    expect(plain_buyer.get_by_test_id("saved-card")).to_have_count(0)
