"""A buyer who stands in for a person, and time that passes when a test says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from paydesk.testing.account import Account, Json, id_of

SESSIONS = "/v1/checkout/sessions"
HELPERS = "/v1/test_helpers"


class Checkout:
    """Pays and expires the account's sessions. A session is its id, or any object with one."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def pay(
        self,
        session: Any,
        *,
        quantities: Mapping[str | int, int] | None = None,
        card: str | None = None,
        iban: str | None = None,
        authentication: str = "passed",
        expand: Sequence[str] = (),
        **buyer: Any,
    ) -> Json:
        """The session after its buyer chose the quantities and paid, or was refused by the bank.

        `quantities` are by line item: its id, or its place in the order, the first one being 0.
        `card` is what is to happen ("declined", ...), a test card's number or shorthand; `iban`
        likewise for a direct debit ("succeeds", "fails", ...), instead of a card: the session is
        complete and unpaid then, and `advance(3)` lets the bank answer. With neither the buyer pays
        with what succeeds. `authentication` is their answer if the bank asks. `buyer` is what they
        say of themselves: `email`, `billing_details`, `shipping`, `collected_information`.

        Raises Refused for what a buyer may not do either.
        """
        id = id_of(session)
        return self._account.post(
            f"{HELPERS}/checkout/sessions/{id}/pay",
            quantities=self._by_id(id, quantities or {}),
            card=card,
            iban=iban,
            authentication=authentication,
            expand=expand,
            **buyer,
        )

    def expire(self, session: Any) -> Json:
        """The session, its time over."""
        return self._account.post(f"{HELPERS}/checkout/sessions/{id_of(session)}/expire")

    def advance(self, seconds: int) -> Json:
        """The account's clock, moved on: what is due by then has happened."""
        return self._account.post(f"{HELPERS}/clock/advance", seconds=seconds)

    def _by_id(self, session: str, quantities: Mapping[str | int, int]) -> dict[str, int]:
        if all(isinstance(line, str) for line in quantities):
            return {str(line): quantity for line, quantity in quantities.items()}
        lines = self._account.get(f"{SESSIONS}/{session}/line_items?limit=100")["data"]
        return {
            line if isinstance(line, str) else lines[line]["id"]: quantity
            for line, quantity in quantities.items()
        }
