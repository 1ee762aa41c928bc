"""A merchant's shop: it sells through the official SDK, hears webhooks, welcomes buyers back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, Event, Thread
from typing import Any

import stripe

WAIT_SECONDS_MAX = 10
WELCOME = b"<!doctype html><html lang=en><link rel=icon href='data:,'><title>Shop</title>"


def item(name: str, unit_amount: int, quantity: int = 1, **more: Any) -> dict[str, Any]:
    """A line item; `more` may hold `currency`, `product_data` and `adjustable_quantity`."""
    product = {"name": name, **more.pop("product_data", {})}
    price = {
        "currency": more.pop("currency", "usd"),
        "product_data": product,
        "unit_amount": unit_amount,
        "tax_behavior": "exclusive",
    }
    return {"price_data": price, "quantity": quantity, **more}


ONE_TO_TEN = {"enabled": True, "minimum": 1, "maximum": 10}
FROM_ZERO = {"enabled": True, "minimum": 0}

T_SHIRT = item("T-shirt", 2000, adjustable_quantity=ONE_TO_TEN)
MUG = item("Mug", 1250, 2, adjustable_quantity=FROM_ZERO)
POSTER = item("Poster", 900)


class Shop:
    """`log` is what reached the shop, in order: types of events, and addresses that were opened;
    `referrers` says for each of the latter where its buyer came from, as their browser told.

    While `open_for_webhooks` is cleared, the webhook handler does not answer. `pages` are those
    that are not just a welcome.
    """

    def __init__(self, api: str, key: str) -> None:
        self.pages: dict[str, bytes] = {}
        self.log: list[str] = []
        self.referrers: list[str | None] = []
        self.open_for_webhooks = Event()
        self.open_for_webhooks.set()
        self._changed = Condition()
        self._sdk = stripe.StripeClient(key, base_addresses={"api": api})
        self._secret = ""
        self.url = ""

    def listen(self) -> None:
        """Ask for the events of finished checkouts."""
        endpoint = self._sdk.v1.webhook_endpoints.create(
            {"url": f"{self.url}/webhook", "enabled_events": ["checkout.session.completed"]}
        )
        assert endpoint.secret is not None
        self._secret = endpoint.secret

    def listen_at(self, url: str) -> None:
        """Have every event sent there as well."""
        self._sdk.v1.webhook_endpoints.create({"url": url, "enabled_events": ["*"]})

    def create(self, *items: Any, **more: Any) -> stripe.checkout.Session:
        """An open session that sells `items`."""
        given: Any = {
            "line_items": items or [T_SHIRT],
            "mode": "payment",
            "success_url": f"{self.url}/thanks",
            "cancel_url": f"{self.url}/basket",
            **more,
        }
        return self._sdk.v1.checkout.sessions.create(given)

    def regular_customer(self) -> str:
        """A customer with a saved card."""
        customer = self._sdk.v1.customers.create({"email": "regular@shop.test"})
        method = self._sdk.v1.payment_methods.attach("pm_card_visa", {"customer": customer.id})
        self._sdk.v1.payment_methods.update(method.id, {"allow_redisplay": "always"})
        return customer.id

    def customer(self, **fields: Any) -> str:
        """A customer of whom this is known."""
        given: Any = fields
        return self._sdk.v1.customers.create(given).id

    def look_at_customer(self, id: str) -> stripe.Customer:
        """The customer as they are now."""
        return self._sdk.v1.customers.retrieve(id)

    def look(self, session: stripe.checkout.Session) -> stripe.checkout.Session:
        """The session as it is now."""
        return self._sdk.v1.checkout.sessions.retrieve(session.id)

    def expire(self, session: stripe.checkout.Session) -> None:
        self._sdk.v1.checkout.sessions.expire(session.id)

    def lines(self, session: stripe.checkout.Session) -> list[tuple[str | None, int | None]]:
        """What was ordered, and how much of it."""
        lines = self._sdk.v1.checkout.sessions.line_items.list(session.id, {"limit": 100})
        return [(line.description, line.quantity) for line in lines.data]

    def line_ids(self, session: stripe.checkout.Session) -> list[str]:
        """The names of the lines, in their order."""
        lines = self._sdk.v1.checkout.sessions.line_items.list(session.id, {"limit": 100})
        return [line.id for line in lines.data]

    def charges(self) -> list[tuple[str, int]]:
        """How each charge of the account went and how much it was about, oldest first."""
        found = self._sdk.v1.charges.list({"limit": 100}).data
        return [(charge.status, charge.amount) for charge in reversed(found)]

    def let_pay(self, session: stripe.checkout.Session, method: str) -> Any:
        """The payment page after a buyer has paid elsewhere with one of the test methods."""
        answer = self._sdk.raw_request(
            "post",
            f"/v1/payment_pages/{session.id}/confirm",
            expected_amount=session.amount_total,
            payment_method=method,
        )
        return self._sdk.deserialize(answer, api_mode="V1")

    def ask_the_bank(self, session: stripe.checkout.Session) -> str:
        """Where the bank asks a buyer whose card it wants to know more about."""
        page = self.let_pay(session, "pm_card_threeDSecure2Required")
        return str(page["payment_intent"]["next_action"]["redirect_to_url"]["url"])

    def intent(self, session: stripe.checkout.Session) -> stripe.PaymentIntent:
        """The session's payment intent."""
        intent = self.look(session).payment_intent
        assert isinstance(intent, str)
        return self._sdk.v1.payment_intents.retrieve(intent)

    def note(self, what: str) -> None:
        """Something reached the shop."""
        with self._changed:
            self.log.append(what)
            self._changed.notify_all()

    def wait_for(self, what: str) -> None:
        """Until it is in the log."""
        with self._changed:
            assert self._changed.wait_for(lambda: what in self.log, WAIT_SECONDS_MAX), self.log

    def hear(self, body: bytes, signature: str) -> HTTPStatus:
        """The webhook handler."""
        try:
            event = stripe.Webhook.construct_event(body, signature, self._secret)
        except stripe.SignatureVerificationError:
            self.note("a forged event")
            return HTTPStatus.BAD_REQUEST
        self.note(f"{event.type} arrives")
        self.open_for_webhooks.wait(WAIT_SECONDS_MAX)
        self.note(event.type)
        return HTTPStatus.OK


def handler_of(shop: Shop) -> type[BaseHTTPRequestHandler]:
    """What answers the shop's requests."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            shop.referrers.append(self.headers["Referer"])
            shop.note(self.path)
            self._answer(HTTPStatus.OK, shop.pages.get(self.path, WELCOME))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self._answer(shop.hear(body, self.headers["Stripe-Signature"]))

        def _answer(self, status: HTTPStatus, body: bytes = b"") -> None:
            self.send_response(status)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:
            """Nothing: `Shop.log` knows."""

    return Handler


@contextmanager
def running_shop(api: str, key: str) -> Iterator[Shop]:
    """A shop on a port that the system chose."""
    shop = Shop(api, key)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler_of(shop)) as server:
        shop.url = f"http://127.0.0.1:{server.server_port}"
        serving = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        serving.start()
        yield shop
        server.shutdown()
        serving.join()
