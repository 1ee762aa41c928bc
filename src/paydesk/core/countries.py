"""The countries that there are, by their two-letter codes.

Source: ISO 3166-1, the codes that are officially assigned; and those which Stripe ships to besides
(`shipping_address_collection.allowed_countries`): Ascension, Tristan da Cunha and Kosovo.
"""

from __future__ import annotations

_ASSIGNED = (
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO "
    "BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ "
    "DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP "
    "GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG "
    "KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML "
    "MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE "
    "PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL "
    "SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM "
    "US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW"
)
_SHIPPED_TO_BESIDES = "AC TA XK"

COUNTRIES = frozenset(f"{_ASSIGNED} {_SHIPPED_TO_BESIDES}".split())
"""Where somebody may live, in capitals."""

COUNTRY_UNKNOWN = (
    "Country '{value}' is unknown. Try using a 2-character alphanumeric country code instead, such "
    "as 'US', 'EG', or 'GB'. A full list of country codes is available at "
    "https://en.wikipedia.org/wiki/ISO_3166-1_alpha-2#Officially_assigned_code_elements"
)
"""Stripe's words for a code that no country has."""


def country_code(text: str) -> str | None:
    """The code in capitals, from either case; None when no country has it."""
    code = text.upper() if text.isascii() else ""  # "ß" in capitals would be South Sudan
    return code if code in COUNTRIES else None
