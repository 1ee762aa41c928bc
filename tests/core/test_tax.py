"""Expected values are worked out by hand or taken from the named authorities, not from output."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paydesk.core.errors import InvalidRequest
from paydesk.core.tax import TaxLocation, exclusive_tax, inclusive_tax, tax_location
from paydesk.core.us_zip import is_zip, state_of_zip

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
    @pytest.mark.parametrize("country", ["", " ", "U", "USA", "1A", "U S", "ÄÖ", "\u0131n"])
    def test_a_country_is_one_that_there_is(self, country: str) -> None:
        with pytest.raises(InvalidRequest) as refused:
            tax_location(country)
        assert f"Country '{country.strip()}' is unknown." in str(refused.value)
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
