"""What buyers pay, case by case. Each group says how its figures were worked out, by hand, from the
published rates; none of them was copied from what the code gives.

A case reads `place [postal code or /state] kind behavior unit x quantity [- discount] = tax total`,
all in minor units. `ex` prices have the tax on top, `in` prices inside.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from _pytest.mark.structures import ParameterSet

from paydesk.core.tax_codes import CODES
from paydesk.core.totals import recalculate
from tests.core.build import a_line, a_price
from tests.core.selling import asked, taxes

CODE_OF = {
    "goods": "txcd_99999999", "books": "txcd_35010000", "ebooks": "txcd_10302000",
    "food": "txcd_40040000", "digital": "txcd_10000000", "services": "txcd_20030000",
    "shipping": "txcd_92010001", "nontaxable": "txcd_00000000",
}  # fmt: skip

_CASE = re.compile(
    r"(?P<place>[A-Z]{2}(?: [0-9A-Z]{3,5})?(?:/[A-Z]{2})?) (?P<kind>[a-z]+)"
    r" (?P<how>ex|in) (?P<unit>[0-9.]+) x (?P<quantity>[0-9]+)(?: - (?P<discount>[0-9]+))?"
    r" = (?P<tax>[0-9]+) (?P<total>[0-9]+)"
)


@dataclass(frozen=True)
class Case:
    place: str
    kind: str
    inclusive: bool
    unit: str
    quantity: int
    discount: int
    tax: int
    total: int
    currency: str


def cases(text: str, currency: str = "eur") -> list[ParameterSet]:
    """One parameter for each line, named by it."""
    found = []
    for line in filter(None, map(str.strip, text.splitlines())):
        match = _CASE.fullmatch(line)
        assert match is not None, line
        case = Case(
            place=match["place"], kind=match["kind"],
            inclusive=match["how"] == "in", unit=match["unit"], quantity=int(match["quantity"]),
            discount=int(match["discount"] or 0), tax=int(match["tax"]),
            total=int(match["total"]), currency=currency,
        )  # fmt: skip
        found.append(pytest.param(case, id=f"{line} {currency}"))
    return found


# 10.00 x the standard rate (European Commission, Taxes in Europe Database): 1000 x 25.5 % = 255.
STANDARD_ON_TOP = cases("""
    AT goods ex 1000 x 1 = 200 1200
    BE goods ex 1000 x 1 = 210 1210
    BG goods ex 1000 x 1 = 200 1200
    CY goods ex 1000 x 1 = 190 1190
    CZ goods ex 1000 x 1 = 210 1210
    DE goods ex 1000 x 1 = 190 1190
    DK goods ex 1000 x 1 = 250 1250
    EE goods ex 1000 x 1 = 240 1240
    ES goods ex 1000 x 1 = 210 1210
    FI goods ex 1000 x 1 = 255 1255
    FR goods ex 1000 x 1 = 200 1200
    GR goods ex 1000 x 1 = 240 1240
    HR goods ex 1000 x 1 = 250 1250
    HU goods ex 1000 x 1 = 270 1270
    IE goods ex 1000 x 1 = 230 1230
    IT goods ex 1000 x 1 = 220 1220
    LT goods ex 1000 x 1 = 210 1210
    LU goods ex 1000 x 1 = 170 1170
    LV goods ex 1000 x 1 = 210 1210
    MT goods ex 1000 x 1 = 180 1180
    NL goods ex 1000 x 1 = 210 1210
    PL goods ex 1000 x 1 = 230 1230
    PT goods ex 1000 x 1 = 230 1230
    RO goods ex 1000 x 1 = 210 1210
    SE goods ex 1000 x 1 = 250 1250
    SI goods ex 1000 x 1 = 220 1220
    SK goods ex 1000 x 1 = 230 1230
""")

# Inside the price: 1000 x r / (100 + r). AT 20000/120 = 166.67, BE 21000/121 = 173.55,
# CY and DE 19000/119 = 159.66, DK and SE 25000/125, EE 24000/124 = 193.55,
# FI 25500/125.5 = 203.19, HU 27000/127 = 212.60, IE, PL and SK 23000/123 = 186.99,
# IT 22000/122 = 180.33, LU 17000/117 = 145.30, MT 18000/118 = 152.54.
STANDARD_INSIDE = cases("""
    AT goods in 1000 x 1 = 167 1000
    BE goods in 1000 x 1 = 174 1000
    CY goods in 1000 x 1 = 160 1000
    DE goods in 1000 x 1 = 160 1000
    DK goods in 1000 x 1 = 200 1000
    EE goods in 1000 x 1 = 194 1000
    FI goods in 1000 x 1 = 203 1000
    FR goods in 1000 x 1 = 167 1000
    HU goods in 1000 x 1 = 213 1000
    IE goods in 1000 x 1 = 187 1000
    IT goods in 1000 x 1 = 180 1000
    LU goods in 1000 x 1 = 145 1000
    MT goods in 1000 x 1 = 153 1000
    PL goods in 1000 x 1 = 187 1000
    SE goods in 1000 x 1 = 200 1000
    SK goods in 1000 x 1 = 187 1000
""")

# Printed books, 19.99 on top: 3 % 59.97, 4 % 79.96, 5 % 99.95, 5.5 % 109.945, 6 % 119.94,
# 7 % 139.93, 9 % 179.91, 10 % 199.9, 11 % 219.89, 13.5 % 269.865.
BOOKS = cases("""
    AT books ex 1999 x 1 = 200 2199
    BE books ex 1999 x 1 = 120 2119
    BG books ex 1999 x 1 = 180 2179
    CY books ex 1999 x 1 = 60 2059
    CZ books ex 1999 x 1 = 0 1999
    DE books ex 1999 x 1 = 140 2139
    EE books ex 1999 x 1 = 180 2179
    ES books ex 1999 x 1 = 80 2079
    FI books ex 1999 x 1 = 270 2269
    FR books ex 1999 x 1 = 110 2109
    GR books ex 1999 x 1 = 120 2119
    HR books ex 1999 x 1 = 100 2099
    HU books ex 1999 x 1 = 100 2099
    IE books ex 1999 x 1 = 0 1999
    IT books ex 1999 x 1 = 80 2079
    LT books ex 1999 x 1 = 100 2099
    LU books ex 1999 x 1 = 60 2059
    LV books ex 1999 x 1 = 100 2099
    MT books ex 1999 x 1 = 100 2099
    NL books ex 1999 x 1 = 180 2179
    PL books ex 1999 x 1 = 100 2099
    PT books ex 1999 x 1 = 120 2119
    RO books ex 1999 x 1 = 220 2219
    SE books ex 1999 x 1 = 120 2119
    SI books ex 1999 x 1 = 100 2099
    SK books ex 1999 x 1 = 100 2099
""")

# E-books, 9.99 inside: 999 x r / (100 + r). 10 % 9990/110 = 90.82, 6 % 5994/106 = 56.55,
# 7 % 6993/107 = 65.36, 4 % 3996/104 = 38.42, 5.5 % 5494.5/105.5 = 52.08, 9 % 8991/109 = 82.49,
# 5 % 4995/105 = 47.57, 3 % 2997/103 = 29.10.
EBOOKS = cases("""
    AT ebooks in 999 x 1 = 91 999
    BE ebooks in 999 x 1 = 57 999
    CZ ebooks in 999 x 1 = 0 999
    DE ebooks in 999 x 1 = 65 999
    ES ebooks in 999 x 1 = 38 999
    FR ebooks in 999 x 1 = 52 999
    IE ebooks in 999 x 1 = 0 999
    IT ebooks in 999 x 1 = 38 999
    LU ebooks in 999 x 1 = 29 999
    NL ebooks in 999 x 1 = 82 999
    PL ebooks in 999 x 1 = 48 999
    SE ebooks in 999 x 1 = 57 999
""")

# Groceries, three for 12.34: 3702 on top. 3 % 111.06, 5 % 185.1, 5.5 % 203.61, 6 % 222.12,
# 7 % 259.14, 9 % 333.18, 9.5 % 351.69, 10 % 370.2, 11 % 407.22, 12 % 444.24, 13 % 481.26,
# 13.5 % 499.77, 20 % 740.4, 21 % 777.42, 24 % 888.48.
FOOD = cases("""
    AT food ex 1234 x 3 = 370 4072
    BE food ex 1234 x 3 = 222 3924
    BG food ex 1234 x 3 = 740 4442
    CZ food ex 1234 x 3 = 444 4146
    DE food ex 1234 x 3 = 259 3961
    EE food ex 1234 x 3 = 888 4590
    ES food ex 1234 x 3 = 370 4072
    FI food ex 1234 x 3 = 500 4202
    FR food ex 1234 x 3 = 204 3906
    GR food ex 1234 x 3 = 481 4183
    IE food ex 1234 x 3 = 0 3702
    IT food ex 1234 x 3 = 370 4072
    LT food ex 1234 x 3 = 777 4479
    LU food ex 1234 x 3 = 111 3813
    MT food ex 1234 x 3 = 0 3702
    NL food ex 1234 x 3 = 333 4035
    PL food ex 1234 x 3 = 185 3887
    RO food ex 1234 x 3 = 407 4109
    SE food ex 1234 x 3 = 222 3924
    SI food ex 1234 x 3 = 352 4054
""")

# 4.99 on top: 8.1 % 40.419, 9 % 44.91, 10 % 49.9, 15 % 74.85, 18 % 89.82, 19 % 94.81, 20 % 99.8,
# 25 % 124.75. Indian goods have no single rate, and Californian sales tax is on tangible things.
DIGITAL_AND_SERVICES = cases("""
    DE digital ex 499 x 1 = 95 594
    FR digital ex 499 x 1 = 100 599
    GB digital ex 499 x 1 = 100 599
    NO digital ex 499 x 1 = 125 624
    CH digital ex 499 x 1 = 40 539
    JP digital ex 499 x 1 = 50 549
    AU digital ex 499 x 1 = 50 549
    NZ digital ex 499 x 1 = 75 574
    SG digital ex 499 x 1 = 45 544
    IN digital ex 499 x 1 = 90 589
    IN services ex 499 x 1 = 90 589
    IN goods ex 499 x 1 = 0 499
    DE services ex 499 x 1 = 95 594
    US 94103 digital ex 499 x 1 = 0 499
    US 94103 services ex 499 x 1 = 0 499
""")

# The standard rates that the authorities named in tax_rates_world.py publish, on 10.00; inside:
# CH 8100/108.1 = 74.93, AU and JP 10000/110 = 90.91, NZ and SA 15000/115 = 130.43,
# SG 9000/109 = 82.57, AE 5000/105 = 47.62, GB 20000/120 = 166.67.
WORLD = cases("""
    GB goods ex 1000 x 1 = 200 1200
    CH goods ex 1000 x 1 = 81 1081
    NO goods ex 1000 x 1 = 250 1250
    IS goods ex 1000 x 1 = 240 1240
    AU goods ex 1000 x 1 = 100 1100
    NZ goods ex 1000 x 1 = 150 1150
    JP goods ex 1000 x 1 = 100 1100
    KR goods ex 1000 x 1 = 100 1100
    SG goods ex 1000 x 1 = 90 1090
    MX goods ex 1000 x 1 = 160 1160
    ZA goods ex 1000 x 1 = 150 1150
    AE goods ex 1000 x 1 = 50 1050
    SA goods ex 1000 x 1 = 150 1150
    TR goods ex 1000 x 1 = 200 1200
    BR goods ex 1000 x 1 = 0 1000
    TH goods ex 1000 x 1 = 0 1000
    GB goods in 1000 x 1 = 167 1000
    CH goods in 1000 x 1 = 75 1000
    AU goods in 1000 x 1 = 91 1000
    NZ goods in 1000 x 1 = 130 1000
    JP goods in 1000 x 1 = 91 1000
    SG goods in 1000 x 1 = 83 1000
    AE goods in 1000 x 1 = 48 1000
    SA goods in 1000 x 1 = 130 1000
    GB books ex 1000 x 1 = 0 1000
    GB ebooks ex 1000 x 1 = 0 1000
    GB food ex 1000 x 1 = 0 1000
    CH books ex 1000 x 1 = 26 1026
    CH food ex 1000 x 1 = 26 1026
    NO food ex 1000 x 1 = 150 1150
    NO books ex 1000 x 1 = 0 1000
    IS books ex 1000 x 1 = 110 1110
    AU food ex 1000 x 1 = 0 1000
    JP food ex 1000 x 1 = 80 1080
    MX food ex 1000 x 1 = 0 1000
    DE nontaxable ex 1000 x 1 = 0 1000
""")

# HST alone, or GST 5 % and the province's own tax, each rounded for itself. QC on 0.99: 4.95 -> 5
# and 9.875 -> 10. QC inside 10.00: 1000 x 5/114.975 = 43.49 and 1000 x 9.975/114.975 = 86.76.
CANADA = cases(
    """
    CA/ON goods ex 1000 x 1 = 130 1130
    CA/NS goods ex 1000 x 1 = 140 1140
    CA/NB goods ex 1000 x 1 = 150 1150
    CA/NL goods ex 1000 x 1 = 150 1150
    CA/PE goods ex 1000 x 1 = 150 1150
    CA/AB goods ex 1000 x 1 = 50 1050
    CA/YT goods ex 1000 x 1 = 50 1050
    CA/QC goods ex 1000 x 1 = 150 1150
    CA/BC goods ex 1000 x 1 = 120 1120
    CA/MB goods ex 1000 x 1 = 120 1120
    CA/SK goods ex 1000 x 1 = 110 1110
    CA/QC goods ex 99 x 1 = 15 114
    CA/ON goods ex 99 x 1 = 13 112
    CA/QC food ex 1000 x 1 = 0 1000
    CA/ON food ex 1000 x 1 = 0 1000
    CA/ON goods in 1130 x 1 = 130 1130
    CA/BC goods in 1120 x 1 = 120 1120
    CA/QC goods in 1000 x 1 = 130 1000
    CA V5K goods ex 1000 x 1 = 120 1120
    CA H2X goods ex 1000 x 1 = 150 1150
    CA X0A goods ex 1000 x 1 = 50 1050
    CA M5V/QC goods ex 1000 x 1 = 130 1130
""".replace("CA /", "CA/"),
    "cad",
)

# 20.00 on top: CA 7.25 % 145, NY 4 % 80, TX 6.25 % 125, MN 6.875 % 137.5, HI 4 %, LA 5 % since
# 2025. Inside: 2000 x 7.25/107.25 = 135.20. Shipping 5.00 x 7.25 % = 36.25. No registration in
# Washington; Oregon has no sales tax; San Juan is in no state.
UNITED_STATES = cases(
    """
    US 94103 goods ex 2000 x 1 = 145 2145
    US 94103 goods ex 2000 x 3 = 435 6435
    US 94103 goods ex 2000 x 10 = 1450 21450
    US 90001 goods ex 999 x 1 = 72 1071
    US 94103 goods in 2000 x 1 = 135 2000
    US 94103 books ex 2000 x 1 = 145 2145
    US 94103 shipping ex 500 x 1 = 36 536
    US 94103 food ex 2000 x 1 = 0 2000
    US 10001 goods ex 2000 x 1 = 80 2080
    US 10001 food ex 2000 x 1 = 0 2000
    US 73301 goods ex 2000 x 1 = 125 2125
    US 55401 goods ex 2000 x 1 = 138 2138
    US 96813 goods ex 2000 x 1 = 80 2080
    US 70112 goods ex 2000 x 1 = 100 2100
    US 97201 goods ex 2000 x 1 = 0 2000
    US 98104 goods ex 2000 x 1 = 0 2000
    US 00901 goods ex 2000 x 1 = 0 2000
""",
    "usd",
)

# Without decimals: 1999 x 19 % = 379.81; inside 1000: 159.66; 333 x 10 % = 33.3; 335 -> 33.5;
# 12345 -> 1234.5. With three, on top, in steps of ten: 1010 x 19 % = 191.9 -> 192 -> 190;
# 1110 x 15 % = 166.5 -> 167 -> 170; inside to the last digit. In krona whole ones: 10100 x 24 % =
# 2424 -> 2400.
OTHER_CURRENCIES = [
    *cases(
        """
        DE goods ex 1999 x 1 = 380 2379
        DE goods in 1000 x 1 = 160 1000
        JP goods ex 333 x 1 = 33 366
        JP goods ex 335 x 1 = 34 369
        JP food ex 100 x 3 = 24 324
    """,
        "jpy",
    ),
    *cases("KR goods ex 12345 x 1 = 1235 13580", "krw"),
    *cases(
        """
        DE goods ex 1010 x 1 = 190 1200
        GB goods ex 1000 x 1 = 200 1200
        GB goods in 1000 x 1 = 167 1000
    """,
        "kwd",
    ),
    *cases("SA goods ex 1110 x 1 = 170 1280", "bhd"),
    *cases(
        """
        IS goods ex 10000 x 1 = 2400 12400
        IS goods ex 10100 x 1 = 2400 12500
    """,
        "isk",
    ),
]

# The line is multiplied first and rounded once: 0.05 x 30 = 1.5 -> 2, x 19 % = 0.38; 12.5 x 3 =
# 37.5 -> 38, 7.22; 199.9 x 7 = 1399.3 -> 1399, 265.81; 999999 x 19 % = 189999.81.
QUANTITIES_AND_DECIMALS = cases("""
    DE goods ex 0.05 x 30 = 0 2
    DE goods ex 0.5 x 3 = 0 2
    DE goods ex 12.5 x 3 = 7 45
    DE goods ex 33.333333 x 3 = 19 119
    DE goods ex 0.1 x 999 = 19 119
    DE goods ex 199.9 x 7 = 266 1665
    DE goods ex 1999 x 10 = 3798 23788
    DE goods ex 1 x 999999 = 190000 1189999
    DE goods in 0.05 x 30 = 0 2
    DE goods ex 0 x 5 = 0 0
""")

# The discount comes off before the tax: (2000 - 500) x 19 % = 285; 667 x 20 % = 133.4;
# 1800 x 7.25 % = 130.5; inside (1190 - 190) 159.66; 1999 x 5.5 % = 109.945; 999 x 27 % = 269.73.
DISCOUNTS = cases("""
    DE goods ex 2000 x 1 - 500 = 285 1785
    DE goods ex 2000 x 1 - 2000 = 0 0
    DE goods ex 1000 x 3 - 1000 = 380 2380
    GB goods ex 1000 x 1 - 333 = 133 800
    US 94103 goods ex 2000 x 1 - 200 = 131 1931
    DE goods in 1190 x 1 - 190 = 160 1000
    FR books ex 2000 x 1 - 1 = 110 2109
    HU goods ex 1000 x 1 - 1 = 270 1269
""")

# Halves go up: 50 x 19 % = 9.5; 150 -> 28.5; 250 -> 47.5; 10 x 25 % = 2.5; 2 -> 0.5; 50 x 21 % =
# 10.5. Below a half, down: 1 x 25 % = 0.25; 12 x 20 % = 2.4. Inside 3 at 20 %: 0.5; 9: 1.5.
HALVES = cases("""
    DE goods ex 50 x 1 = 10 60
    DE goods ex 150 x 1 = 29 179
    DE goods ex 250 x 1 = 48 298
    DK goods ex 10 x 1 = 3 13
    DK goods ex 2 x 1 = 1 3
    DK goods ex 1 x 1 = 0 1
    GB goods ex 13 x 1 = 3 16
    GB goods ex 12 x 1 = 2 14
    NL goods ex 50 x 1 = 11 61
    GB goods in 3 x 1 = 1 3
    GB goods in 9 x 1 = 2 9
""")

ALL = [
    *STANDARD_ON_TOP, *STANDARD_INSIDE, *BOOKS, *EBOOKS, *FOOD, *DIGITAL_AND_SERVICES, *WORLD,
    *CANADA, *UNITED_STATES, *OTHER_CURRENCIES, *QUANTITIES_AND_DECIMALS, *DISCOUNTS, *HALVES,
]  # fmt: skip


@pytest.mark.parametrize("case", ALL)
def test_what_is_paid(case: Case) -> None:
    line = a_line(quantity=case.quantity, price=a_price(case.unit, currency=case.currency))
    (priced,), _ = recalculate([line])
    amount = priced.amount_subtotal - case.discount
    question = asked(
        case.place, code=CODE_OF[case.kind], amount=amount,
        inclusive=case.inclusive, currency=case.currency,
    )  # fmt: skip
    tax = sum(one.amount for one in taxes(question))
    assert (tax, amount + (0 if case.inclusive else tax)) == (case.tax, case.total)


def test_the_kinds_are_those_that_there_are() -> None:
    assert set(CODE_OF.values()) <= {code.id for code in CODES}
