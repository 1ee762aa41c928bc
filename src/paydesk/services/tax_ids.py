"""Tax ids: create, read, delete, and whether one can be one at all.

python-stdnum knows the forms and check digits of most countries. The form is required, as Stripe
requires it. A wrong check digit alone refuses nothing: Stripe takes the id and lets a register
speak later. Nobody is asked here, so the check digits stand in for the registers, and Stripe's
magic test values say what they say there.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import import_module
from types import ModuleType

from stdnum.exceptions import InvalidChecksum, InvalidComponent, ValidationError

from paydesk.core.cards import is_card_number
from paydesk.core.errors import InvalidRequest, NotFound
from paydesk.core.tax import BuyerTaxId
from paydesk.core.tax_ids import (
    PENDING,
    TAX_IDS_MAX,
    TYPES,
    UNAVAILABLE,
    UNVERIFIED,
    VERIFIED,
    VERIFIED_TYPES,
    TaxId,
    country_of,
)
from paydesk.render.customers import tax_id as rendered
from paydesk.services.context import Call
from paydesk.services.events import append
from paydesk.storage import tax_ids
from paydesk.storage.database import Transaction

VALUE_CHARACTERS_MAX = 40

_STANDARDS = {
    "ad_nrt": "ad.nrt", "al_tin": "al.nipt", "ar_cuit": "ar.cuit", "au_abn": "au.abn",
    "az_tin": "az.voen", "bg_uic": "bg.vat", "br_cnpj": "br.cnpj", "br_cpf": "br.cpf",
    "by_tin": "by.unp", "ca_bn": "ca.bn", "ca_gst_hst": "ca.bn",
    "ch_vat": "ch.vat", "cl_tin": "cl.rut", "cn_tin": "cn.uscc", "co_nit": "co.nit",
    "de_stn": "de.stnr", "ec_ruc": "ec.ruc", "eg_tin": "eg.tn",
    "es_cif": "es.nif", "eu_oss_vat": "eu.oss", "eu_vat": "eu.vat", "fo_vat": "fo.vn",
    "gb_vat": "gb.vat", "gn_nif": "gn.nifp", "hr_oib": "hr.oib",
    "id_npwp": "id.npwp", "in_gst": "in_.gstin", "is_vat": "is_.vsk",
    "it_cf": "it.codicefiscale", "jp_cn": "jp.cn", "ke_pin": "ke.pin",
    "kr_brn": "kr.brn", "li_uid": "ch.uid", "li_vat": "li.peid", "me_pib": "me.pib",
    "mk_vat": "mk.edb", "mx_rfc": "mx.rfc", "no_vat": "no.mva", "nz_gst": "nz.ird",
    "pe_ruc": "pe.ruc", "pl_nip": "pl.nip", "py_ruc": "py.ruc", "ro_tin": "ro.cf",
    "rs_pib": "rs.pib", "ru_inn": "ru.inn", "sg_uen": "sg.uen", "si_tin": "si.ddv",
    "sn_ninea": "sn.ninea", "sv_nit": "sv.nit", "tr_tin": "tr.vkn",
    "tw_vat": "tw.ubn", "us_ein": "us.ein", "uy_ruc": "uy.rut", "ve_rif": "ve.rif",
    "vn_tin": "vn.mst",
}  # fmt: skip
"""The module of python-stdnum that knows a type; the others are held to a plain form."""

_FORMS = {
    "ae_trn": r"\d{15}", "ch_uid": r"CHE\d{9}(HR)?", "do_rcn": r"\d{9}(\d{2})?",
    "hu_tin": r"\d{8}(\d{3})?", "jp_trn": r"T\d{13}", "th_vat": r"\d{13}",
    "au_arn": r"\d{12}", "ca_pst_bc": r"PST\d{8}", "ca_pst_mb": r"\d{7}",
    "ca_pst_sk": r"\d{7}", "ca_qst": r"\d{10}TQ\d{4}", "hk_br": r"\d{8}", "jp_rn": r"\d{5}",
    "no_voec": r"\d{7}", "ru_kpp": r"\d{9}", "sa_vat": r"\d{15}", "sg_gst": r"M?\d{8}[A-Z]",
    "za_vat": r"4\d{9}",
}  # fmt: skip
_ANY_FORM = r"[0-9A-Z]{3,30}"

_SEPARATORS = re.compile(r"[\s./-]+")

_MAGIC = {"000000000": VERIFIED, "111111111": UNVERIFIED, "222222222": PENDING}
"""Source: Stripe's page on customer tax ids, "Test verification"."""


def create(
    tx: Transaction, call: Call, customer: str | None, type: str, value: str, *, param: str
) -> TaxId:
    """A new tax id of a customer, or of the account itself; `param` is where its value stands.

    Raises InvalidRequest for what has not the form of its type, and for one too many. Whoever calls
    it for a customer holds them.
    """
    verification = verification_of(type, value, param=param)
    if customer is not None and len(tax_ids.of_customer(tx, customer)) >= TAX_IDS_MAX:
        raise InvalidRequest(f"A customer can have up to {TAX_IDS_MAX} tax ids.", param=param)
    return add(tx, call, customer, BuyerTaxId(type, value), verification)


def add(
    tx: Transaction,
    call: Call,
    customer: str | None,
    given: BuyerTaxId,
    verification: str | None = None,
) -> TaxId:
    """Write down a tax id that was found to have the form of its type, and say so."""
    tax_id = TaxId(
        id=call.id("txi"),
        account=call.account,
        customer=customer,
        created=call.now,
        type=given.type,
        value=given.value,
        verification=verification or (VERIFIED if given.verified else UNAVAILABLE),
    )
    tax_ids.insert(tx, tax_id)
    _tell(tx, call, tax_id, "created")
    return tax_id


def get(tx: Transaction, call: Call, id: str, *, customer: str | None = None) -> TaxId:
    """One of the account's tax ids, of this customer if one is named. Raises NotFound."""
    found = tax_ids.get(tx, call.account, id)
    if found is None or (customer is not None and found.customer != customer):
        raise NotFound("tax_id", id, param="id")
    return found


def of_customer(tx: Transaction, customer: str) -> list[TaxId]:
    """All of a customer's, newest first."""
    return tax_ids.of_customer(tx, customer)


def delete(tx: Transaction, call: Call, tax_id: TaxId) -> None:
    """Forget it."""
    tax_ids.delete(tx, tax_id.id)
    _tell(tx, call, tax_id, "deleted")


def _tell(tx: Transaction, call: Call, tax_id: TaxId, what: str) -> None:
    """Stripe has events about the tax ids of customers alone."""
    if tax_id.customer is not None:
        append(tx, call, f"customer.tax_id.{what}", rendered(tax_id))


def verification_of(type: str, value: str, *, param: str = "value") -> str:
    """What the registers' stand-in says of a tax id: one of `core.tax_ids`' words.

    Raises InvalidRequest (`tax_id_invalid`) for what has not the form of its type.
    """
    text = _SEPARATORS.sub("", value).upper()
    if not 0 < len(value) <= VALUE_CHARACTERS_MAX or not text.isascii():
        raise _invalid(type, param)
    register = type in VERIFIED_TYPES
    magic = _MAGIC.get(text.removeprefix(text[:2]) if text[:2].isalpha() else text)
    if register and magic is not None:
        return magic
    passed = _passes(type, value, text)
    if passed is None:
        raise _invalid(type, param)
    proved = passed and type in _STANDARDS
    if not proved and is_card_number(re.sub(r"\D", "", text)):
        raise _invalid(type, param)
    if not register:
        return UNAVAILABLE
    return VERIFIED if passed else UNVERIFIED


def is_tax_id(type: str, value: str) -> bool:
    """Whether a value has the form of its type."""
    if type not in TYPES:
        return False
    try:
        verification_of(type, value)
    except InvalidRequest:
        return False
    return True


def _passes(type: str, value: str, text: str) -> bool | None:
    """Whether the check digits are right; None when there is no such form."""
    standard = _STANDARDS.get(type)
    if type == "eu_vat" and country_of(type, text) is None:
        return None
    if standard is None:
        return True if re.fullmatch(_FORMS.get(type, _ANY_FORM), text) else None
    try:
        _module(standard).validate(value)
    except (InvalidChecksum, InvalidComponent):
        return False
    except ValidationError:
        return None
    return True


@lru_cache(maxsize=len(_STANDARDS))
def _module(name: str) -> ModuleType:
    return import_module(f"stdnum.{name}")


def _invalid(type: str, param: str) -> InvalidRequest:
    return InvalidRequest(f"Invalid value for {type}.", code="tax_id_invalid", param=param)
