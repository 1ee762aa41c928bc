"""The sandbox's bank: three nested documents, as the real networks frame an issuer's page."""

from __future__ import annotations

from dataclasses import dataclass

from paydesk.pages.script_data import CHALLENGE_FRAME
from paydesk.pages.view import Document, document
from paydesk.pages.words import Words, words_for


@dataclass(frozen=True, slots=True, kw_only=True)
class ChallengeView:
    """One challenge. In a `modal` the answer stays inside the page's frame; else it takes over
    the window.
    """

    document: Document
    words: Words
    attempt: str
    session_id: str
    modal: bool
    merchant: str
    amount: str

    @property
    def target(self) -> str:
        """The frame that the bank's form answers into."""
        return CHALLENGE_FRAME if self.modal else "_top"

    @property
    def query(self) -> str:
        """What the nested documents must be asked with, to be of the same kind."""
        return "?modal=1" if self.modal else ""


def challenge_view(
    *, attempt: str, session_id: str, modal: bool, merchant: str, amount: str, locale: str
) -> ChallengeView:
    """The challenge of one payment `attempt`; `amount` is formatted money."""
    words = words_for(locale)
    return ChallengeView(
        document=document(words("Confirm your payment"), locale),
        words=words,
        attempt=attempt,
        session_id=session_id,
        modal=modal,
        merchant=merchant,
        amount=amount,
    )
