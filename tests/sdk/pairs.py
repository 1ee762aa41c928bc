"""The published packages, in the pairs that belong together, and the browser script's trains."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
APPS = HERE / "apps"
SHOP = APPS / "shop.jsx"


@dataclass(frozen=True)
class Pair:
    """react-stripe-js with the stripe-js, the React and the release train that it is made for."""

    name: str
    generation: int
    react: int
    react_stripe: str
    stripe: str
    train: str

    def bundle(self, node: str, folder: Path, entry: Path = SHOP) -> Path:
        """A page's script with these packages in it."""
        out = folder / f"{entry.stem}-{self.name}.js"
        if not out.exists():
            command = [
                node, str(HERE / "bundle.mjs"), str(out), str(entry),
                str(self.generation), str(self.react), self.react_stripe, self.stripe,
            ]  # fmt: skip
            subprocess.run(command, check=True, timeout=60)
        return out


EARLIER = (
    Pair("3.10+5.10", 3, 18, "rsj3", "sjs5", "v3"),
    Pair("3.10+6.1", 3, 18, "rsj3", "sjs6", "acacia"),
)
"""Loaders from before today's `initCheckout`; react-stripe-js 3.10 still goes with them."""

PAIRS = (
    Pair("3.10+7.10", 3, 18, "rsj3", "sjs7", "basil"),
    Pair("4.0+7.10", 4, 18, "rsj4", "sjs7", "basil"),
    Pair("5.6+8.11", 5, 18, "rsj5", "sjs8", "clover"),
    Pair("6.12+9.17", 6, 18, "rsj6", "sjs9", "dahlia"),
    Pair("7.0+10.2", 6, 19, "rsj7", "@stripe/stripe-js", "endive"),
)
OLDEST, NEWEST = PAIRS[0], PAIRS[-1]
