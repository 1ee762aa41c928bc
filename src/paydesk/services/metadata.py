"""How metadata changes."""

from __future__ import annotations

from collections.abc import Mapping


def merged(metadata: Mapping[str, str], changes: Mapping[str, str] | None) -> dict[str, str]:
    """Metadata after an update: an empty value unsets its key, None (`metadata=`) clears all."""
    if changes is None:
        return {}
    both = {**metadata, **changes}
    return {key: value for key, value in both.items() if value != ""}
