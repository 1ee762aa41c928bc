"""Outcomes as JSON values, for a ledger or any other row, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from paydesk.core.cards import CardChecks
from paydesk.payments.processor import (
    ActionRequired,
    Approved,
    Assessment,
    Declined,
    Outcome,
    Processing,
    Record,
    ThreeDSecure,
)

APPROVED, DECLINED, ACTION_REQUIRED = "approved", "declined", "action_required"
PROCESSING = "processing"

GIVEN_UP = "given_up"
"""The state of a key that will never have an outcome."""

_KINDS: dict[str, type[Approved | Declined | ActionRequired | Processing]] = {
    APPROVED: Approved,
    DECLINED: Declined,
    ACTION_REQUIRED: ActionRequired,
    PROCESSING: Processing,
}
_STATES = {kind: state for state, kind in _KINDS.items()}

_PARTS: dict[str, type[CardChecks | Assessment | ThreeDSecure]] = {
    "checks": CardChecks,
    "assessment": Assessment,
    "three_d_secure": ThreeDSecure,
}


def outcome_to_record(outcome: Outcome) -> Record:
    """The outcome's fields, and its kind as `state`."""
    return {"state": _STATES[type(outcome)], **asdict(outcome)}


def outcome_from_record(record: Mapping[str, Any]) -> Outcome:
    """The outcome that `outcome_to_record` wrote."""
    fields = {name: value for name, value in record.items() if name != "state"}
    for name, kind in _PARTS.items():
        if fields.get(name) is not None:
            fields[name] = kind(**fields[name])
    return _KINDS[record["state"]](**fields)
