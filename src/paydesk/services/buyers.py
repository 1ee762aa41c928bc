"""What a buyer says of themselves: put into the form that is kept, and checked before they pay."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from paydesk.core.buyers import KEEP, NOTHING_TOLD, Told, location_of, with_told
from paydesk.core.collection import NOTHING_MORE
from paydesk.core.errors import InvalidRequest
from paydesk.core.sessions import Address, CustomerDetails, Session, Shipping
from paydesk.core.tax import BuyerTaxId, TaxLocation
from paydesk.core.tax_ids import VERIFIED, types_of
from paydesk.services import taxes
from paydesk.services.address_forms import problems_of, tidy
from paydesk.services.phones import e164
from paydesk.services.tax_ids import verification_of

BILLING = "payment_method_data[billing_details]"
PHONE_INVALID = "Your phone number is invalid."
POSTAL_CODE_INVALID = "Your postal code is invalid."
STATE_UNKNOWN = "Choose one from the list."


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyerChanges:
    """What a buyer may change before paying; None leaves a thing as it is.

    `line_item` and `quantity` go together. `tax_location` is where the tax is due, for those who
    tell no address; what is told of an address that the tax follows stands over it. The `_param`
    fields name the parameters that hold what may be refused.
    """

    line_item: str | None = None
    quantity: int | None = None
    told: Told = NOTHING_TOLD
    tax_location: TaxLocation | None = None
    line_param: str = "updated_line_item_quantity[line_item_id]"
    quantity_param: str = "updated_line_item_quantity[quantity]"
    billing_param: str = "billing_details"
    shipping_param: str = "shipping"


def with_changes(session: Session, changes: BuyerChanges) -> Session:
    """The session knowing this of its buyer: the same object when it knew it all.

    Raises InvalidRequest for what can't be.
    """
    if changes.told != NOTHING_TOLD:
        session = with_told(session, _tidied(session, changes), changes.shipping_param)
    if not session.automatic_tax or session.tax_address_fixed:
        return session
    location = _tax_location(session, changes)
    if location == session.tax_location:
        return session
    return replace(session, tax_location=location)


def at_confirmation(
    session: Session, told: Told, billing: CustomerDetails, tax_location: TaxLocation | None
) -> BuyerChanges:
    """What comes with a wish to pay. `billing` is the card's, `tax_location` where that is."""
    if session.collection.phone and billing.phone is not None:
        told = replace(told, phone=billing.phone)
    place = None if session.collection.shipping else tax_location
    return BuyerChanges(told=told, tax_location=place, billing_param=BILLING)


def check_place(session: Session) -> None:
    """Refuse a payment while nobody knows where the tax is due, or how much it is."""
    if session.tax_status == taxes.FAILED:
        raise InvalidRequest(
            "The tax of this order can't be calculated right now, so nothing was charged. Please "
            "try again in a minute.",
            code="taxes_calculation_failed",
        )
    if session.tax_status == taxes.NEEDS_LOCATION:
        raise InvalidRequest(
            "The tax of this order depends on where you are: enter your country, and the ZIP code "
            "in the United States.",
            code="customer_tax_location_invalid",
            param="shipping[address]" if session.collection.shipping else f"{BILLING}[address]",
        )


def check_complete(
    session: Session, billing: CustomerDetails, *, billing_param: str = BILLING
) -> None:
    """Refuse a payment while something is missing that the session asks for.

    `billing` is what comes with the card, in the parameter `billing_param`. Raises InvalidRequest
    with the parameter that would say what is missing.
    """
    if session.collection is NOTHING_MORE:
        return
    error = next(_missing(session, billing, billing_param), None)
    if error is not None:
        raise error


def owner_of_account(session: Session, billing: CustomerDetails) -> CustomerDetails:
    """Whose account is to be debited: `billing`, and the email that the session knows.

    Raises InvalidRequest while their name or email is missing: the mandate is theirs.
    """
    known = session.customer_details or CustomerDetails()
    email = billing.email or session.fixed_email or known.email
    for name, value in (("name", billing.name), ("email", email)):
        for error in _lacking(value, f"{BILLING}[{name}]"):
            raise error
    return replace(billing, email=email)


def _missing(
    session: Session, billing: CustomerDetails, billing_param: str
) -> Iterator[InvalidRequest]:
    asked = session.collection
    known = session.customer_details or CustomerDetails()
    if asked.shipping:
        shipping = session.shipping or Shipping()
        yield from _lacking(shipping.name, "shipping[name]")
        yield from _wrong_parts(shipping.address, "shipping[address]")
    if asked.full_billing_address:
        address = tidy(billing.address or known.address or Address())
        yield from _wrong_parts(address, f"{billing_param}[address]")
    if asked.phone:
        yield from _lacking(known.phone, f"{billing_param}[phone]")
    if asked.business_name is not None and asked.business_name.required:
        yield from _lacking(known.business_name, "collected_information[business_name]")
    if asked.individual_name is not None and asked.individual_name.required:
        yield from _lacking(known.individual_name, "collected_information[individual_name]")
    if asked.requires_tax_id:
        country = _country_of_business(session, billing.address or known.address)
        if not known.tax_ids and country is not None and types_of(country):
            yield from _lacking(None, "tax_id_collection[tax_id][value]")


def _country_of_business(session: Session, billing: Address | None) -> str | None:
    address = billing or (session.shipping.address if session.shipping else None)
    return None if address is None else address.country


def _wrong_parts(address: Address, param: str) -> Iterator[InvalidRequest]:
    yield from _lacking(address.country, f"{param}[country]")
    for part, problem in problems_of(address).items():
        if problem == "required":
            yield from _lacking(None, f"{param}[{part}]")
        elif part == "postal_code":
            yield InvalidRequest(
                POSTAL_CODE_INVALID, code="postal_code_invalid", param=f"{param}[{part}]"
            )
        else:
            yield InvalidRequest(STATE_UNKNOWN, code="address_invalid", param=f"{param}[{part}]")


def _lacking(value: str | None, param: str) -> Iterator[InvalidRequest]:
    if value is None:
        yield InvalidRequest(
            f"Missing required param: {param}.", code="parameter_missing", param=param
        )


def _tidied(session: Session, changes: BuyerChanges) -> Told:
    told = changes.told
    billing, shipping = told.billing_address, told.shipping
    if isinstance(billing, Address):
        billing = tidy(billing)
    if isinstance(shipping, Shipping):
        shipping = replace(shipping, address=tidy(shipping.address))
    tax_id = _judged(told.tax_id) if isinstance(told.tax_id, BuyerTaxId) else told.tax_id
    told = replace(told, billing_address=billing, shipping=shipping, tax_id=tax_id)
    if session.collection.phone and isinstance(told.phone, str):
        param = f"{changes.billing_param}[phone]"
        return replace(told, phone=_phone(session, told, told.phone, param))
    return told


def _judged(tax_id: BuyerTaxId) -> BuyerTaxId:
    """With what the registers' stand-in says of it. Raises InvalidRequest for what is none."""
    said = verification_of(tax_id.type, tax_id.value, param="tax_id_collection[tax_id][value]")
    return replace(tax_id, verified=said == VERIFIED)


def _phone(session: Session, told: Told, typed: str, param: str) -> str:
    """In E.164. A number without a plus is one of where the buyer lives."""
    shipping = session.shipping if told.shipping is KEEP else told.shipping
    places = (shipping.address if shipping else None, told.billing_address)
    countries = [place.country for place in places if isinstance(place, Address)]
    number = e164(typed, next(filter(None, countries), None))
    if number is None:
        raise InvalidRequest(PHONE_INVALID, code="phone_number_invalid", param=param)
    return number


def _tax_location(session: Session, changes: BuyerChanges) -> TaxLocation | None:
    """Where the tax is due: where a parcel goes, else the last place that the buyer told."""
    told = changes.told
    if session.collection.shipping:
        forgotten = told.shipping is None
        if session.shipping is not None:
            return location_of(session.shipping.address, param=f"{changes.shipping_param}[address]")
    else:
        forgotten = told.billing_address is None
        if isinstance(told.billing_address, Address):
            return location_of(told.billing_address, param=f"{changes.billing_param}[address]")
    return changes.tax_location or (None if forgotten else session.tax_location)
