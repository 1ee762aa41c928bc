"""The request that the demo shop makes, as a form body and as code to read.

One list of products is the source of all of it, so that what is shown is what is sent.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from paydesk.pages.render import asset_url
from paydesk.pages.shop_view import ShopProduct, Snippet


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoProduct:
    """One product: what the request says, and what the shelf says."""

    line: Mapping[str, Any]
    image: str
    price_text: str
    rule_text: str
    parameter_text: str

    @property
    def shown(self) -> ShopProduct:
        """The product on the shelf."""
        return ShopProduct(
            name=self.line["price_data"]["product_data"]["name"],
            image_url=asset_url(self.image),
            price_text=self.price_text,
            rule_text=self.rule_text,
            parameter_text=self.parameter_text,
        )


def _line(
    name: str, unit_amount: int, adjustable: dict[str, Any] | None, quantity: int = 1
) -> dict[str, Any]:
    line: dict[str, Any] = {
        "price_data": {
            "currency": "usd",
            "product_data": {"name": name},
            "unit_amount": unit_amount,
            "tax_behavior": "exclusive",
        },
        "quantity": quantity,
    }
    if adjustable is not None:
        line["adjustable_quantity"] = adjustable
    return line


PRODUCTS = (
    DemoProduct(
        line=_line("T-shirt", 2000, {"enabled": True, "minimum": 1, "maximum": 10}),
        image="tshirt.svg",
        price_text="$20.00",
        rule_text="The buyer takes 1 to 10.",
        parameter_text="minimum: 1, maximum: 10",
    ),
    DemoProduct(
        line=_line("Mug", 1250, {"enabled": True}, quantity=2),
        image="mug.svg",
        price_text="$12.50",
        rule_text="The buyer takes up to 99, or removes it.",
        parameter_text="enabled: true",
    ),
    DemoProduct(
        line=_line("Poster", 900, None),
        image="poster.svg",
        price_text="$9.00",
        rule_text="The quantity is fixed: one for each order.",
        parameter_text="no adjustable_quantity",
    ),
)


def request_parameters(base_url: str) -> dict[str, Any]:
    """The parameters of `POST /v1/checkout/sessions`."""
    return {
        "mode": "payment",
        "line_items": [_with_picture(product, base_url) for product in PRODUCTS],
        "automatic_tax": {"enabled": True},
        "success_url": f"{base_url}/?paid={{CHECKOUT_SESSION_ID}}",
        "cancel_url": f"{base_url}/",
    }


def _with_picture(product: DemoProduct, base_url: str) -> dict[str, Any]:
    price_data = product.line["price_data"]
    data = {**price_data["product_data"], "images": [f"{base_url}/assets/{product.image}"]}
    return {**product.line, "price_data": {**price_data, "product_data": data}}


def form_body(base_url: str) -> bytes:
    """The same in bracket form, as the SDKs send it."""
    return urlencode(list(_pairs("", request_parameters(base_url)))).encode()


def snippets(base_url: str, secret_key: str) -> list[Snippet]:
    """The request as a merchant writes it."""
    parameters = request_parameters(base_url)
    return [
        Snippet(id="python", label="Python", code=_python(base_url, secret_key, parameters)),
        Snippet(id="node", label="Node.js", code=_node(base_url, secret_key, parameters)),
        Snippet(id="curl", label="curl", code=_curl(base_url, secret_key, parameters)),
    ]


def _pairs(name: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _pairs(f"{name}[{key}]" if name else key, inner)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _pairs(f"{name}[{index}]", inner)
    else:
        yield name, json.dumps(value) if isinstance(value, bool) else str(value)


def _python(base_url: str, secret_key: str, parameters: dict[str, Any]) -> str:
    arguments = "".join(
        f"  {name}={_python_value(value, 1)},\n" for name, value in parameters.items()
    )
    return (
        f'import stripe\n\nstripe.api_key = "{secret_key}"\nstripe.api_base = "{base_url}"\n\n'
        f"session = stripe.checkout.Session.create(\n{arguments})\nprint(session.url)\n"
    )


def _python_value(value: Any, depth: int) -> str:
    """Python's literals are JSON's but for three words, none of which stands in a text here."""
    text = json.dumps(value, indent=2).replace("\n", "\n" + "  " * depth)
    return text.replace(": true", ": True").replace(": false", ": False")


def _node(base_url: str, secret_key: str, parameters: dict[str, Any]) -> str:
    host, _, port = base_url.partition("://")[2].partition(":")
    scheme = base_url.partition("://")[0]
    place = f"host: '{host}', port: {port or 443}, protocol: '{scheme}'"
    return (
        f"const stripe = require('stripe')('{secret_key}', {{\n  {place},\n}});\n\n"
        f"const session = await stripe.checkout.sessions.create("
        f"{_node_value(parameters)});\nconsole.log(session.url);\n"
    )


def _node_value(value: Any) -> str:
    lines = json.dumps(value, indent=2).splitlines()
    return "\n".join(_without_key_quotes(line) for line in lines)


def _without_key_quotes(line: str) -> str:
    head, colon, rest = line.partition('": ')
    if not colon:
        return line
    return f"{head.replace(chr(34), '', 1)}: {rest}"


def _curl(base_url: str, secret_key: str, parameters: dict[str, Any]) -> str:
    fields = " \\\n".join(f'  -d "{name}"="{value}"' for name, value in _pairs("", parameters))
    return f"curl {base_url}/v1/checkout/sessions \\\n  -u {secret_key}: \\\n{fields}\n"
