"""What is measured: each work prepares what it needs through the API, then names its requests."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlencode

from bench.load import Ask, Requests, collect, request, run_loop
from bench.shop import Json, Shop

SESSIONS = "/v1/checkout/sessions"
PRODUCTS = "/v1/products"
SESSION = b'"object":"checkout.session"'
PRODUCT = b'"name":'
"""Peers write JSON with spaces or without; only the shortest name is the same everywhere."""

LINES = {
    f"line_items[{number}]{name}": value
    for number, product in enumerate(("T-shirt", "Mug"))
    for name, value in {
        "[price_data][currency]": "usd",
        "[price_data][product_data][name]": product,
        "[price_data][unit_amount]": "2000",
        "[price_data][tax_behavior]": "exclusive",
        "[adjustable_quantity][enabled]": "true",
        "[adjustable_quantity][minimum]": "1",
        "[adjustable_quantity][maximum]": "10",
        "[quantity]": "1",
    }.items()
}
URLS = {
    "mode": "payment",
    "success_url": "https://example.com/success",
    "cancel_url": "https://example.com/cancel",
}
SEED_BODY = urlencode({**LINES, "automatic_tax[enabled]": "true", **URLS}).encode()
"""The documented first session with a second line: 20 pairs."""

PAYABLE_BODY = urlencode({**LINES, **URLS}).encode()
"""The same without automatic tax, so that its total is known before the buyer's address is."""

KEPT = 100
"""So many sessions or products a work that reads chooses from."""

LISTED = 100
PAID_MAX = 1_500
"""Sessions that wait to be paid in one run of `confirm`: the run ends with the last of them."""

QUANTITIES = (2, 3, 4, 5, 6, 7)


class Work(Protocol):
    """One kind of request."""

    @property
    def name(self) -> str:
        """As the tables have it."""

    @property
    def writes(self) -> int:
        """The transactions that its bare counterpart commits for a request; 0 for a read."""

    def prepare(self, shop: Shop, connections: int) -> Requests:
        """Make what the requests need; not measured."""


@dataclass(frozen=True, slots=True)
class Create:
    """A session from the seed's body; with `keys` each brings an idempotency key, as SDKs do."""

    name: str
    keys: bool = False
    writes: int = 1

    def prepare(self, shop: Shop, connections: int) -> Requests:
        """Nothing to prepare."""
        if not self.keys:
            return same(Ask(shop.post(SESSIONS, SEED_BODY), SESSION))
        run = secrets.token_hex(8)

        def requests(number: int) -> Iterator[Ask]:
            for count in itertools.count():
                headers = {"Idempotency-Key": f"{run}-{number}-{count}"}
                yield Ask(shop.post(SESSIONS, SEED_BODY, headers), SESSION)

        return requests


@dataclass(frozen=True, slots=True)
class Get:
    """A GET of one of some sessions: `path` holds `{id}`, every answer holds `expect`."""

    name: str
    path: str
    expect: bytes
    public: bool = False
    writes: int = 0

    def prepare(self, shop: Shop, connections: int) -> Requests:
        """Some sessions to choose from."""
        made = shop.create_many(SESSIONS, SEED_BODY, KEPT)
        paths = [self.path.format(id=session["id"]) for session in made]
        get = (lambda path: request("GET", path)) if self.public else shop.get
        asks = [Ask(get(path), self.expect) for path in paths]
        run_loop(collect(shop.port, asks))  # a page's first view is written down
        return in_turn(asks)


@dataclass(frozen=True, slots=True)
class List:
    """The newest hundred sessions."""

    name: str = "list 100"
    writes: int = 0

    def prepare(self, shop: Shop, connections: int) -> Requests:
        """A hundred sessions."""
        shop.create_many(SESSIONS, SEED_BODY, LISTED)
        return same(Ask(shop.get(f"{SESSIONS}?limit={LISTED}"), b'"has_more":'))


@dataclass(frozen=True, slots=True)
class Update:
    """A buyer's quantity change: each connection has a session, and every request changes it."""

    name: str = "quantity update"
    writes: int = 1

    def prepare(self, shop: Shop, connections: int) -> Requests:
        """A session for each connection."""
        body = SEED_BODY + b"&expand%5B%5D=line_items"
        made = shop.create_many(SESSIONS, body, connections)
        return lambda number: itertools.cycle(_quantity_asks(shop, made[number]))


@dataclass(frozen=True, slots=True)
class Confirm:
    """Paying: every request takes a session of its own, made before the clock runs."""

    name: str = "confirm"
    sessions: int = PAID_MAX
    writes: int = 2

    def prepare(self, shop: Shop, connections: int) -> Requests:
        """Sessions to pay."""
        body = urlencode({"payment_method": "pm_card_visa", "expected_amount": "4000"}).encode()
        made = shop.create_many(SESSIONS, PAYABLE_BODY, self.sessions)
        asks = [
            Ask(
                shop.post(f"/v1/payment_pages/{session['id']}/confirm", body),
                b'"status":"complete"',
            )
            for session in made
        ]
        return lambda number: iter(asks[number::connections])


@dataclass(frozen=True, slots=True)
class CreateWithPrice:
    """A session of one line that names a stored price: the most that the smaller peers can do."""

    name: str = "create, price id"
    writes: int = 1

    def prepare(self, shop: Shop, connections: int) -> Requests:
        """A price."""
        return same(Ask(shop.post(SESSIONS, _priced_body(shop)), SESSION))


@dataclass(frozen=True, slots=True)
class GetWithPrice:
    """Such a session, read back."""

    name: str = "retrieve, price id"
    writes: int = 0

    def prepare(self, shop: Shop, connections: int) -> Requests:
        """Some sessions to choose from."""
        made = shop.create_many(SESSIONS, _priced_body(shop), KEPT)
        return in_turn([Ask(shop.get(f"{SESSIONS}/{one['id']}"), SESSION) for one in made])


@dataclass(frozen=True, slots=True)
class CreateProduct:
    """A product with a name."""

    name: str = "product create"
    writes: int = 1

    def prepare(self, shop: Shop, connections: int) -> Requests:
        """Nothing to prepare."""
        return same(Ask(shop.post(PRODUCTS, b"name=T-shirt"), PRODUCT))


@dataclass(frozen=True, slots=True)
class GetProduct:
    """Such a product, read back."""

    name: str = "product retrieve"
    writes: int = 0

    def prepare(self, shop: Shop, connections: int) -> Requests:
        """Some products to choose from."""
        made = shop.create_many(PRODUCTS, b"name=T-shirt", KEPT)
        return in_turn([Ask(shop.get(f"{PRODUCTS}/{one['id']}"), PRODUCT) for one in made])


def same(ask: Ask) -> Requests:
    """The same request again and again."""
    return lambda number: itertools.repeat(ask)


def in_turn(asks: list[Ask]) -> Requests:
    """These requests in turn; every connection begins elsewhere."""

    def requests(number: int) -> Iterator[Ask]:
        first = number % len(asks)
        return itertools.cycle(asks[first:] + asks[:first])

    return requests


def _quantity_asks(shop: Shop, session: Json) -> list[Ask]:
    line: Json = session["line_items"]["data"][0]
    return [
        Ask(
            shop.post(f"/v1/payment_pages/{session['id']}", _quantity_body(line, quantity)),
            f'"quantity":{quantity}'.encode(),
        )
        for quantity in QUANTITIES
    ]


def _quantity_body(line: Mapping[str, object], quantity: int) -> bytes:
    fields = {
        "updated_line_item_quantity[line_item_id]": line["id"],
        "updated_line_item_quantity[quantity]": quantity,
    }
    return urlencode(fields).encode()


def _priced_body(shop: Shop) -> bytes:
    product = shop.create(PRODUCTS, {"name": "T-shirt"})
    fields = {"currency": "usd", "unit_amount": "2000", "product": product["id"]}
    price = shop.create("/v1/prices", fields)
    line = {"line_items[0][price]": price["id"], "line_items[0][quantity]": "2"}
    return urlencode({**line, **URLS}).encode()


OWN_WORKS: tuple[Work, ...] = (
    Create("create"),
    Create("create, with key", keys=True),
    Get("retrieve, expanded", SESSIONS + "/{id}?expand[]=line_items", b'"line_items":{'),
    Update(),
    Confirm(),
    List(),
    Get("hosted page", "/c/pay/{id}", b"</html>", public=True),
)
"""Beside the ceilings."""

SHARED_WORKS: tuple[Work, ...] = (
    CreateWithPrice(),
    GetWithPrice(),
    CreateProduct(),
    GetProduct(),
)
"""Beside the peers: what they can do as well."""
