"""The page's script and `core.cards` say the same about a card, or a buyer is told two stories.

The script's own modules are bundled and run by Node.js over the same cases.
"""

from __future__ import annotations

import json
import random
import subprocess
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from paydesk.core.cards import (
    EXPIRY_YEARS_MAX,
    brand_of,
    cvc_problem,
    expiry_problem,
    number_problem,
)
from paydesk.pages.payment_form import (
    EMAIL_INCOMPLETE,
    field_errors,
    iban_mistake,
    read_payment_form,
)
from paydesk.pages.script_data import MESSAGES, script_data
from paydesk.payments.ibans import ACCOUNTS
from tests.pages.orders import order

pytestmark = pytest.mark.node

ROOT = Path(__file__).parents[2]
TODAY = date(2026, 11, 24)
CASES = 2_000

PROGRAM = """
import { brandOf, cvcProblem, digitsOf, emailProblem, expiryProblem, numberProblem }
  from "PAGE/card_checks";
import { formatExpiry, formatNumber } from "PAGE/card_format";
import { checkQuantity, step } from "PAGE/quantity_checks";
import { confirmBody } from "PAGE/confirm_body";
import { formatIban, ibanProblem } from "PAGE/iban_checks";
import { readFileSync } from "node:fs";

const { brands, today, yearsMax, cases } = JSON.parse(readFileSync(0, "utf8"));
const now = new Date(`${today}T12:00:00`);
const answers = {
  number: ([typed]) => {
    const brand = brandOf(digitsOf(typed), brands);
    return [brand.name, numberProblem(digitsOf(typed), brand)];
  },
  cvc: ([cvc, number]) => cvcProblem(cvc, brandOf(number, brands)),
  expiry: ([typed]) => expiryProblem(typed, now, yearsMax),
  email: ([typed]) => emailProblem(typed),
  formatNumber: ([typed]) => formatNumber(typed, brandOf(typed, brands)),
  formatExpiry: ([typed, erasing]) => formatExpiry(typed, erasing),
  iban: ([typed]) => ibanProblem(typed),
  formatIban: ([typed]) => formatIban(typed),
  quantity: ([typed, bounds]) => checkQuantity(typed, bounds),
  step: ([typed, by, bounds]) => step(typed, by, bounds),
  confirm: ([fields, amount]) =>
    Object.fromEntries(confirmBody((name) => fields[name] ?? "", amount, now)),
};
console.log(JSON.stringify(cases.map(([kind, args]) => answers[kind](args))));
"""


class Script:
    """Runs the script's functions: a list of (function, arguments) in, the answers out."""

    def __init__(self, node: str, folder: Path) -> None:
        entry = folder / "program.ts"
        entry.write_text(PROGRAM.replace("PAGE", str(ROOT / "web" / "page")))
        self._node = node
        self._bundle = folder / "program.mjs"
        esbuild = ROOT / "node_modules" / ".bin" / "esbuild"
        subprocess.run(
            [esbuild, entry, "--bundle", "--platform=node", "--format=esm", "--log-level=error",
             f"--outfile={self._bundle}"],
            check=True,
        )  # fmt: skip

    def ask(self, cases: Sequence[tuple[str, Sequence[Any]]]) -> list[Any]:
        session, _ = order()
        told = script_data(session, "pk_test", "en")
        given = {
            "brands": told["brands"],
            "yearsMax": told["expiryYearsMax"],
            "today": TODAY.isoformat(),
            "cases": cases,
        }
        done = subprocess.run(
            [self._node, self._bundle],
            input=json.dumps(given),
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        answers: list[Any] = json.loads(done.stdout)
        return answers


@pytest.fixture(scope="session")
def script(node: str, tmp_path_factory: pytest.TempPathFactory) -> Script:
    return Script(node, tmp_path_factory.mktemp("script"))


def said(problem: str | None) -> str | None:
    return None if problem is None else MESSAGES[problem]


def numbers() -> list[str]:
    """Beginnings and whole numbers of every scheme, right and wrong, from a fixed seed."""
    chance = random.Random(7)
    prefixes = "4 51 55 2221 2720 2721 34 37 62 81 6011 644 65 300 305 3095 36 38 3528 3589 9 1"
    made = []
    for _ in range(CASES):
        begin = chance.choice(prefixes.split())
        digits = begin + "".join(chance.choices("0123456789", k=chance.randint(0, 20)))
        made.append(with_check_digit(digits) if chance.random() < 0.6 else digits)
    return made


def with_check_digit(digits: str) -> str:
    """The number with its last digit made right."""
    return next(
        number
        for number in (digits[:-1] + last for last in "0123456789")
        if luhn_sum(number) % 10 == 0
    )


def luhn_sum(number: str) -> int:
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(number))]
    return sum(sum(divmod(each, 10)) for each in doubled)


def test_numbers_have_the_same_brand_and_problem(script: Script) -> None:
    typed = numbers()
    answers = script.ask([("number", [number]) for number in typed])
    for number, (brand, problem) in zip(typed, answers, strict=True):
        known = brand_of(number)
        assert brand == ("" if known.name == "unknown" else known.name), number
        assert said(problem) == number_problem(number), number


def test_expiry_dates_have_the_same_problem(script: Script) -> None:
    years = [*range(100), 2019, 2025, 2026, 2027, 2034, 2076, 2077, 2099]
    typed = [f"{month:02} / {year:02}" for month in range(20) for year in years]
    answers = script.ask([("expiry", [each]) for each in typed])
    for each, problem in zip(typed, answers, strict=True):
        assert said(problem) == expiry_problem(each, TODAY), each
    assert EXPIRY_YEARS_MAX == 50


def test_security_codes_have_the_same_problem(script: Script) -> None:
    cases = [(cvc, number) for number in ("4242", "3782", "") for cvc in ("1", "12", "123", "1234")]
    answers = script.ask([("cvc", case) for case in cases])
    for (cvc, number), problem in zip(cases, answers, strict=True):
        if len(cvc) <= brand_of(number).cvc_digits:
            assert said(problem) == cvc_problem(cvc, brand_of(number)), (cvc, number)


def test_emails_have_the_same_problem(script: Script) -> None:
    typed = "a@b.co a@b a@ @b.co a@b. a@.co a@b..co a.b+c@d-e.f.museum ä@ö.de a@@b.co".split()
    typed += ["a b@c.de", "jenny@example.com "]
    answers = script.ask([("email", [each]) for each in typed])
    for each, problem in zip(typed, answers, strict=True):
        form = read_payment_form({"email": each})
        errors = field_errors(form, today=TODAY, email_needed=True, card_needed=False)
        assert said(problem) == errors.get("email"), each
        assert problem in (None, "emailIncomplete")
    assert MESSAGES["emailIncomplete"] == EMAIL_INCOMPLETE


def test_ibans_have_the_same_problem(script: Script) -> None:
    typed = [account.iban for account in ACCOUNTS]
    typed += [f"{iban[:-1]}{'1' if iban[-1] != '1' else '2'}" for iban in typed]
    typed += [
        *(iban[:length] for iban in typed[:3] for length in (1, 4, 14, 15)),
        "",
        "1234",
        "ä" * 16,
    ]
    typed += [f" {typed[0][:4]} {typed[0][4:]} ".lower(), "AT61-1904300234573201"]
    for each, problem in zip(typed, script.ask([("iban", [each]) for each in typed]), strict=True):
        assert said(problem) == (iban_mistake(each.strip()) if each else "Required"), each


def test_a_formatted_iban_keeps_its_characters(script: Script) -> None:
    typed = [account.iban for account in ACCOUNTS]
    for each, shown in zip(
        typed, script.ask([("formatIban", [iban]) for iban in typed]), strict=True
    ):
        assert shown.replace(" ", "") == each
        assert max(map(len, shown.split())) == 4


def test_a_formatted_number_keeps_its_digits(script: Script) -> None:
    typed = numbers()
    answers = script.ask([("formatNumber", [number]) for number in typed])
    for number, shown in zip(typed, answers, strict=True):
        assert number.startswith(shown.replace(" ", ""))
        assert "  " not in shown
        assert shown == shown.strip()


@pytest.mark.parametrize("erasing", [True, False])
def test_formatting_an_expiry_again_changes_nothing(script: Script, erasing: bool) -> None:
    texts = [f"{month:02}{year:02}" for month in range(13) for year in range(0, 100, 7)]
    once = script.ask([("formatExpiry", [text, erasing]) for text in texts])
    again = script.ask([("formatExpiry", [text, erasing]) for text in once])
    assert once == again
    assert set(map(len, once)) == {7}


def test_an_expiry_can_be_erased_to_nothing(script: Script) -> None:
    text = "12 / 34"
    while text:
        shorter = text[:-1]
        text = script.ask([("formatExpiry", [shorter, True])])[0]
        assert len(text) <= len(shorter)


@pytest.mark.parametrize(
    ("typed", "bounds", "problem"),
    [
        ("1", (1, 10), None),
        (" 10 ", (1, 10), None),
        ("11", (1, 10), "quantityTooHigh"),
        ("2", (3, 10), "quantityTooLow"),
        ("0", (1, 10), None),  # the server knows why not, and says it
        ("01", (1, 10), "quantityNotWhole"),
        ("+1", (1, 10), "quantityNotWhole"),
        ("1e1", (1, 10), "quantityNotWhole"),
        ("0x1", (1, 10), "quantityNotWhole"),
        ("", (1, 10), "quantityNotWhole"),
        ("9" * 400, (1, 10), "quantityNotWhole"),
    ],
)
def test_quantities(
    script: Script, typed: str, bounds: tuple[int, int], problem: str | None
) -> None:
    limits = {"minimum": bounds[0], "maximum": bounds[1]}
    assert script.ask([("quantity", [typed, limits])]) == [problem]


def test_steps_stay_within_the_bounds(script: Script) -> None:
    bounds: Mapping[str, int] = {"minimum": 1, "maximum": 3}
    cases = [("1", 1), ("3", 1), ("1", -1), ("99", 1), ("99", -1), ("x", 1), ("", -1)]
    answers = script.ask([("step", [typed, by, bounds]) for typed, by in cases])
    assert answers == ["2", "3", "1", "3", "3", "1", "1"]


def test_the_confirm_request_is_in_bracket_form_and_leaves_out_what_is_empty(
    script: Script,
) -> None:
    fields = {
        "email": "jenny@example.com", "cardNumber": "4242 4242 4242 4242",
        "cardExpiry": "12 / 34", "cardCvc": "123", "billingName": "Jenny Rosen",
        "billingCountry": "DE", "billingPostalCode": "",
    }  # fmt: skip
    paid, free = script.ask(
        [("confirm", [fields, "2000"]), ("confirm", [{"email": "jenny@example.com"}, "0"])]
    )
    assert paid == {
        "expected_amount": "2000",
        "email": "jenny@example.com",
        "payment_method_data[type]": "card",
        "payment_method_data[card][number]": "4242424242424242",
        "payment_method_data[card][exp_month]": "12",
        "payment_method_data[card][exp_year]": "2034",
        "payment_method_data[card][cvc]": "123",
        "payment_method_data[billing_details][name]": "Jenny Rosen",
        "payment_method_data[billing_details][email]": "jenny@example.com",
        "payment_method_data[billing_details][address][country]": "DE",
    }
    assert free == {"expected_amount": "0", "email": "jenny@example.com"}


def test_the_script_and_the_server_name_the_same_messages() -> None:
    source = (ROOT / "web" / "page" / "session_data.ts").read_text()
    union = source.partition("export type MessageName =")[2].partition(";")[0]
    names = {part.strip(' \n"') for part in union.split("|")} - {""}
    assert names == set(MESSAGES)
