"""Stories that need to know what a tax service says, which nobody may ask inside a transaction.

A story that meets a question raises it, and leaves nothing behind. It is asked with no transaction
open, and the story is told again with the answer at hand. Answers belong to questions, not to
sessions: if the session has moved meanwhile, the story comes to another question, which is asked
in its turn, so that no total is ever made from an answer to something else.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from paydesk.core.errors import Busy
from paydesk.core.tax_questions import NEEDS_LOCATION, TaxAnswer, TaxQuestion
from paydesk.services.context import Call

T = TypeVar("T")

QUESTIONS_MAX = 4
"""In one request. A session that moves more often while it is asked about is busy."""


class Unanswered(Exception):
    """A story came to a question that has to be asked first."""

    def __init__(self, question: TaxQuestion) -> None:
        super().__init__("a tax service has to be asked")
        self.question = question


@dataclass(frozen=True, slots=True)
class Answers:
    """What has been asked so far, as a provider."""

    known: Mapping[TaxQuestion, TaxAnswer]

    def answer(self, question: TaxQuestion) -> TaxAnswer:
        """The answer that was given. Raises Unanswered for a question that was not asked."""
        if question.buyer.location is None:
            return NEEDS_LOCATION
        if question not in self.known:
            raise Unanswered(question)
        return self.known[question]


async def with_tax(call: Call, tell: Callable[[Call], Awaitable[T]]) -> T:
    """Tell a story until every question of tax in it is answered.

    Raises what the story raises, and Busy when it comes to ever new questions.
    """
    service = call.server.tax_service
    if service is None:
        return await tell(call)
    known: dict[TaxQuestion, TaxAnswer] = {}
    for _ in range(QUESTIONS_MAX):
        try:
            return await tell(replace(call, tax=Answers(known)))
        except Unanswered as met:
            known[met.question] = await service.ask(met.question)
    raise Busy
