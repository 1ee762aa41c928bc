"""Metadata: pairs of text that a merchant keeps on an object."""

from __future__ import annotations

from collections.abc import Mapping

from paydesk.core.errors import InvalidRequest

PAIRS_MAX = 50


def merged(metadata: Mapping[str, str], changes: Mapping[str, str] | None) -> dict[str, str]:
    """Metadata after an update: an empty value unsets its key, None (`metadata=`) clears all.

    Raises InvalidRequest when that leaves more pairs than an object may have.
    """
    if changes is None:
        return {}
    both = {**metadata, **changes}
    kept = {key: value for key, value in both.items() if value != ""}
    if len(kept) > PAIRS_MAX:
        raise InvalidRequest(
            f"You can have up to {PAIRS_MAX} metadata keys, but this update would make it "
            f"{len(kept)}.",
            param="metadata",
        )
    return kept
