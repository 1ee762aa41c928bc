"""`paydesk tax explain`, run as an operator does."""

from __future__ import annotations

import subprocess
import sys

import pytest

from paydesk.cli.tax import MEANING


def explained(*options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "paydesk", "tax", "explain", *options],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--country", "us", "--postal-code", "94103", "--amount", "2000"],
         ["Sales tax, California (state): 7.25 %", "1.45 USD on 20.00", "Total       21.45 USD"]),
        (["--country", "DE", "--tax-code", "txcd_35010000", "--inclusive", "--currency", "eur"],
         ["Books", "VAT, Germany (country): 7 %", "reduced_rated", "0.65 EUR on 9.35",
          "Total       10.00 EUR, tax inside the price"]),
        (["--country", "DE", "--tax-id", "DE811907980"],
         ["eu_vat DE811907980, verified", "reverse_charge", "Total       10.00 USD"]),
        (["--country", "CA", "--state", "QC", "--registered", "CA", "--registered", "CA-QC"],
         ["GST, Canada (country): 5 %", "QST, Quebec (state): 9.975 %", "Total       11.50 USD"]),
        (["--country", "EE", "--on", "2025-06-30"], ["Day         2025-06-30", ": 22 %"]),
        (["--country", "FR", "--exempt", "exempt"], ["customer_exempt"]),
        (["--country", "JP", "--amount", "335", "--currency", "jpy", "--registered", "JP"],
         ["Consumption tax, Japan (country): 10 %", "34 JPY on 335", "Total       369 JPY"]),
        (["--country", "US"], ["not known yet"]),
        (["--country", "US", "--postal-code", "10001"], ["not_collecting"]),
    ],
)  # fmt: skip
def test_it_says_how_the_tax_was_found(options: list[str], said: list[str]) -> None:
    ran = explained(*options)
    assert ran.returncode == 0, ran.stderr
    for text in said:
        assert text in ran.stdout


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--country", "DEU"], "Country 'DEU' is unknown"),
        (["--country", "DE", "--currency", "xxx"], "xxx is no currency"),
        (["--country", "US", "--registered", "US-XX"], "Must be one of AK"),
    ],
)
def test_it_refuses_what_can_not_be(options: list[str], complaint: str) -> None:
    ran = explained(*options)
    assert ran.returncode != 0
    assert complaint in ran.stderr
    assert ran.stdout == ""


def test_every_reason_has_a_sentence() -> None:
    assert all(sentence for sentence in MEANING.values())
