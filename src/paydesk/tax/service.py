"""The seam to a tax service that has to be asked, which takes time and may fail."""

from __future__ import annotations

from typing import Protocol

from paydesk.core.tax_questions import TaxAnswer, TaxQuestion


class TaxService(Protocol):
    """Someone who knows which taxes a sale bears. Never asked while a transaction is open."""

    async def ask(self, question: TaxQuestion) -> TaxAnswer:
        """The answer, which is `FAILED` when there is none to rely on. Raises nothing."""
        ...
