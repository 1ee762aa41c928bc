"""A submitted form as the wish to pay that the cashier understands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from paydesk.core.buyers import KEEP, NOTHING_TOLD, Told, location_of
from paydesk.core.collection import NOTHING_MORE
from paydesk.core.payments import PaymentMethod
from paydesk.core.sessions import CustomerDetails, Session, Shipping
from paydesk.core.tax import TaxLocation
from paydesk.pages.payment_form import NEW_DEBIT, FormValues, PaymentForm
from paydesk.payments.debits import IBAN_PARAM, token_from_iban
from paydesk.payments.processor import CardToken, Token
from paydesk.payments.tokens import CardEntry, token_from_entry
from paydesk.services.address_forms import problems_of
from paydesk.services.buyers import BuyerChanges
from paydesk.services.confirm import Confirmation


def confirmation_of(
    session: Session,
    form: PaymentForm,
    *,
    saved: Sequence[PaymentMethod] = (),
    secret: bytes,
    today: date,
) -> Confirmation:
    """The form's wish. Only once `field_errors` found nothing. `secret` keys card fingerprints."""
    values = form.values
    chosen = next((method for method in saved if method.id == values.payment_method), None)
    if chosen is not None:
        return _with_saved_card(session, form, chosen)
    return Confirmation(
        session=session.id,
        expected_amount=form.expected_amount,
        token=_token(form, secret, today) if session.amount_total > 0 else None,
        billing=CustomerDetails(
            email=values.email or None,
            name=_payer(values),
            phone=values.phone_number,
            address=values.billing_address,
        ),
        told=_told(session, values),
        tax_location=_location(values),
        save_payment_method=values.save_card,
    )


def _with_saved_card(session: Session, form: PaymentForm, method: PaymentMethod) -> Confirmation:
    """All that is asked about a card is known of this one."""
    values, address = form.values, method.billing.address
    return Confirmation(
        session=session.id,
        expected_amount=form.expected_amount,
        payment_method=method.id,
        billing=CustomerDetails(email=values.email or None, phone=values.phone_number),
        told=_told(session, values),
        tax_location=None if address is None else location_of(address, param="billing"),
    )


def place_changes(session: Session, values: FormValues) -> BuyerChanges:
    """What a form that is not filled in yet says of where the buyer is, for the tax.

    An address becomes the parcel's once it is one that a parcel can arrive at.
    """
    tax_id = values.business_tax_id if session.collection.wants_tax_ids else KEEP
    if not session.collection.shipping:
        told, place = Told(tax_id=tax_id), _location(values)
        return BuyerChanges(told=told, tax_location=place, quantity_param="total")
    complete = bool(values.shipping_name) and not problems_of(values.shipping)
    shipping = _shipping(values) if complete else None
    place = location_of(values.shipping, param="shipping[address]")
    told = Told(shipping=shipping, tax_id=tax_id)
    return BuyerChanges(told=told, tax_location=place, quantity_param="total")


def _told(session: Session, values: FormValues) -> Told:
    if session.collection is NOTHING_MORE:
        return NOTHING_TOLD
    return Told(
        shipping=_shipping(values) if session.collection.shipping else KEEP,
        business_name=values.business_name or None,
        individual_name=values.individual_name or None,
        tax_id=values.business_tax_id if session.collection.wants_tax_ids else KEEP,
    )


def _shipping(values: FormValues) -> Shipping:
    return Shipping(name=values.shipping_name, address=values.shipping)


def _location(values: FormValues) -> TaxLocation | None:
    return location_of(values.billing_address, param="billing")


def _payer(values: FormValues) -> str | None:
    debited = values.payment_method == NEW_DEBIT
    return (values.account_holder if debited else values.billing_name) or None


def _token(form: PaymentForm, secret: bytes, today: date) -> Token:
    if form.values.payment_method == NEW_DEBIT:
        return token_from_iban(form.iban, secret=secret, param=IBAN_PARAM)
    return _card(form, secret, today)


def _card(form: PaymentForm, secret: bytes, today: date) -> CardToken:
    address = form.values.billing_address
    entry = CardEntry(
        number=form.card.number,
        exp_month=form.card.exp_month(),
        exp_year=form.card.exp_year(today),
        cvc=form.card.cvc,
        has_line1=address.line1 is not None,
        has_postal_code=address.postal_code is not None,
    )
    return token_from_entry(entry, secret=secret, now=today)
