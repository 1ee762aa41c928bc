"""Who owes which tax, by the rules that `docs/tax.md` names with their sources."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paydesk.core.tax import Jurisdiction, TaxDecision, TaxLocation, borne
from paydesk.core.tax_codes import CODES, Category, category_of
from paydesk.core.tax_ids import EU_MEMBERS
from paydesk.core.tax_questions import NEEDS_LOCATION
from paydesk.core.tax_rates import EU_RATES, TABLE_STARTS, CountryRates, RateHistory
from paydesk.core.tax_rates_canada import PROVINCES
from paydesk.core.tax_rates_us import SALES_TAX_BY_STATE
from paydesk.core.tax_rates_world import WORLD_RATES
from paydesk.core.tax_registrations import Registration, sandbox_seller
from tests.core.selling import (
    SHOP,
    answered,
    asked,
    decided,
    registered,
    seconds,
    seller_in,
    taxes,
    vat_id,
)

SANDBOX = sandbox_seller("acct_1", 0)
GERMAN, FRENCH = vat_id("DE811907980"), vat_id("FR83404833048")
STATES = (
    "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH "
    "NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY"
).split()


def one(where: str, **sale: Any) -> TaxDecision:
    (decision,) = decided(asked(where, **sale))
    return decision


class TestWhatIsKnownOfThePlace:
    @pytest.mark.parametrize("postal_code", ["", "9410", "941033", "ABCDE", "٩٤١٠٣"])
    def test_the_united_states_need_a_zip_code(self, postal_code: str) -> None:
        assert answered(asked(f"US {postal_code}/CA")) == NEEDS_LOCATION

    def test_canada_needs_a_province_or_a_postal_code(self) -> None:
        assert answered(asked("CA")) == NEEDS_LOCATION
        assert answered(asked("CA/Ontario")) == NEEDS_LOCATION
        assert answered(asked("CA K1A 0B1")).status == "complete"
        assert answered(asked("CA/ON")).status == "complete"

    def test_without_any_place_nothing_is_decided(self) -> None:
        nowhere = replace(asked("DE"), buyer=replace(asked("DE").buyer, location=None))
        assert answered(nowhere) == NEEDS_LOCATION

    def test_the_zip_wins_over_another_state(self) -> None:
        assert one("US 94103/NY").jurisdiction.state == "CA"

    def test_the_state_counts_where_the_zip_leads_nowhere(self) -> None:
        assert one("US 00000/NY").jurisdiction == (Jurisdiction("New York", "state", "US", "NY"))
        assert answered(asked("US 00000/Atlantis")) == NEEDS_LOCATION


class TestRegistrations:
    @pytest.mark.parametrize(
        ("place", "percentage", "reason"),
        [
            ("US 94103", "7.25", "standard_rated"),
            ("US 10001", "0", "not_collecting"),
            ("DE", "19", "standard_rated"),
            ("IE", "23", "standard_rated"),
            ("GB", "20", "standard_rated"),
            ("CH", "0", "not_collecting"),
            ("CA K1A", "0", "not_collecting"),
            ("US 00901", "0", "not_collecting"),
        ],
    )
    def test_a_new_sandbox_account(self, place: str, percentage: str, reason: str) -> None:
        decision = one(place, seller=SANDBOX)
        assert (decision.percentage, decision.reason) == (Decimal(percentage), reason)

    def test_nobody_collects_without_one(self) -> None:
        for place in ("US 94103", "DE", "GB", "CA K1A"):
            assert one(place, seller=seller_in("US")).reason == "not_collecting"

    def test_they_begin_and_end(self) -> None:
        begun = replace(registered("GB"), active_from=seconds("2026-01-01"))
        seller = seller_in("US", replace(begun, expires_at=seconds("2026-03-01")))
        for day, reason in (
            ("2025-12-31", "not_collecting"),
            ("2026-01-01", "standard_rated"),
            ("2026-02-28", "standard_rated"),
            ("2026-03-01", "not_collecting"),
        ):
            assert one("GB", seller=seller, on=day).reason == reason

    def test_the_one_stop_shop_is_not_for_the_country_at_home(self) -> None:
        german = seller_in("DE", registered("DE", "oss_union"))
        assert one("FR", seller=german).percentage == 20
        assert one("DE", seller=german).reason == "not_collecting"
        both = seller_in("DE", registered("DE", "oss_union"), registered("DE"))
        assert one("DE", seller=both).percentage == 19

    def test_it_reaches_no_further_than_the_union(self) -> None:
        assert one("GB", seller=seller_in("DE", SHOP)).reason == "not_collecting"

    def test_a_small_seller_charges_the_tax_of_home(self) -> None:
        small = seller_in("DE", registered("DE", scheme="small_seller"))
        french = one("FR", seller=small)
        assert (french.percentage, french.jurisdiction.country) == (Decimal(19), "DE")
        assert one("GB", seller=small).reason == "not_collecting"

    @pytest.mark.parametrize(
        ("registrations", "names"),
        [
            ((registered("CA"),), ["GST"]),
            ((registered("CA", "province_standard", "QC"),), ["QST"]),
            ((registered("CA"), registered("CA", "province_standard", "QC")), ["GST", "QST"]),
            ((registered("CA"), registered("CA", "province_standard", "BC")), ["GST"]),
            ((), ["Tax"]),
        ],
    )
    def test_quebec_and_canada_are_registered_with_apart(
        self, registrations: tuple[Registration, ...], names: list[str]
    ) -> None:
        seller = seller_in("US", *registrations)
        borne = decided(asked("CA/QC", seller=seller))
        assert [decision.display_name for decision in borne] == names


class TestBuyers:
    def test_a_business_in_another_member_state_owes_the_tax_itself(self) -> None:
        for seller in (SANDBOX, seller_in("FR", registered("FR", "oss_union"))):
            decision = one("DE", seller=seller, tax_ids=(GERMAN,))
            assert (decision.percentage, decision.reason) == (Decimal(0), "reverse_charge")

    def test_but_not_one_whose_id_nobody_has_verified(self) -> None:
        assert one("DE", tax_ids=(vat_id("DE811907980", verified=False),)).percentage == 19

    def test_nor_with_the_id_of_another_country(self) -> None:
        assert one("DE", tax_ids=(FRENCH,)).percentage == 19
        assert one("DE", tax_ids=(FRENCH, GERMAN)).reason == "reverse_charge"

    def test_nor_at_home(self) -> None:
        german = seller_in("DE", registered("DE"))
        assert one("DE", seller=german, tax_ids=(GERMAN,)).percentage == 19

    def test_greece_writes_its_ids_otherwise(self) -> None:
        assert one("GR", tax_ids=(vat_id("EL123456789"),)).reason == "reverse_charge"

    def test_outside_the_union_an_id_changes_nothing(self) -> None:
        assert one("GB", tax_ids=(vat_id("XI123456789"),)).percentage == 20

    @pytest.mark.parametrize("place", ["DE", "US 94103", "CA K1A", "TH"])
    def test_an_exempt_customer_pays_none(self, place: str) -> None:
        assert one(place, exempt="exempt").reason == "customer_exempt"
        assert one(place, exempt="reverse").reason == "reverse_charge"
        assert one(place, exempt="exempt").percentage == 0


class TestKinds:
    @pytest.mark.parametrize(
        ("place", "code", "reason"),
        [
            ("DE", "txcd_99999999", "standard_rated"),
            ("DE", "txcd_35010000", "reduced_rated"),
            ("IE", "txcd_35010000", "zero_rated"),
            ("DE", "txcd_00000000", "not_subject_to_tax"),
            ("DK", "txcd_35010000", "not_supported"),
            ("IN", "txcd_99999999", "not_supported"),
            ("BR", "txcd_99999999", "not_supported"),
            ("US 94103", "txcd_40040000", "product_exempt"),
            ("US 94103", "txcd_10000000", "not_subject_to_tax"),
            ("US 97201", "txcd_99999999", "not_subject_to_tax"),
            ("US 10001", "txcd_40040000", "not_supported"),
            ("CA K1A", "txcd_40040000", "zero_rated"),
            ("CA K1A", "txcd_35010000", "standard_rated"),
        ],
    )
    def test_the_reason(self, place: str, code: str, reason: str) -> None:
        assert one(place, code=code).reason == reason

    @pytest.mark.parametrize(
        ("code", "category"),
        [
            ("txcd_10402100", Category.DIGITAL),
            ("txcd_20060052", Category.SERVICES),
            ("txcd_30011000", Category.GOODS),
            ("txcd_92010001", Category.SHIPPING),
            ("anything", Category.GOODS),
        ],
    )
    def test_codes_that_are_not_listed_go_by_their_first_digits(
        self, code: str, category: Category
    ) -> None:
        assert category_of(code) is category

    def test_the_listed_codes_are_in_order_and_different(self) -> None:
        ids = [code.id for code in CODES]
        assert ids == sorted(set(ids))


class TestTheTables:
    @pytest.mark.parametrize(
        ("place", "code", "day", "percentage"),
        [
            ("EE", "txcd_99999999", "2025-06-30", "22"),
            ("EE", "txcd_99999999", "2025-07-01", "24"),
            ("FI", "txcd_99999999", "2024-08-31", "24"),
            ("FI", "txcd_99999999", "2024-09-01", "25.5"),
            ("FI", "txcd_35010000", "2024-12-31", "10"),
            ("FI", "txcd_35010000", "2025-12-31", "14"),
            ("FI", "txcd_40040000", "2026-01-01", "13.5"),
            ("RO", "txcd_99999999", "2025-07-31", "19"),
            ("RO", "txcd_35010000", "2025-08-01", "11"),
            ("SK", "txcd_99999999", "2024-12-31", "20"),
            ("SK", "txcd_99999999", "2025-01-01", "23"),
            ("PL", "txcd_40040000", "2024-03-31", "0"),
            ("PL", "txcd_40040000", "2024-04-01", "5"),
            ("SE", "txcd_40040000", "2026-03-31", "12"),
            ("SE", "txcd_40040000", "2026-04-01", "6"),
            ("LT", "txcd_35010000", "2025-12-31", "9"),
            ("CA B3H", "txcd_99999999", "2025-03-31", "15"),
            ("CA B3H", "txcd_99999999", "2025-04-01", "14"),
            ("US 70112", "txcd_99999999", "2024-12-31", "4.45"),
            ("US 70112", "txcd_99999999", "2025-01-01", "5"),
        ],
    )
    def test_rates_change_on_their_day(
        self, place: str, code: str, day: str, percentage: str
    ) -> None:
        assert one(place, code=code, on=day).percentage == Decimal(percentage)

    def test_days_before_the_tables_are_not_supported(self) -> None:
        before = (TABLE_STARTS - timedelta(days=1)).isoformat()
        for place in ("DE", "US 94103", "CA K1A", "GB"):
            assert one(place, on=before).reason == "not_supported"

    def test_the_countries(self) -> None:
        assert set(EU_RATES) == EU_MEMBERS
        assert sorted(SALES_TAX_BY_STATE) == sorted(STATES)
        assert len(PROVINCES) == 13
        assert not set(WORLD_RATES) & set(EU_RATES)

    def test_rows_are_in_order_and_name_their_source(self) -> None:
        countries: list[CountryRates] = [*EU_RATES.values(), *WORLD_RATES.values()]
        assert all(country.source and country.name for country in countries)
        histories: list[RateHistory] = [
            *(country.standard for country in countries),
            *(rate for country in countries for rate in country.special.values()),
            *(state.goods for state in SALES_TAX_BY_STATE.values()),
            *(province.federal for province in PROVINCES.values()),
        ]
        for history in histories:
            days = [day for day, _ in history.rates]
            assert days == sorted(set(days))
            assert days[:1] in ([], [TABLE_STARTS])
            assert all(0 <= percentage <= 27 for _, percentage in history.rates)

    def test_the_jurisdiction_is_the_country(self) -> None:
        decision = one("FI")
        assert decision.jurisdiction == Jurisdiction("Finland", "country", "FI")
        assert (decision.display_name, decision.tax_type) == ("VAT", "vat")
        assert decision.source == "European Commission, Taxes in Europe Database"


places = st.sampled_from(["DE", "FI", "GB", "CH", "US 94103", "CA H2X", "CA M5V", "JP"])
amounts = st.integers(0, 99_999_999)
codes = st.sampled_from([code.id for code in CODES])
currencies = st.sampled_from(["usd", "eur", "jpy", "kwd", "isk"])


class TestProperties:
    @given(places, codes, amounts, currencies)
    def test_tax_inside_a_price_never_is_more_than_the_price(
        self, place: str, code: str, amount: int, currency: str
    ) -> None:
        question = asked(place, code=code, amount=amount, inclusive=True, currency=currency)
        found = taxes(question)
        inside = sum(tax.amount for tax in found)
        assert all(tax.amount >= 0 and tax.inclusive for tax in found)
        assert {tax.taxable_amount for tax in found} == {amount - inside}
        assert inside <= amount

    @given(places, codes, amounts, st.integers(1, 50), currencies, st.booleans())
    def test_more_never_bears_less(
        self,
        place: str,
        code: str,
        amount: int,
        times: int,
        currency: str,
        inside: bool,
    ) -> None:
        facts: dict[str, Any] = {"code": code, "currency": currency, "inclusive": inside}
        once = taxes(asked(place, amount=amount, **facts))
        more = taxes(asked(place, amount=amount * times, **facts))
        for less, great in zip(once, more, strict=True):
            assert less.amount <= great.amount

    @given(amounts, st.lists(st.decimals(0, 30, places=3), max_size=3))
    def test_several_taxes_inside_are_each_of_the_same_net(
        self, amount: int, percentages: list[Decimal]
    ) -> None:
        place = Jurisdiction("Ruritania", "country", "ZZ")
        decisions = [
            TaxDecision(one, "standard_rated", "Tax", None, place, "a test") for one in percentages
        ]
        found = borne(decisions, amount, "eur", inclusive=True)
        net = amount * 100 / (100 + sum(percentages, Decimal(0)))
        for tax, percentage in zip(found, percentages, strict=True):
            assert abs(tax.amount - net * percentage / 100) <= Decimal("0.5001")


def test_a_place_says_more_than_the_tax_needs() -> None:
    assert date.fromisoformat("2026-05-01") == asked("DE").on
    assert asked("DE").buyer.location == TaxLocation("DE")
