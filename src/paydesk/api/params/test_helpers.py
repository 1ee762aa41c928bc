"""Parameters of ``/v1/test_helpers``: what a test does in the place of a buyer, or of time."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import Field, GetCoreSchemaHandler, model_validator
from pydantic_core import CoreSchema, core_schema

from paydesk.api.params.grammar import Enum, Expand, Integer, NotYet, Params, Scalar, Text, UnixTime
from paydesk.api.params.payment_pages import SaidOfBuyer
from paydesk.api.params.problems import listed, problem
from paydesk.api.params.sessions import Quantity
from paydesk.core.line_items import LINE_ITEMS_MAX
from paydesk.payments.cards import SandboxCard
from paydesk.payments.ibans import SandboxAccount
from paydesk.payments.scripted import IBAN_OUTCOMES, OUTCOMES, scripted_account, scripted_card

CARD_CHARACTERS_MAX = 100


class ScriptedCard(Scalar):
    """A test card: what is to happen, or its number or shorthand. No problem repeats it."""

    def read(self, value: Any) -> SandboxCard:
        """The card's row."""
        card = scripted_card(Text(CARD_CHARACTERS_MAX).read(value))
        if card is None:
            raise problem("test_card", choices=listed(tuple(OUTCOMES)))
        return card

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "examples": list(OUTCOMES)}


class ScriptedAccount(Scalar):
    """A test account: what is to happen, or its IBAN or shorthand. No problem repeats it."""

    def read(self, value: Any) -> SandboxAccount:
        """The account's row."""
        account = scripted_account(Text(CARD_CHARACTERS_MAX).read(value))
        if account is None:
            raise problem("test_iban", choices=listed(tuple(IBAN_OUTCOMES)))
        return account

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "examples": list(IBAN_OUTCOMES)}


class _OfLines:
    """A value for each of a session's line items, by its id."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self._read, handler(source))

    def _read(self, value: Any) -> Any:
        if not isinstance(value, dict):
            raise problem("empty" if value == "" else "object")
        if len(value) > LINE_ITEMS_MAX:
            raise problem("array_long", most=LINE_ITEMS_MAX)
        return value


class PayForBuyer(SaidOfBuyer):
    """``POST /v1/test_helpers/checkout/sessions/{session}/pay``: with neither of both, with what
    succeeds of what the session offers.
    """

    card: Annotated[SandboxCard, ScriptedCard()] | None = Field(default=None, repr=False)
    iban: Annotated[SandboxAccount, ScriptedAccount()] | None = Field(default=None, repr=False)
    authentication: Annotated[str, Enum(("passed", "failed"))] = "passed"
    quantities: Annotated[dict[str, Quantity], _OfLines()] = Field(default_factory=dict)
    promotion_code: NotYet = None
    shipping_rate: NotYet = None
    expand: Expand = ()

    @model_validator(mode="after")
    def _one_way_to_pay(self) -> Self:
        if self.card is not None and self.iban is not None:
            raise problem("exclusive", choices="card, iban")
        return self


class ExpireByTime(Params):
    """``POST /v1/test_helpers/checkout/sessions/{session}/expire``."""

    expand: Expand = ()


class AdvanceClock(Params):
    """``POST /v1/test_helpers/clock/advance``: by so many seconds, or to a time to come."""

    seconds: Annotated[int, Integer(minimum=1)] | None = None
    to: UnixTime | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.seconds is None) == (self.to is None):
            raise problem("exclusive", choices="seconds, to")
        return self


COPIES_MAX = 5
LATE_MS_MAX = 60_000


class DisturbWebhooks(Params):
    """``POST /v1/test_helpers/webhooks``: what is not given is orderly again."""

    copies: Annotated[int, Integer(minimum=1, maximum=COPIES_MAX)] = 1
    delay_ms: Annotated[int, Integer(minimum=0, maximum=LATE_MS_MAX)] = 0
    shuffle_ms: Annotated[int, Integer(minimum=0, maximum=LATE_MS_MAX)] = 0
