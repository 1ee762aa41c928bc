"""Tax ids: their types, their countries, and what the registers' stand-in says of a value."""

from __future__ import annotations

import pytest

from paydesk.core.errors import InvalidRequest
from paydesk.core.tax_ids import TYPES, country_of, title_of, types_of
from paydesk.services.tax_ids import verification_of
from tests.api import specification

# Each type's example in Stripe's table of supported tax ids.
DOCUMENTED = """
au_abn 12345678912; au_arn 123456789123; bg_uic 123456789; br_cnpj 01.234.456/5432-10;
br_cpf 123.456.789-87; ca_bn 123456789; ca_gst_hst 123456789RT0002; ca_pst_bc PST-1234-5678;
ca_pst_mb 123456-7; ca_pst_sk 1234567; ca_qst 1234567890TQ1234; ch_vat CHE-123.456.789 MWST;
ch_uid CHE-123.456.789 HR; cl_tin 12.345.678-K; cn_tin 123456789012345678; co_nit 123.456.789-0;
cr_tin 1-234-567890; de_stn 1234567890; do_rcn 123-4567890-1; ec_ruc 1234567890001;
eg_tin 123456789; es_cif A12345678; eu_oss_vat EU123456789; eu_vat DE123456789;
eu_vat ATU12345678; eu_vat BE0123456789; eu_vat CY12345678Z; eu_vat CZ1234567890;
eu_vat EL123456789; eu_vat ESA1234567Z; eu_vat FRAB123456789; eu_vat IE1234567AB;
eu_vat IT12345678912; eu_vat NL123456789B12; eu_vat PL1234567890; eu_vat XI123456789;
gb_vat GB123456789; ge_vat 123456789; hk_br 12345678; hu_tin 12345678-1-23;
id_npwp 12.345.678.9-012.345; il_vat 000012345; in_gst 12ABCDE3456FGZH; is_vat 123456;
jp_cn 1234567891234; jp_rn 12345; jp_trn T1234567891234; ke_pin P000111111A;
kr_brn 123-45-67890; li_uid CHE123456789; mx_rfc ABC010203AB9; my_frp 12345678;
my_itn C 1234567890; my_sst A12-3456-78912345; no_vat 123456789MVA; nz_gst 123456789;
pe_ruc 12345678901; ph_tin 123456789012; ro_tin 1234567890123; rs_pib 123456789;
ru_inn 1234567891; ru_kpp 123456789; sa_vat 123456789012345; sg_gst M12345678X;
sg_uen 123456789F; si_tin 12345678; sv_nit 1234-567890-123-4; th_vat 1234567891234;
tr_tin 0123456789; tw_vat 12345678; ua_vat 123456789; us_ein 12-3456789; uy_ruc 123456789012;
ve_rif A-12345678-9; vn_tin 1234567890; za_vat 4123456789
"""
EXAMPLES = [tuple(example.split(maxsplit=1)) for example in DOCUMENTED.split(";")]


@pytest.mark.parametrize(("type", "value"), EXAMPLES)
def test_stripes_own_examples_have_the_form_of_their_type(type: str, value: str) -> None:
    assert verification_of(type, value) in {"unavailable", "unverified"}


def test_the_types_are_those_of_the_specification() -> None:
    assert list(TYPES) == specification.schemas()["tax_id"]["properties"]["type"]["enum"]
    assert {type for type, _ in EXAMPLES} <= set(TYPES)


@pytest.mark.parametrize(
    ("type", "value", "verification"),
    [
        # Numbers that python-stdnum documents as valid.
        ("eu_vat", "DE 136 695 976", "verified"),
        ("gb_vat", "GB 980 7806 84", "verified"),
        ("au_abn", "83 914 571 673", "verified"),
        ("eu_vat", "DE136695978", "unverified"),
        ("eu_vat", "DE000000000", "verified"),
        ("au_abn", "111111111", "unverified"),
        ("eu_vat", "FR222222222", "pending"),
        ("us_ein", "000000000", "unavailable"),
        ("unknown", "ABC-123", "unavailable"),
    ],
)
def test_what_a_register_says(type: str, value: str, verification: str) -> None:
    assert verification_of(type, value) == verification


@pytest.mark.parametrize(
    ("type", "value"),
    [
        ("eu_vat", "DE12"),
        ("eu_vat", "136695976"),
        ("eu_vat", "US123456789"),
        ("eu_vat", ""),
        ("eu_vat", "DE" + "1" * 50),
        ("us_ein", "abc"),
        ("za_vat", "5123456789"),
        ("unknown", "١٢٣٤٥"),
        ("unknown", "4539578763621486"),
        ("ng_tin", "4539-5787-6362-1486"),
        ("ae_trn", "374245455400126"),
        ("br_cnpj", "30569309025904"),
    ],
)
def test_what_has_not_the_form_is_refused(type: str, value: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        verification_of(type, value, param="tax_id_data[0][value]")
    error = refused.value
    assert (error.code, error.param) == ("tax_id_invalid", "tax_id_data[0][value]")
    assert error.message == f"Invalid value for {type}."


@pytest.mark.parametrize(
    ("type", "value", "country"),
    [("eu_vat", "EL123", "GR"), ("eu_vat", "XI1", "GB"), ("eu_vat", "DE1", "DE"),
     ("eu_vat", "US1", None), ("ca_gst_hst", "1", "CA"), ("eu_oss_vat", "EU1", None),
     ("unknown", "1", None)],
)  # fmt: skip
def test_whose_id_it_is(type: str, value: str, country: str | None) -> None:
    assert country_of(type, value) == country


def test_what_a_form_offers() -> None:
    assert types_of("DE") == ("eu_vat", "de_stn")
    assert types_of("CA")[0] == "ca_bn"
    assert types_of("AQ") == ()
    titles = [title_of(type) for type in ("eu_vat", "ca_gst_hst", "au_abn", "unknown")]
    assert titles == ["EU VAT", "CA GST/HST", "AU ABN", "Tax ID"]
