"""Text is readable in both colour schemes: WCAG 2.2 AA, computed from the tokens themselves."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).parents[2] / "web" / "page" / "css" / "tokens.css"
TEXT_CONTRAST_MIN = 4.5
BORDER_CONTRAST_MIN = 3.0

TEXT_ON = [
    ("ink", "page"), ("ink", "overview"), ("ink", "raised"), ("ink", "sunken"),
    ("ink-soft", "page"), ("ink-soft", "overview"), ("ink-soft", "raised"), ("ink-soft", "sunken"),
    ("ink-faint", "page"), ("ink-faint", "overview"), ("ink-faint", "raised"),
    ("accent-ink", "page"), ("accent-ink", "raised"),
    ("on-accent", "accent"), ("on-accent", "accent-hover"), ("on-good", "good"),
    ("bad", "page"), ("bad", "raised"), ("note-ink", "note"), ("badge-ink", "badge"),
]  # fmt: skip
FOCUS_ON = [("accent-ink", "page"), ("accent-ink", "raised"), ("bad", "raised")]


def tokens(scheme: str) -> dict[str, str]:
    """The colours of a scheme; dark ones stand over the light ones."""
    light, _, dark = TOKENS.read_text().partition("@media (prefers-color-scheme: dark)")
    text = light if scheme == "light" else light + dark
    found = re.findall(r"--([\w-]+): (#[0-9a-f]{3}(?:[0-9a-f]{3})?);", text)
    return dict(found)


def luminance(colour: str) -> float:
    """Relative luminance as WCAG defines it."""
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    channels = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """From 1 (the same) to 21 (black on white)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT_ON)
def test_text_stands_out_from_its_ground(scheme: str, text: str, ground: str) -> None:
    colours = tokens(scheme)
    assert contrast(colours[text], colours[ground]) >= TEXT_CONTRAST_MIN


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("border", "ground"), FOCUS_ON)
def test_the_border_of_a_focused_field_stands_out(scheme: str, border: str, ground: str) -> None:
    colours = tokens(scheme)
    assert contrast(colours[border], colours[ground]) >= BORDER_CONTRAST_MIN


def test_the_measure_itself() -> None:
    assert round(contrast("#000", "#fff")) == 21
    assert round(contrast("#777777", "#fff"), 2) == 4.48
