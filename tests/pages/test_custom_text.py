"""The merchant's own words on the page: where they stand, and what of Markdown is read in them."""

from __future__ import annotations

import re
import time

import pytest

from paydesk.core.collection import Collection
from paydesk.pages import render
from paydesk.pages.custom_text_view import pieces
from tests.pages.orders import view
from tests.pages.test_render import PAYLOADS, Outline


def page(**texts: str) -> str:
    """The page of a session that ships and has these texts."""
    said = {place: {"message": message} for place, message in texts.items()}
    return render.checkout_page(
        view(
            collection=Collection(shipping_countries=("US", "DE")),
            presentation={"custom_text": said},
        )
    )


def shown(message: str) -> str:
    """How a text stands in the page."""
    found = re.search(r'<p class="CustomText"[^>]*>(.*?)</p>', page(submit=message), re.S)
    assert found is not None
    return found[1].replace(NEW_TAB, "")


LINK = '<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>'
NEW_TAB = '<span class="visually-hidden"> (opens in a new tab)</span>'


@pytest.mark.parametrize(
    ("message", "html"),
    [
        ("We ship on Mondays.", "We ship on Mondays."),
        ("about **your purchase** here", "about <strong>your purchase</strong> here"),
        ("[a page](https://a.example/b?c=1&d=2#e)",
         LINK.format("https://a.example/b?c=1&amp;d=2#e", "a page")),
        ("[a](http://localhost:4242/)", LINK.format("http://localhost:4242/", "a")),
        ("([a](https://a.example/b_(c)))",
         "(" + LINK.format("https://a.example/b_(c)", "a") + ")"),
        ("[**a** b](https://a.example)",
         LINK.format("https://a.example", "<strong>a</strong> b")),
        ("**see [a](https://a.example) now**",
         "<strong>see </strong>" + LINK.format("https://a.example", "<strong>a</strong>")
         + "<strong> now</strong>"),
        ("one\ntwo", "one\ntwo"),
    ],
)  # fmt: skip
def test_bold_and_links_are_read(message: str, html: str) -> None:
    assert shown(message) == html


@pytest.mark.parametrize(
    "message",
    [
        "2 ** 3 ** 4", "**", "****", "**open", "*a* _b_ `c` # d", "[a]", "[a](b)", "[](https://a.example)",
        "[a] (https://a.example)", "[a](/path)", "[a](mailto:b@c.example)", "[a](//a.example)",
        "[a](javascript:alert(1))", "[a](https://a.example b)", "[a](data:text/html,b)",
    ],
)  # fmt: skip
def test_all_else_stays_as_it_was_typed(message: str) -> None:
    assert shown(message) == message


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("frame", ["{}", "**{}**", "[{}](https://a.example)", "[a](https://{})"])
def test_nothing_in_a_text_becomes_markup(frame: str, payload: str) -> None:
    outline = Outline(page(submit=frame.format(payload)))
    tags = [tag for tag, _ in outline.elements]
    plain = [tag for tag, _ in Outline(page(submit="a")).elements]
    assert set(tags) <= {*plain, "strong", "a"}
    assert tags.count("script") == plain.count("script")
    assert not {name for _, names in outline.elements for name in names if name.startswith("on")}
    for tag, name, value in outline.attributes:
        if tag == "a" and name == "href":
            assert value.startswith(("https://", "/"))


def test_each_text_stands_in_its_place() -> None:
    html = page(submit="Before.", after_submit="After.", shipping_address="Boxes.")
    order = [
        'id="shippingCountry"', ">Boxes.<", 'id="cardNumber"', ">Before.<",
        'class="SubmitButton ', ">After.<", 'id="status"',
    ]  # fmt: skip
    at = [html.index(part) for part in order]
    assert at == sorted(at)


def test_the_button_and_the_address_are_described_by_their_texts() -> None:
    described = [
        (tag, value)
        for tag, name, value in Outline(page(submit="a", shipping_address="b")).attributes
        if name == "aria-describedby" and value.endswith("-text")
    ]
    assert described == [("fieldset", "shipping-text"), ("button", "submit-text")]


def test_who_says_nothing_leaves_no_trace() -> None:
    html = page()
    assert "CustomText" not in html
    assert 'aria-describedby="submit-text"' not in html
    assert 'aria-describedby="shipping-text"' not in html


def test_the_worst_text_takes_no_time() -> None:
    """A hundred times what is plenty for one page."""
    for part in ("**", "**a", "[", "[a](https://", "[a](http://((", "*", "[**a"):
        started = time.perf_counter()
        pieces((part * 1_200)[:1_200])
        assert time.perf_counter() - started < 0.1, part
