"""Expected values are worked out by hand or taken from the named authorities, not from output."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paydesk.core.errors import InvalidRequest
from paydesk.core.tax import (
    NONTAXABLE_TAX_CODE,
    Jurisdiction,
    StandardRates,
    TaxDecision,
    TaxLocation,
    TaxProvider,
    exclusive_tax,
    inclusive_tax,
    tax_location,
)
from paydesk.core.tax_rates import SALES_TAX_BY_STATE, TABLE_STARTS, VAT_BY_COUNTRY
from paydesk.core.us_zip import is_zip, state_of_zip

TODAY = date(2026, 3, 1)

EU = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()
STATES = (
    "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH "
    "NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY"
).split()

ZIPS = {
    "AL": ["36104", "35203"], "AK": ["99501", "99801"], "AZ": ["85001", "86001"],
    "AR": ["72201", "71601"], "CA": ["94103", "90001", "96161"], "CO": ["80202", "81657"],
    "CT": ["06103", "06510"], "DE": ["19901", "19801"], "DC": ["20001", "20500", "56901"],
    "FL": ["32301", "33101", "34102"], "GA": ["30303", "31401", "39901"],
    "HI": ["96813", "96720"], "ID": ["83702", "83814"], "IL": ["62701", "60601"],
    "IN": ["46204", "47708"], "IA": ["50309", "52801"], "KS": ["66603", "67202"],
    "KY": ["40601", "42223"], "LA": ["70112", "71101"], "ME": ["04330", "03901"],
    "MD": ["21401", "20701", "20588"], "MA": ["02108", "01101", "05501"],
    "MI": ["48933", "49855"], "MN": ["55101", "56701"], "MS": ["39201", "38601"],
    "MO": ["65101", "63101"], "MT": ["59601", "59901"], "NE": ["68508", "69301"],
    "NV": ["89701", "89101"], "NH": ["03301", "03801"], "NJ": ["08608", "07102"],
    "NM": ["87501", "88001"], "NY": ["10001", "00501", "06390", "14201"],
    "NC": ["27601", "28202"], "ND": ["58501", "58102"], "OH": ["43215", "45999"],
    "OK": ["73102", "74103"], "OR": ["97301", "97201"], "PA": ["17101", "19104"],
    "RI": ["02903", "02840"], "SC": ["29201", "29401"], "SD": ["57501", "57104"],
    "TN": ["37219", "38103"], "TX": ["78701", "73301", "88510", "73960"],
    "UT": ["84101", "84770"], "VT": ["05602", "05401"], "VA": ["23219", "20101", "20598"],
    "WA": ["98101", "99201"], "WV": ["25301", "26505"], "WI": ["53703", "54301"],
    "WY": ["82001", "83001", "83414"],
}  # fmt: skip

percentages = st.decimals(min_value=0, max_value=100, places=4)
amounts = st.integers(min_value=0, max_value=99_999_999)


def decide(
    country: str,
    postal_code: str | None = None,
    state: str | None = None,
    *,
    tax_code: str | None = None,
    on: date = TODAY,
) -> TaxDecision | None:
    provider: TaxProvider = StandardRates()
    return provider.rate_for(tax_location(country, state, postal_code), tax_code=tax_code, on=on)


def decided(country: str, postal_code: str | None = None, *, on: date = TODAY) -> TaxDecision:
    decision = decide(country, postal_code, on=on)
    assert decision is not None
    return decision


def zero_for(decision: TaxDecision | None) -> str:
    """The reason of a decision that takes no tax."""
    assert decision is not None
    assert decision.percentage == 0
    return decision.reason


class TestArithmetic:
    @pytest.mark.parametrize(
        ("taxable", "percentage", "tax"),
        [
            (0, "20", 0),
            (1000, "0", 0),
            (43, "15", 6),  # 6.45
            (1000, "25.5", 255),
            (10, "25", 3),  # 2.5 goes up
            (30, "15", 5),  # 4.5 goes up: banker's rounding would give 4
            (2000, "7.25", 145),
            (1999, "6.875", 137),  # 137.43
            (99_999_999, "27", 27_000_000),  # 26 999 999.73
        ],
    )
    def test_exclusive(self, taxable: int, percentage: str, tax: int) -> None:
        assert exclusive_tax(taxable, Decimal(percentage)) == tax

    @pytest.mark.parametrize(
        ("gross", "percentage", "tax"),
        [
            (0, "20", 0),
            (1000, "0", 0),
            (1200, "20", 200),
            (1190, "19", 190),
            (1000, "25.5", 203),  # 203.187
            (100, "20", 17),  # 16.67
            (3, "20", 1),  # 0.5 goes up
            (9, "20", 2),  # 1.5 goes up
            (99_999_999, "27", 21_259_842),  # 21 259 842.307
        ],
    )
    def test_inclusive(self, gross: int, percentage: str, tax: int) -> None:
        assert inclusive_tax(gross, Decimal(percentage)) == tax

    @given(amounts, percentages)
    def test_inclusive_tax_lies_inside_the_price(self, gross: int, percentage: Decimal) -> None:
        tax = inclusive_tax(gross, percentage)
        net = gross - tax
        assert 0 <= tax <= gross
        assert abs(net * (1 + Fraction(percentage) / 100) - gross) <= 1

    @given(amounts, percentages)
    def test_taking_out_what_was_added_gives_it_back(self, net: int, percentage: Decimal) -> None:
        added = exclusive_tax(net, percentage)
        assert inclusive_tax(net + added, percentage) == added

    @given(amounts, amounts, percentages)
    def test_a_higher_amount_never_has_less_tax(self, a: int, b: int, rate: Decimal) -> None:
        low, high = sorted((a, b))
        assert exclusive_tax(low, rate) <= exclusive_tax(high, rate)
        assert inclusive_tax(low, rate) <= inclusive_tax(high, rate)

    @given(amounts, percentages, percentages)
    def test_a_higher_rate_never_gives_less_tax(self, amount: int, a: Decimal, b: Decimal) -> None:
        low, high = sorted((a, b))
        assert exclusive_tax(amount, low) <= exclusive_tax(amount, high)
        assert inclusive_tax(amount, low) <= inclusive_tax(amount, high)

    @pytest.mark.parametrize(("amount", "rate"), [(-1, "20"), (1, "-20"), (1, "NaN"), (1, "Inf")])
    def test_nonsense_is_refused(self, amount: int, rate: str) -> None:
        with pytest.raises(ValueError, match="no tax on amount"):
            exclusive_tax(amount, Decimal(rate))
        with pytest.raises(ValueError, match="no tax on amount"):
            inclusive_tax(amount, Decimal(rate))


class TestLocation:
    def test_codes_are_trimmed_and_upper_case(self) -> None:
        location = tax_location(" gb ", " ", " sw1a \t 1aa ", city=" London ", line2="")
        assert location == TaxLocation("GB", postal_code="SW1A 1AA", city="London")

    # The last is a dotless i, whose upper case is an ASCII letter.
    @pytest.mark.parametrize("country", ["", " ", "U", "USA", "1A", "U S", "ÄÖ", "\u0131\u0131"])
    def test_a_country_is_two_letters(self, country: str) -> None:
        with pytest.raises(InvalidRequest) as refused:
            tax_location(country)
        assert refused.value.code == "country_code_invalid"
        assert refused.value.param == "tax_region[country]"

    def test_fields_have_limits(self) -> None:
        param = "payment_method_data[billing_details][address]"
        assert tax_location("US", postal_code="9" * 20).postal_code == "9" * 20
        with pytest.raises(InvalidRequest, match="at most 20 characters") as refused:
            tax_location("US", postal_code="9" * 21, param=param)
        assert refused.value.param == f"{param}[postal_code]"

    @pytest.mark.parametrize(
        ("field", "characters_max"), [("state", 100), ("city", 200), ("line1", 500), ("line2", 500)]
    )
    def test_the_other_limits(self, field: str, characters_max: int) -> None:
        at_limit = {"country": "DE", field: "x" * characters_max}
        assert tax_location(**at_limit).country == "DE"
        with pytest.raises(InvalidRequest):
            tax_location(**{**at_limit, field: "x" * (characters_max + 1)})


class TestVat:
    def test_every_member_state_and_the_united_kingdom(self) -> None:
        assert sorted(VAT_BY_COUNTRY) == sorted([*EU, "GB"])

    @pytest.mark.parametrize(
        ("country", "day", "percentage"),
        [
            ("AT", "2026-01-01", "20"), ("BE", "2026-01-01", "21"), ("BG", "2026-01-01", "20"),
            ("CY", "2026-01-01", "19"), ("CZ", "2026-01-01", "21"), ("DE", "2026-01-01", "19"),
            ("DK", "2026-01-01", "25"), ("ES", "2026-01-01", "21"), ("FR", "2026-01-01", "20"),
            ("GB", "2026-01-01", "20"), ("GR", "2026-01-01", "24"), ("HR", "2026-01-01", "25"),
            ("HU", "2026-01-01", "27"), ("IE", "2026-01-01", "23"), ("IT", "2026-01-01", "22"),
            ("LT", "2026-01-01", "21"), ("LU", "2026-01-01", "17"), ("LV", "2026-01-01", "21"),
            ("MT", "2026-01-01", "18"), ("NL", "2026-01-01", "21"), ("PL", "2026-01-01", "23"),
            ("PT", "2026-01-01", "23"), ("SE", "2026-01-01", "25"), ("SI", "2026-01-01", "22"),
            ("EE", "2025-06-30", "22"), ("EE", "2025-07-01", "24"),
            ("FI", "2024-08-31", "24"), ("FI", "2024-09-01", "25.5"),
            ("RO", "2025-07-31", "19"), ("RO", "2025-08-01", "21"),
            ("SK", "2024-12-31", "20"), ("SK", "2025-01-01", "23"),
        ],
    )  # fmt: skip
    def test_standard_rate(self, country: str, day: str, percentage: str) -> None:
        decision = decided(country, on=date.fromisoformat(day))
        assert decision.percentage == Decimal(percentage)
        assert (decision.reason, decision.display_name) == ("standard_rated", "VAT")

    def test_the_jurisdiction_is_the_country(self) -> None:
        decision = decided("FI")
        assert decision.jurisdiction == Jurisdiction("Finland", "country", "FI")
        assert decision.source == "European Commission, VAT rates applied in the Member States"

    @pytest.mark.parametrize("country", ["CH", "CA", "JP", "IM", "MC", "PR"])
    def test_elsewhere_nothing_is_collected(self, country: str) -> None:
        assert zero_for(decided(country)) == "not_collecting"


class TestSalesTax:
    def test_every_state_and_the_district(self) -> None:
        assert sorted(SALES_TAX_BY_STATE) == sorted(STATES)

    @pytest.mark.parametrize(
        ("zip_code", "state", "percentage"),
        [
            ("94103", "California", "7.25"),
            ("10001", "New York", "4"),
            ("06390", "New York", "4"),
            ("55401-1234", "Minnesota", "6.875"),
            ("63101", "Missouri", "4.225"),
            ("87501", "New Mexico", "4.875"),
            ("57501", "South Dakota", "4.2"),
        ],
    )
    def test_the_zip_decides(self, zip_code: str, state: str, percentage: str) -> None:
        decision = decided("US", zip_code)
        assert decision.percentage == Decimal(percentage)
        assert (decision.reason, decision.display_name) == ("standard_rated", "Sales tax")
        assert (decision.jurisdiction.name, decision.jurisdiction.level) == (state, "state")

    @pytest.mark.parametrize(
        ("zip_code", "day", "percentage"),
        [
            ("70112", "2024-12-31", "4.45"),
            ("70112", "2025-01-01", "5"),
            ("20001", "2026-09-30", "6"),
            ("20001", "2026-10-01", "7"),
        ],
    )
    def test_rates_change_on_their_day(self, zip_code: str, day: str, percentage: str) -> None:
        decision = decided("US", zip_code, on=date.fromisoformat(day))
        assert decision.percentage == Decimal(percentage)

    @pytest.mark.parametrize("state", ["AK", "DE", "MT", "NH", "OR"])
    def test_states_without_sales_tax(self, state: str) -> None:
        decision = decided("US", ZIPS[state][0])
        assert zero_for(decision) == "not_subject_to_tax"
        assert decision.jurisdiction.state == state

    def test_only_those_five_have_none(self) -> None:
        untaxed = {s for s, zips in ZIPS.items() if decided("US", zips[0]).percentage == 0}
        assert untaxed == {"AK", "DE", "MT", "NH", "OR"}

    @pytest.mark.parametrize("zip_code", ["96799", "00901", "96910", "09012"])
    def test_territories_and_military_post_are_not_collected(self, zip_code: str) -> None:
        decision = decided("US", zip_code)
        assert zero_for(decision) == "not_collecting"
        assert decision.jurisdiction.level == "country"

    @pytest.mark.parametrize(
        "postal_code", [None, "", "9410", "941033", "ABCDE", "94103-12", "٩٤١٠٣"]
    )
    def test_without_a_zip_nothing_is_decided(self, postal_code: str | None) -> None:
        assert decide("US", postal_code, "CA") is None

    def test_the_zip_wins_over_another_state(self) -> None:
        decision = decide("US", "94103", "NY")
        assert decision is not None
        assert decision.jurisdiction.state == "CA"

    def test_the_state_counts_where_the_zip_leads_nowhere(self) -> None:
        decision = decide("US", "00000", "ny")
        assert decision is not None
        assert decision.jurisdiction == Jurisdiction("New York", "state", "US", "NY")
        assert decide("US", "00000", "Atlantis") is None
        assert decide("US", "00000") is None


class TestCodesAndDates:
    def test_a_nontaxable_product_has_no_tax(self) -> None:
        decision = decide("DE", tax_code=NONTAXABLE_TAX_CODE)
        assert zero_for(decision) == "not_subject_to_tax"

    def test_every_other_code_has_the_standard_rate(self) -> None:
        assert decide("DE", tax_code="txcd_99999999") == decide("DE")

    def test_a_nontaxable_product_still_needs_the_place(self) -> None:
        assert decide("US", tax_code=NONTAXABLE_TAX_CODE) is None

    def test_days_before_the_table_are_not_supported(self) -> None:
        decision = decided("DE", on=TABLE_STARTS - timedelta(days=1))
        assert zero_for(decision) == "not_supported"
        assert decided("DE", on=TABLE_STARTS).reason == "standard_rated"

    def test_rows_are_in_order_and_name_their_source(self) -> None:
        for history in [*VAT_BY_COUNTRY.values(), *SALES_TAX_BY_STATE.values()]:
            days = [rate.valid_from for rate in history.rates]
            assert days[0] == TABLE_STARTS
            assert days == sorted(set(days))
            assert history.source
            assert all(0 <= rate.percentage <= 27 for rate in history.rates)


class TestZip:
    def test_every_state_has_examples(self) -> None:
        assert sorted(ZIPS) == sorted(STATES)

    @pytest.mark.parametrize(
        ("zip_code", "state"), [(zip_code, s) for s, zips in ZIPS.items() for zip_code in zips]
    )
    def test_state_of_zip(self, zip_code: str, state: str) -> None:
        assert state_of_zip(zip_code) == state

    @pytest.mark.parametrize(
        ("zip_code", "area"),
        [
            ("00601", "PR"), ("00801", "VI"), ("00901", "PR"), ("96799", "AS"), ("96910", "GU"),
            ("96950", "MP"), ("96940", "PW"), ("96941", "FM"), ("96960", "MH"),
            ("34001", "AA"), ("09001", "AE"), ("96201", "AP"),
        ],
    )  # fmt: skip
    def test_territories_and_armed_forces(self, zip_code: str, area: str) -> None:
        assert state_of_zip(zip_code) == area

    @pytest.mark.parametrize("zip_code", ["00000", "00499", "09901", "26901", "42901", "98", "x"])
    def test_unused_prefixes_and_other_texts(self, zip_code: str) -> None:
        assert state_of_zip(zip_code) is None

    @pytest.mark.parametrize("zip_code", ["94103", "94103-1234", "94103 1234", "941031234"])
    def test_zip_plus_four(self, zip_code: str) -> None:
        assert is_zip(zip_code)
        assert state_of_zip(zip_code) == "CA"

    @given(st.integers(min_value=0, max_value=99_999))
    def test_every_zip_names_a_known_area_or_none(self, number: int) -> None:
        known = {*STATES, *"PR VI GU AS MP FM MH PW AA AE AP".split(), None}
        assert state_of_zip(f"{number:05d}") in known
