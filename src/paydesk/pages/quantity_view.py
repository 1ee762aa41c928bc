"""What the buyer sees while changing a quantity without scripts: a page with one small form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from paydesk.core.line_items import LineItem, find
from paydesk.core.sessions import Session
from paydesk.pages.doors import page_path
from paydesk.pages.view import Buyer, Document, ItemView, document, item_view
from paydesk.pages.words import Words, words_for
from paydesk.render.locales import locale_data


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantityView:
    """The form; `typed` is shown again as it was when it had an `error`."""

    document: Document
    words: Words
    page_path: str
    item: ItemView
    typed: str
    error: str | None = None


def quantity_view(
    session: Session,
    lines: Sequence[LineItem],
    line_id: str,
    buyer: Buyer,
    *,
    typed: str | None = None,
    error: str | None = None,
) -> QuantityView:
    """The quantity form of one of `lines`. Raises NotFound when it is not among them."""
    words, locale = words_for(buyer.locale), locale_data(buyer.locale)
    line = find(lines, line_id)
    return QuantityView(
        document=document(words("Change quantity"), buyer.locale),
        words=words,
        page_path=page_path(session),
        item=item_view(line, lines, words, locale),
        typed=str(line.quantity) if typed is None else typed,
        error=words(error) if error else None,
    )
