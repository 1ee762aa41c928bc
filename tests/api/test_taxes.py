"""Tax settings, registrations, rates and codes, and what they do to a session, by the SDK."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import stripe

from paydesk.services.taxes import NO_HEAD_OFFICE
from tests.api.merchant import SESSIONS, Merchant, refused, succeeded
from tests.support.app import SEED_SESSION

SETTINGS = "/v1/tax/settings"
REGISTRATIONS = "/v1/tax/registrations"
RATES = "/v1/tax_rates"
WITH_TAX = {"automatic_tax[enabled]": "true"}
VAT = {"display_name": "VAT", "percentage": "19", "inclusive": "false", "country": "DE"}


def taxed(merchant: Merchant, place: dict[str, str], fields: dict[str, str] | None = None) -> Any:
    """A session with automatic tax whose buyer is there, with the taxes of its line."""
    session = merchant.session({**WITH_TAX, **(fields or {})})
    region = {f"tax_region[{name}]": text for name, text in place.items()}
    merchant.write(f"/v1/payment_pages/{session['id']}", region)
    expand = {"expand[0]": "line_items.data.taxes", "expand[1]": "total_details.breakdown"}
    return merchant.read(f"{SESSIONS}/{session['id']}", expand)


def reason(session: Any) -> str:
    (tax,) = session["line_items"]["data"][0]["taxes"]
    told: str = tax["taxability_reason"]
    return told


class TestSettings:
    def test_a_new_account_has_a_head_office_and_three_registrations(
        self, sdk: stripe.StripeClient
    ) -> None:
        settings = sdk.v1.tax.settings.retrieve()
        assert settings.status == "active"
        assert settings.head_office is not None
        assert settings.head_office.address.city == "San Francisco"
        assert settings.defaults.tax_behavior == "exclusive"
        places = [(one.country, one.status) for one in sdk.v1.tax.registrations.list().data]
        assert places == [("US", "active"), ("IE", "active"), ("GB", "active")]

    def test_they_change_and_tell_of_it(self, merchant: Merchant) -> None:
        told = merchant.write(SETTINGS, {
            "defaults[tax_behavior]": "inclusive", "defaults[tax_code]": "txcd_10000000",
            "head_office[address][country]": "DE", "head_office[address][city]": "Berlin",
        })  # fmt: skip
        assert told["defaults"]["tax_behavior"] == "inclusive"
        assert told["head_office"]["address"]["country"] == "DE"
        assert merchant.read(SETTINGS) == told
        (event,) = merchant.events("tax.settings.updated")
        assert event["data"]["object"] == told
        merchant.write(SETTINGS, {"defaults[tax_behavior]": "inclusive"})
        assert len(merchant.events("tax.settings.updated")) == 1

    @pytest.mark.parametrize(
        ("fields", "param"),
        [
            ({"defaults[tax_behavior]": "unspecified"}, "defaults[tax_behavior]"),
            ({"head_office[address][city]": "Berlin"}, "head_office[address][country]"),
            ({"head_office[address][country]": "Germany"}, "head_office[address][country]"),
            ({"defaults[provider]": "stripe"}, "defaults[provider]"),
        ],
    )
    def test_what_can_not_be(self, merchant: Merchant, fields: dict[str, str], param: str) -> None:
        assert refused(merchant.post(SETTINGS, fields))["param"] == param

    def test_without_a_head_office_automatic_tax_is_refused(self, merchant: Merchant) -> None:
        told = merchant.write(SETTINGS, {"head_office": ""})
        assert (told["head_office"], told["status"]) == (None, "pending")
        assert told["status_details"]["pending"]["missing_fields"] == ["head_office"]
        error = refused(merchant.post(SESSIONS, {**SEED_SESSION, **WITH_TAX}))
        assert error["message"] == NO_HEAD_OFFICE
        assert error["type"] == "invalid_request_error"
        merchant.session()

    def test_the_default_behavior_is_for_prices_that_do_not_say_it(
        self, merchant: Merchant
    ) -> None:
        merchant.write(SETTINGS, {"defaults[tax_behavior]": "inferred_by_currency"})
        unsaid = {"line_items[0][price_data][tax_behavior]": "unspecified"}
        dollars = taxed(merchant, {"country": "DE"}, unsaid)
        assert (dollars["amount_total"], dollars["total_details"]["amount_tax"]) == (2380, 380)
        euros = {**unsaid, "line_items[0][price_data][currency]": "eur"}
        inside = taxed(merchant, {"country": "DE"}, euros)
        assert (inside["amount_total"], inside["total_details"]["amount_tax"]) == (2000, 319)

    def test_the_default_code_is_for_products_that_have_none(self, merchant: Merchant) -> None:
        merchant.write(SETTINGS, {"defaults[tax_code]": "txcd_35010000"})
        assert taxed(merchant, {"country": "DE"})["total_details"]["amount_tax"] == 140

    def test_an_open_session_keeps_the_seller_that_it_was_made_with(
        self, merchant: Merchant
    ) -> None:
        session = merchant.session(WITH_TAX)
        merchant.write(SETTINGS, {"head_office": ""})
        page = f"/v1/payment_pages/{session['id']}"
        shown = merchant.write(page, {"tax_region[country]": "DE"})
        assert shown["total_summary"]["tax"] == 380


class TestRegistrations:
    def test_where_there_is_none_nothing_is_collected(self, merchant: Merchant) -> None:
        session = taxed(merchant, {"country": "US", "postal_code": "10001"})
        assert (session["total_details"]["amount_tax"], reason(session)) == (0, "not_collecting")
        assert session["automatic_tax"]["status"] == "complete"

    def test_a_new_one_collects_and_an_ended_one_does_not(
        self, merchant: Merchant, sdk: stripe.StripeClient
    ) -> None:
        made = sdk.v1.tax.registrations.create({
            "country": "US", "active_from": "now",
            "country_options": {"us": {"state": "NY", "type": "state_sales_tax"}},
        })  # fmt: skip
        assert made.status == "active"
        assert made.country_options.us is not None
        assert made.country_options.us.state == "NY"
        place = {"country": "US", "postal_code": "10001"}
        assert taxed(merchant, place)["total_details"]["amount_tax"] == 80
        ended = sdk.v1.tax.registrations.update(made.id, {"expires_at": "now"})
        assert ended.status == "expired"
        assert reason(taxed(merchant, place)) == "not_collecting"
        found = sdk.v1.tax.registrations.list({"status": "expired"}).data
        assert [one.id for one in found] == [made.id]

    def test_gst_and_qst_are_two_taxes_of_one_line(self, merchant: Merchant) -> None:
        for options in ({"type": "standard"}, {"type": "province_standard", "in": "QC"}):
            fields = {"country": "CA", "active_from": "now",
                      "country_options[ca][type]": options["type"]}  # fmt: skip
            if "in" in options:
                fields["country_options[ca][province_standard][province]"] = options["in"]
            merchant.write(REGISTRATIONS, fields)
        session = taxed(merchant, {"country": "CA", "postal_code": "H2X 1Y4"})
        found = session["line_items"]["data"][0]["taxes"]
        names = [(tax["rate"]["display_name"], tax["amount"]) for tax in found]
        assert names == [("GST", 100), ("QST", 200)]  # 199.5 goes up
        breakdown = session["total_details"]["breakdown"]["taxes"]
        assert (
            sum(tax["amount"] for tax in breakdown) == 300 == session["total_details"]["amount_tax"]
        )

    def test_many_at_once_are_all_kept(self, merchant: Merchant) -> None:
        countries = ["CH", "NO", "IS", "AU", "NZ", "JP", "SG", "ZA"]

        def register(country: str) -> None:
            merchant.write(REGISTRATIONS, {
                "country": country, "active_from": "now",
                f"country_options[{country.lower()}][type]": "standard",
            })  # fmt: skip

        with ThreadPoolExecutor(len(countries)) as people:
            list(people.map(register, countries))
        found = merchant.read(REGISTRATIONS, {"limit": "100"})["data"]
        assert {one["country"] for one in found} == {"US", "IE", "GB", *countries}

    @pytest.mark.parametrize(
        ("fields", "param"),
        [
            ({"country": "US", "country_options[us][type]": "standard"},
             "country_options[us][type]"),
            ({"country": "US", "country_options[us][type]": "state_sales_tax"},
             "country_options[us][state]"),
            ({"country": "CA", "country_options[ca][type]": "province_standard",
              "country_options[ca][province_standard][province]": "ON"},
             "country_options[ca][province_standard][province]"),
            ({"country": "CH", "country_options[ch][type]": "oss_union"},
             "country_options[ch][type]"),
            ({"country": "CH", "country_options[de][type]": "standard"}, "country_options[ch]"),
            ({"country": "GB", "country_options[gb][type]": "standard"}, "country_options[gb]"),
            ({"country": "CH", "country_options[ch][type]": "standard", "expires_at": "1"},
             "expires_at"),
        ],
    )  # fmt: skip
    def test_what_can_not_be(self, merchant: Merchant, fields: dict[str, str], param: str) -> None:
        answer = merchant.post(REGISTRATIONS, {"active_from": "now", **fields})
        assert refused(answer)["param"] == param

    def test_those_of_others_are_not_there(
        self, merchant: Merchant, other_merchant: Merchant
    ) -> None:
        id = merchant.read(REGISTRATIONS)["data"][0]["id"]
        refused(other_merchant.get(f"{REGISTRATIONS}/{id}"), 404)
        assert merchant.read(f"{REGISTRATIONS}/{id}")["id"] == id


class TestRatesByHand:
    def test_a_rate_is_made_found_and_changed(self, sdk: stripe.StripeClient) -> None:
        rate = sdk.v1.tax_rates.create(
            {"display_name": "VAT", "percentage": 7.7, "inclusive": True, "tax_type": "vat"}
        )
        assert (rate.percentage, rate.inclusive, rate.active) == (7.7, True, True)
        changed = sdk.v1.tax_rates.update(rate.id, {"active": False, "metadata": {"a": "b"}})
        assert changed.active is False
        assert changed.metadata is not None
        assert changed.metadata["a"] == "b"
        assert sdk.v1.tax_rates.list({"active": True}).data == []
        assert [one.id for one in sdk.v1.tax_rates.list({"inclusive": True}).data] == [rate.id]
        assert sdk.v1.tax_rates.retrieve(rate.id) == changed

    def test_it_taxes_a_line_from_the_start(self, merchant: Merchant) -> None:
        rate = merchant.write(RATES, VAT)
        session = merchant.session({"line_items[0][tax_rates][]": rate["id"]})
        assert (session["amount_total"], session["total_details"]["amount_tax"]) == (2380, 380)
        assert session["automatic_tax"] == {
            "enabled": False, "liability": None, "provider": None, "status": None
        }  # fmt: skip
        listed = merchant.read(f"{SESSIONS}/{session['id']}/line_items", {"expand[]": "data.taxes"})
        (tax,) = listed["data"][0]["taxes"]
        assert tax == {
            "amount": 380, "rate": rate, "taxability_reason": None, "taxable_amount": 2000
        }  # fmt: skip

    def test_it_follows_the_quantity(self, merchant: Merchant) -> None:
        inside = merchant.write(RATES, {**VAT, "inclusive": "true"})
        session = merchant.session({"line_items[0][tax_rates][]": inside["id"]})
        (line,) = merchant.lines(session["id"])
        page = merchant.write(f"/v1/payment_pages/{session['id']}", {
            "updated_line_item_quantity[line_item_id]": line["id"],
            "updated_line_item_quantity[quantity]": "3",
        })  # fmt: skip
        assert page["total_summary"] == {"due": 6000, "subtotal": 6000, "tax": 958, "total": 6000}
        succeeded(merchant.confirm(session["id"], fields={"expected_amount": "6000"}))

    def test_several_are_each_rounded(self, merchant: Merchant) -> None:
        gst = merchant.write(RATES, {**VAT, "display_name": "GST", "percentage": "5"})
        qst = merchant.write(RATES, {**VAT, "display_name": "QST", "percentage": "9.975"})
        session = merchant.session({
            "line_items[0][tax_rates][0]": gst["id"], "line_items[0][tax_rates][1]": qst["id"],
            "line_items[0][price_data][unit_amount]": "99",
        })  # fmt: skip
        assert session["total_details"]["amount_tax"] == 5 + 10  # 4.95 and 9.875

    def test_the_merchant_takes_it_off_again(self, merchant: Merchant) -> None:
        rate = merchant.write(RATES, VAT)
        session = merchant.session({"line_items[0][tax_rates][]": rate["id"]})
        (line,) = merchant.lines(session["id"])
        untaxed = {"line_items[0][id]": line["id"], "line_items[0][tax_rates]": ""}
        assert merchant.write(f"{SESSIONS}/{session['id']}", untaxed)["amount_total"] == 2000

    def test_it_does_not_go_with_automatic_tax(self, merchant: Merchant) -> None:
        rate = merchant.write(RATES, VAT)
        fields = {**SEED_SESSION, **WITH_TAX, "line_items[0][tax_rates][]": rate["id"]}
        error = refused(merchant.post(SESSIONS, fields))
        assert error["param"] == "line_items[0][tax_rates]"
        session = merchant.session(WITH_TAX)
        (line,) = merchant.lines(session["id"])
        update = {"line_items[0][id]": line["id"], "line_items[0][tax_rates][]": rate["id"]}
        error = refused(merchant.post(f"{SESSIONS}/{session['id']}", update))
        assert error["param"] == "line_items[0][tax_rates]"

    def test_what_can_not_be_put_on_a_line(
        self, merchant: Merchant, other_merchant: Merchant
    ) -> None:
        on_top, inside = (
            merchant.write(RATES, {**VAT, "inclusive": word})["id"] for word in ("false", "true")
        )
        idle = merchant.write(RATES, {**VAT, "active": "false"})["id"]
        foreign = other_merchant.write(RATES, VAT)["id"]
        for ids, param, status in (
            ([idle], "[0]", 400), ([on_top, on_top], "", 400), ([on_top, inside], "", 400),
            ([on_top, foreign], "[1]", 404), ([on_top] * 6, "", 400),
        ):  # fmt: skip
            fields = {f"line_items[0][tax_rates][{place}]": id for place, id in enumerate(ids)}
            error = refused(merchant.post(SESSIONS, {**SEED_SESSION, **fields}), status)
            assert error["param"] == f"line_items[0][tax_rates]{param}"

    @pytest.mark.parametrize(
        "fields",
        [
            {**VAT, "percentage": "100.1"}, {**VAT, "percentage": "1.00001"},
            {**VAT, "percentage": "-1"}, {**VAT, "tax_type": "income"}, {**VAT, "country": "X"},
        ],
    )  # fmt: skip
    def test_what_is_no_rate(self, merchant: Merchant, fields: dict[str, str]) -> None:
        refused(merchant.post(RATES, fields))

    def test_what_it_takes_never_changes(self, merchant: Merchant) -> None:
        rate = merchant.write(RATES, VAT)
        error = refused(merchant.post(f"{RATES}/{rate['id']}", {"percentage": "7"}))
        assert error["code"] == "parameter_unknown"


class TestCodes:
    def test_they_are_listed_and_expanded(
        self, merchant: Merchant, sdk: stripe.StripeClient
    ) -> None:
        codes = {code.id: code.name for code in sdk.v1.tax_codes.list({"limit": 100}).data}
        assert codes["txcd_35010000"] == "Books"
        assert sdk.v1.tax_codes.retrieve("txcd_35010000").name == "Books"
        product = merchant.write("/v1/products", {
            "name": "Novel", "tax_code": "txcd_35010000", "expand[]": "tax_code"
        })  # fmt: skip
        assert product["tax_code"]["name"] == "Books"
        refused(merchant.get("/v1/tax_codes/txcd_1"), 404)

    def test_a_book_has_its_own_rate(self, merchant: Merchant) -> None:
        book = {"line_items[0][price_data][product_data][tax_code]": "txcd_35010000"}
        session = taxed(merchant, {"country": "DE"}, book)
        assert (session["total_details"]["amount_tax"], reason(session)) == (140, "reduced_rated")
        zero = taxed(merchant, {"country": "GB"}, book)
        assert (zero["total_details"]["amount_tax"], reason(zero)) == (0, "zero_rated")
