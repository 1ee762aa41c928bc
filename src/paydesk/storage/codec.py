"""Columns that hold JSON: small values that are read and written whole."""

from __future__ import annotations

from typing import Any

import orjson

from paydesk.core import cards, sepa_debit
from paydesk.core.cards import CardFacts
from paydesk.core.collection import Collection, NameCollection, TaxIdCollection
from paydesk.core.sepa_debit import SepaDebitFacts
from paydesk.core.sessions import Address, CustomerDetails, PaymentIntentData, Shipping
from paydesk.core.tax import BuyerTaxId


def dump(value: Any) -> str:
    """The JSON text of a plain value."""
    return orjson.dumps(value).decode()


def load(text: str | None) -> Any:
    """The plain value of a JSON text; None stays None."""
    return None if text is None else orjson.loads(text)


def dump_card(card: CardFacts | None) -> str | None:
    """What is kept of a card."""
    return None if card is None else dump(cards.to_record(card))


def load_card(text: str | None) -> CardFacts | None:
    """The opposite of `dump_card`."""
    return None if text is None else cards.from_record(orjson.loads(text))


def dump_debit(account: SepaDebitFacts | None) -> str | None:
    """What is kept of a bank account."""
    return None if account is None else dump(sepa_debit.to_record(account))


def load_debit(text: str | None) -> SepaDebitFacts | None:
    """The opposite of `dump_debit`."""
    return None if text is None else sepa_debit.from_record(orjson.loads(text))


def dump_details(details: CustomerDetails | None) -> str | None:
    """What a buyer said of themselves."""
    return None if details is None else dump(details)


def load_details(text: str | None) -> CustomerDetails | None:
    """The opposite of `dump_details`."""
    if text is None:
        return None
    fields = orjson.loads(text)
    address = fields.pop("address")
    tax_ids = fields.pop("tax_ids", ())
    return CustomerDetails(
        **fields,
        address=None if address is None else Address(**address),
        tax_ids=tuple(BuyerTaxId(**tax_id) for tax_id in tax_ids),
    )


def dump_shipping(shipping: Shipping | None) -> str | None:
    """Whom and where to an order goes."""
    return None if shipping is None else dump(shipping)


def load_shipping(text: str | None) -> Shipping | None:
    """The opposite of `dump_shipping`."""
    return None if text is None else shipping_from(orjson.loads(text))


def shipping_from(fields: dict[str, Any]) -> Shipping:
    """A `Shipping` from the plain value of its JSON."""
    return Shipping(**{**fields, "address": Address(**fields["address"])})


def intent_data_from(fields: dict[str, Any]) -> PaymentIntentData:
    """A `PaymentIntentData` from the plain value of its JSON."""
    if fields.get("shipping") is not None:
        fields["shipping"] = shipping_from(fields["shipping"])
    return PaymentIntentData(**fields)


def collection_from(fields: dict[str, Any]) -> Collection:
    """A `Collection` from the plain value of its JSON."""
    business, individual = fields.pop("business_name"), fields.pop("individual_name")
    tax_ids, countries = fields.pop("tax_ids"), fields.pop("shipping_countries")
    return Collection(
        **fields,
        shipping_countries=tuple(countries),
        business_name=None if business is None else NameCollection(**business),
        individual_name=None if individual is None else NameCollection(**individual),
        tax_ids=None if tax_ids is None else TaxIdCollection(**tax_ids),
    )


def load_with_shipping(text: str) -> dict[str, Any]:
    """An object of which `shipping`, if it has one, is a `Shipping`."""
    fields: dict[str, Any] = orjson.loads(text)
    if fields.get("shipping") is not None:
        fields["shipping"] = shipping_from(fields["shipping"])
    return fields
