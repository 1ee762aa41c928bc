"""`/v1/checkout/sessions`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from paydesk.api.lists import created_conditions, listed, page_of
from paydesk.api.params import collection
from paydesk.api.params import sessions as params
from paydesk.api.params.grammar import validate
from paydesk.api.params.known import sift
from paydesk.api.people import given, merchants_shipping, shipping_of
from paydesk.core.buyers import Told
from paydesk.core.collection import (
    NOTHING_MORE,
    Collection,
    NameCollection,
    TaxIdCollection,
)
from paydesk.core.errors import InvalidRequest
from paydesk.core.ids import SESSION_PREFIX
from paydesk.core.line_items import AdjustableQuantity
from paydesk.core.sessions import HOSTED, NOTHING_SAID, UI_MODES, PaymentIntentData
from paydesk.render import Json
from paydesk.render.line_items import line_item
from paydesk.render.versions import AUGUST_2022, is_before
from paydesk.services import checkout, intents, order, sessions
from paydesk.services.buyers import BuyerChanges
from paydesk.services.checkout import NewLine, NewSession
from paydesk.services.context import Call
from paydesk.services.order import LineUpdate
from paydesk.storage import line_items
from paydesk.storage import sessions as stored
from paydesk.storage.database import Transaction
from paydesk.storage.paging import NOTHING, Condition, slice_page

URL = "/v1/checkout/sessions"


@dataclass(frozen=True, slots=True)
class CreateRequest:
    """What was asked for, and the ignored parameters that the session shows."""

    params: params.CreateSession
    presentation: dict[str, Any]

    @property
    def expand(self) -> Sequence[str]:
        """What to show in full."""
        return self.params.expand


def read_create(tree: dict[str, Any]) -> tuple[CreateRequest, list[str]]:
    """The parameters of a new session, and the names of those that are ignored."""
    sifted = sift(tree)
    wanted = validate(params.CreateSession, sifted.tree)
    return CreateRequest(wanted, sifted.ignored), sifted.ignored_names


def create(tx: Transaction, call: Call, request: CreateRequest) -> Json:
    """`POST /v1/checkout/sessions`."""
    session = checkout.create(tx, call, _new_session(request))
    if is_before(call.version, AUGUST_2022) and session.amount_total > 0:
        intent = intents.of(tx, call, session)
        session = replace(session, payment_intent=intent.id)
    return sessions.shown(call, session)


def retrieve(tx: Transaction, call: Call, wanted: params.RetrieveSession, id: str) -> Json:
    """`GET /v1/checkout/sessions/{session}`."""
    return sessions.shown(call, sessions.get(tx, call, id))


def update(tx: Transaction, call: Call, wanted: params.UpdateSession, id: str) -> Json:
    """`POST /v1/checkout/sessions/{session}`."""
    if wanted.line_items is not None:
        order.replace_lines(tx, call, id, [_line_update(line) for line in wanted.line_items])
    if wanted.collected_information is not None:
        _tell_collected(tx, call, wanted.collected_information, id)
    if "metadata" in wanted.model_fields_set:
        sessions.update_metadata(tx, call, id, wanted.metadata)
    return sessions.shown(call, sessions.get(tx, call, id))


def _tell_collected(
    tx: Transaction, call: Call, collected: params.CollectedInformation, id: str
) -> None:
    """What the merchant's server knows of the buyer. Raises InvalidRequest on the hosted page."""
    if sessions.load(tx, call, id).ui_mode == HOSTED:
        raise InvalidRequest(
            "`collected_information` can only be set on sessions with `ui_mode` `embedded` or "
            "`custom`.",
            param="collected_information",
        )
    told = Told(shipping=shipping_of(given(collected, "shipping_details")))
    place = "collected_information[shipping_details]"
    sessions.update_by_buyer(tx, call, id, BuyerChanges(told=told, shipping_param=place))


def expire(tx: Transaction, call: Call, wanted: params.ExpireSession, id: str) -> Json:
    """`POST /v1/checkout/sessions/{session}/expire`."""
    return sessions.shown(call, sessions.expire(tx, call, id))


def list_all(tx: Transaction, call: Call, wanted: params.ListSessions) -> Json:
    """`GET /v1/checkout/sessions`."""
    page = stored.list_page(
        tx, call.account, _conditions(call, wanted), page_of(tx, call, wanted, sessions.load)
    )
    shown = (sessions.shown(call, sessions.as_of(tx, session, call.now)) for session in page.items)
    return listed(URL, shown, page)


def list_lines(tx: Transaction, call: Call, wanted: params.ListLineItems, id: str) -> Json:
    """`GET /v1/checkout/sessions/{session}/line_items`: the merchant's order, not age."""
    session = sessions.load(tx, call, id)
    lines = line_items.of_session(tx, session.id)
    page = slice_page(lines, [line.id for line in lines], page_of(None, call, wanted), noun="item")
    return listed(f"{URL}/{id}/line_items", map(line_item, page.items), page)


def _conditions(call: Call, wanted: params.ListSessions) -> list[Condition]:
    conditions = created_conditions(call, SESSION_PREFIX, wanted.created)
    if wanted.status is not None:
        conditions.append(("status = ?", wanted.status))
    if wanted.payment_intent is not None:
        conditions.append(("payment_intent = ?", wanted.payment_intent))
    if wanted.customer_details is not None:
        conditions.append(("buyer_email = ?", wanted.customer_details.email))
    if wanted.customer is not None:
        conditions.append(("customer = ?", wanted.customer))
    if wanted.payment_link or wanted.subscription or wanted.customer_account:
        # Paydesk has no such objects yet, so no session belongs to one.
        conditions.append(NOTHING)
    return conditions


def _new_session(request: CreateRequest) -> NewSession:
    wanted = request.params
    return NewSession(
        lines=[_new_line(line) for line in wanted.line_items],
        fields={
            **_fields(wanted),
            **_customer_fields(wanted),
            "presentation": _presentation(request),
        },
        currency=wanted.currency,
        expires_at=wanted.expires_at,
    )


def _fields(wanted: params.CreateSession) -> dict[str, Any]:
    data = wanted.payment_intent_data
    return {
        "ui_mode": UI_MODES[wanted.ui_mode or "hosted"],
        "success_url": wanted.success_url,
        "cancel_url": wanted.cancel_url,
        "return_url": wanted.return_url,
        "redirect_on_completion": wanted.redirect_on_completion,
        "client_reference_id": wanted.client_reference_id,
        "locale": wanted.locale,
        "submit_type": wanted.submit_type,
        "metadata": wanted.metadata or {},
        "allowed_payment_method_types": _methods(wanted),
        "automatic_tax": wanted.automatic_tax is not None and wanted.automatic_tax.enabled,
        "collection": _collection(wanted),
        "payment_intent_data": NOTHING_SAID if data is None else PaymentIntentData(
            **{**data.model_dump(), "metadata": data.metadata or {},
               "shipping": merchants_shipping(data.shipping)}
        ),
    }  # fmt: skip


def _methods(wanted: params.CreateSession) -> tuple[str, ...] | None:
    """What may be paid with, each method once; None where the merchant does not say."""
    given = wanted.allowed_payment_method_types or wanted.payment_method_types
    return given and tuple(dict.fromkeys(given))


def _presentation(request: CreateRequest) -> dict[str, Any]:
    """What only changes how things look, and the merchant's own words."""
    texts = request.params.custom_text
    if texts is None:
        return request.presentation
    ignored = request.presentation.get("custom_text", {})
    return {
        **request.presentation,
        "custom_text": {**ignored, **texts.model_dump(exclude_none=True)},
    }


def _customer_fields(wanted: params.CreateSession) -> dict[str, Any]:
    """Who buys, and whether a customer is made of them."""
    creation = wanted.customer_creation
    if creation is None and wanted.customer is None:
        creation = "if_required"
    update = wanted.customer_update
    return {
        "customer": wanted.customer,
        "customer_creation": creation,
        "customer_email": wanted.customer_email,
        "saved_payment_method_options": _saving(wanted),
        "customer_update": {} if update is None else update.model_dump(exclude_none=True),
    }


def _collection(wanted: params.CreateSession) -> Collection:
    """What is to be asked of the buyer; the one constant when it is the card alone."""
    shipping, phone = wanted.shipping_address_collection, wanted.phone_number_collection
    names, tax_ids = wanted.name_collection, wanted.tax_id_collection
    asked = Collection(
        billing_address=wanted.billing_address_collection,
        shipping_countries=() if shipping is None else shipping.allowed_countries,
        phone=phone is not None and phone.enabled,
        business_name=None if names is None else _name_collection(names.business),
        individual_name=None if names is None else _name_collection(names.individual),
        tax_ids=None
        if tax_ids is None
        else TaxIdCollection(enabled=tax_ids.enabled, required=tax_ids.required or "never"),
    )
    return NOTHING_MORE if asked == NOTHING_MORE else asked


def _name_collection(name: collection.NameCollection | None) -> NameCollection | None:
    return None if name is None else NameCollection(enabled=name.enabled, optional=name.optional)


def _saving(wanted: params.CreateSession) -> dict[str, Any] | None:
    """What becomes of saved cards: of a customer's always something, of a guest's if it is said."""
    options = wanted.saved_payment_method_options
    if options is None and wanted.customer is None:
        return None
    given = {} if options is None else options.model_dump(exclude_none=True)
    default = {"payment_method_save": None, "allow_redisplay_filters": ["always"]}
    return {**default, "payment_method_remove": "disabled", **given}


def _new_line(line: params.LineItem | params.UpdatedLineItem) -> NewLine:
    adjustable = line.adjustable_quantity
    return NewLine(
        quantity=line.quantity or 0,
        price=line.price,
        price_data={} if line.price_data is None else _price_fields(line.price_data),
        product=None if line.price_data is None else line.price_data.product,
        product_data=None if line.price_data is None else _product_fields(line.price_data),
        adjustable_quantity=None
        if adjustable is None
        else AdjustableQuantity(**adjustable.model_dump()),
        metadata={name: value for name, value in (line.metadata or {}).items() if value},
        tax_rates=line.tax_rates or (),
    )


def _line_update(line: params.UpdatedLineItem) -> LineUpdate:
    given = line.model_fields_set
    return LineUpdate(
        id=line.id,
        line=_new_line(line),
        given=frozenset(given),
        metadata=line.metadata if "metadata" in given else {},
    )


def _price_fields(data: params.PriceData) -> dict[str, Any]:
    amount = data.unit_amount if data.unit_amount_decimal is None else data.unit_amount_decimal
    fields: dict[str, Any] = {"currency": data.currency, "unit_amount": Decimal(amount or 0)}
    if data.tax_behavior is not None:
        fields["tax_behavior"] = data.tax_behavior
    return fields


def _product_fields(data: params.PriceData) -> dict[str, Any] | None:
    if data.product_data is None:
        return None
    fields = data.product_data.model_dump(exclude_none=True)
    details = fields.pop("tax_details", {})
    return {**details, **fields}
