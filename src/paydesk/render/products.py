"""Products and prices on the wire."""

from __future__ import annotations

from paydesk.core.prices import Price, Product
from paydesk.render import Json


def product(product: Product) -> Json:
    """A `product`."""
    return {
        "id": product.id,
        "object": "product",
        "active": product.active,
        "created": product.created,
        "default_price": product.default_price,
        "description": product.description,
        "images": list(product.images),
        "livemode": False,
        "marketing_features": [],
        "metadata": dict(product.metadata),
        "name": product.name,
        "package_dimensions": None,
        "shippable": product.shippable,
        "statement_descriptor": product.statement_descriptor,
        "tax_code": product.tax_code,
        "unit_label": product.unit_label,
        "updated": product.updated,
        "url": product.url,
    }


def price(price: Price) -> Json:
    """A `price`. A fraction of a minor unit shows in `unit_amount_decimal` alone."""
    return {
        "id": price.id,
        "object": "price",
        "active": price.active,
        "billing_scheme": "per_unit",
        "created": price.created,
        "currency": price.currency,
        "custom_unit_amount": None,
        "livemode": False,
        "lookup_key": price.lookup_key,
        "metadata": dict(price.metadata),
        "nickname": price.nickname,
        "product": price.product,
        "recurring": _recurring(price),
        "tax_behavior": price.tax_behavior,
        "tiers_mode": None,
        "transform_quantity": None,
        "type": "one_time" if price.recurring is None else "recurring",
        "unit_amount": price.unit_amount_whole,
        "unit_amount_decimal": f"{price.unit_amount.normalize():f}",
    }


def _recurring(price: Price) -> Json | None:
    if price.recurring is None:
        return None
    return {
        "interval": price.recurring.interval,
        "interval_count": price.recurring.interval_count,
        "meter": None,
        "trial_period_days": None,
        "usage_type": "licensed",
    }
