"""Line items on the wire."""

from __future__ import annotations

from paydesk.core.line_items import AdjustableQuantity, LineItem
from paydesk.render import Json
from paydesk.render.products import price


def line_item(line: LineItem) -> Json:
    """An `item`, its price inlined as Stripe does."""
    return {
        "id": line.id,
        "object": "item",
        "adjustable_quantity": adjustable_quantity(line.adjustable_quantity),
        "amount_discount": 0,
        "amount_subtotal": line.amount_subtotal,
        "amount_tax": line.amount_tax,
        "amount_total": line.amount_total,
        "currency": line.price.currency,
        "description": line.description,
        "metadata": dict(line.metadata),
        "price": price(line.price),
        "quantity": line.quantity,
    }


def adjustable_quantity(adjustable: AdjustableQuantity | None) -> Json | None:
    """What the merchant configured: bounds that were not given are null."""
    if adjustable is None:
        return None
    return {
        "enabled": adjustable.enabled,
        "maximum": adjustable.maximum,
        "minimum": adjustable.minimum,
    }


def effective_bounds(line: LineItem) -> Json | None:
    """What the buyer's program needs: both bounds, the defaults filled in."""
    adjustable = line.adjustable_quantity
    if adjustable is None or not adjustable.enabled:
        return None
    return {"enabled": True, "maximum": adjustable.ceiling, "minimum": adjustable.floor}
