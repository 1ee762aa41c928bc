"""What axe has to say about a page, and how the pages are looked at when it is asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RUN_AXE = """async () => {
  const found = await axe.run(document, { resultTypes: ["violations"] });
  return found.violations.flatMap(({ id, nodes }) => nodes.map(
    ({ html, failureSummary }) => `${id}: ${html}\\n${failureSummary}`));
}"""


def violations(window: Page) -> list[str]:
    """What axe has to say about a page as it is now, the documents in its frames included."""
    for frame in window.frames:
        if not frame.evaluate("() => 'axe' in window"):
            frame.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[str] = window.evaluate(RUN_AXE)
    return found


DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
LOOKS: dict[str, dict[str, Any]] = {
    f"{place}, {scheme}": {"viewport": size, "color_scheme": scheme}
    for place, size in {"desk": DESK, "phone": PHONE}.items()
    for scheme in ("light", "dark")
}
"""Options of a browser context for each look of a page."""
