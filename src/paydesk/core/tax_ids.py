"""Tax ids of customers and buyers: the types that Stripe lists, and what one says.

Whether a value has the form of its type is checked in `services/tax_ids.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

TYPES = tuple(
    "ad_nrt ae_trn al_tin am_tin ao_tin ar_cuit au_abn au_arn aw_tin az_tin ba_tin bb_tin bd_bin "
    "bf_ifu bg_uic bh_vat bj_ifu bo_tin br_cnpj br_cpf bs_tin by_tin ca_bn ca_gst_hst ca_pst_bc "
    "ca_pst_mb ca_pst_sk ca_qst cd_nif ch_uid ch_vat cl_tin cm_niu cn_tin co_nit cr_tin cv_nif "
    "de_stn do_rcn ec_ruc eg_tin es_cif et_tin eu_oss_vat eu_vat fo_vat gb_vat ge_vat gi_tin "
    "gn_nif hk_br hr_oib hu_tin id_npwp il_vat in_gst is_vat it_cf jp_cn jp_rn jp_trn ke_pin "
    "kg_tin kh_tin kr_brn kz_bin la_tin li_uid li_vat lk_vat ma_vat md_vat me_pib mk_vat mr_nif "
    "mx_rfc my_frp my_itn my_sst ng_tin no_vat no_voec np_pan nz_gst om_vat pe_ruc ph_tin pl_nip "
    "py_ruc ro_tin rs_pib ru_inn ru_kpp sa_vat sg_gst sg_uen si_tin sn_ninea sr_fin sv_nit th_vat "
    "tj_tin tr_tin tw_vat tz_vat ua_vat ug_tin unknown us_ein uy_ruc uz_tin uz_vat ve_rif vn_tin "
    "za_vat zm_tin zw_tin".split()
)
"""The words of the API's `tax_id.type`."""

VERIFIED, UNVERIFIED, PENDING, UNAVAILABLE = "verified", "unverified", "pending", "unavailable"

VERIFIED_TYPES = frozenset({"au_abn", "eu_vat", "gb_vat"})
"""The types that Stripe asks a register about. Of the others nobody says more than their form."""

TAX_IDS_MAX = 5
"""Tax ids of one customer."""

EU_MEMBERS = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxId:
    """A tax id of a customer, or of the account itself (`customer` None).

    `verification` is the word that a register, or its stand-in, said.
    """

    id: str
    account: str
    customer: str | None
    created: int
    type: str
    value: str
    verification: str

    @property
    def country(self) -> str | None:
        """Whose id it is."""
        return country_of(self.type, self.value)


def country_of(type: str, value: str) -> str | None:
    """The two-letter country that gave the id; None for a type that names none.

    An EU VAT number begins with its country. Greece writes EL there, Northern Ireland XI.
    """
    if type == "eu_vat":
        prefix = {"EL": "GR", "XI": "GB"}.get(value[:2].upper(), value[:2].upper())
        return prefix if prefix in EU_MEMBERS or prefix == "GB" else None
    if type in ("eu_oss_vat", "unknown"):
        return None
    return type[:2].upper()


@cache
def types_of(country: str) -> tuple[str, ...]:
    """The types that a business in this country may have, the one that it is asked for first."""
    own = tuple(type for type in TYPES if type.startswith(f"{country.lower()}_"))
    return ("eu_vat", *own) if country in EU_MEMBERS else own


def title_of(type: str) -> str:
    """What a form calls the type: ``EU VAT``, ``AU ABN``, ``CA GST/HST``."""
    country, _, name = type.upper().partition("_")
    return f"{country} {name.replace('_', '/')}" if name else "Tax ID"
