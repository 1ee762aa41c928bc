"""Which state a United States ZIP code belongs to, by its first three digits.

Source: United States Postal Service, Domestic Mail Manual, labeling list L002 (three-digit ZIP
code prefix groups). Where USPS has left prefixes unused between two of the same state, the range
runs on over them; unused prefixes between two states belong to none.

Besides the 50 states and DC the two letters may be a territory (PR, VI, GU, AS, MP), a freely
associated state (FM, MH, PW) or the armed forces (AA, AE, AP).
"""

from __future__ import annotations

import re
from bisect import bisect_right

_ZIP = re.compile(r"[0-9]{5}(?:[- ]?[0-9]{4})?")

_TABLE = """
    005 005 NY | 006 007 PR | 008 008 VI | 009 009 PR | 010 027 MA | 028 029 RI | 030 038 NH
    039 049 ME | 050 054 VT | 055 055 MA | 056 059 VT | 060 069 CT | 070 089 NJ | 090 098 AE
    100 149 NY | 150 196 PA | 197 199 DE | 200 200 DC | 201 201 VA | 202 205 DC | 206 219 MD
    220 246 VA | 247 268 WV | 270 289 NC | 290 299 SC | 300 319 GA | 320 339 FL | 340 340 AA
    341 349 FL | 350 369 AL | 370 385 TN | 386 397 MS | 398 399 GA | 400 427 KY | 430 459 OH
    460 479 IN | 480 499 MI | 500 528 IA | 530 549 WI | 550 567 MN | 569 569 DC | 570 577 SD
    580 588 ND | 590 599 MT | 600 629 IL | 630 658 MO | 660 679 KS | 680 693 NE | 700 714 LA
    716 729 AR | 730 731 OK | 733 733 TX | 734 749 OK | 750 799 TX | 800 816 CO | 820 831 WY
    832 838 ID | 840 847 UT | 850 865 AZ | 870 884 NM | 885 885 TX | 889 898 NV | 900 961 CA
    962 966 AP | 967 968 HI | 969 969 GU | 970 979 OR | 980 994 WA | 995 999 AK
"""
_RANGES = tuple(
    (int(first), int(last), state)
    for first, last, state in re.findall(r"([0-9]{3}) ([0-9]{3}) ([A-Z]{2})", _TABLE)
)
_FIRST_PREFIXES = [first for first, _, _ in _RANGES]

# Post offices served across a state line, and the Pacific islands that share prefixes.
_WHOLE_ZIPS = {
    "06390": "NY",  # Fishers Island, reached through Connecticut
    "20588": "MD",  # federal offices in Camp Springs under a Washington prefix
    "20598": "VA",  # federal offices in Springfield under a Washington prefix
    "73960": "TX",  # Texhoma, half of which lies in Oklahoma
    "83414": "WY",  # Alta, reached through Idaho
    "96799": "AS",
    "96939": "PW",
    "96940": "PW",
    "96941": "FM",
    "96942": "FM",
    "96943": "FM",
    "96944": "FM",
    "96950": "MP",
    "96951": "MP",
    "96952": "MP",
    "96960": "MH",
    "96970": "MH",
}


def is_zip(text: str) -> bool:
    """Whether the text is five digits, or ZIP+4 with a hyphen, a space or nothing between."""
    return _ZIP.fullmatch(text) is not None


def state_of_zip(text: str) -> str | None:
    """The two letters of the ZIP's state; None if it is not a ZIP or its prefix is unused."""
    if not is_zip(text):
        return None
    return _WHOLE_ZIPS.get(text[:5]) or _state_of_prefix(int(text[:3]))


def _state_of_prefix(prefix: int) -> str | None:
    index = bisect_right(_FIRST_PREFIXES, prefix) - 1
    if index < 0:
        return None
    _, last, state = _RANGES[index]
    return state if prefix <= last else None
