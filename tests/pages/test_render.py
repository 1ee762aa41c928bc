"""What holds for every page, whatever merchants and buyers put into it."""

from __future__ import annotations

import gzip
import json
import re
from html.parser import HTMLParser

import pytest

from paydesk.core.sessions import Address
from paydesk.pages import render
from paydesk.pages.message_view import expired_view
from paydesk.pages.payment_form import FormValues
from paydesk.pages.quantity_view import quantity_view
from paydesk.pages.view import Buyer, Feedback, Seller
from tests.pages.gallery import PAGES, three_items
from tests.pages.orders import FROM_ZERO, line, order, view

FIRST_VIEW_BYTES_MAX = 24_000
"""HTML, styles and script, compressed; both of the latter know cards and bank accounts."""

PAYLOADS = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "</script><script>alert(1)</script>",
    "{{ 7 * 7 }}{% raw %}${7*7}",
    "</textarea></title><svg onload=alert(1)>",
    "javascript:alert(1)",
    "\u2028\u2029\x00<!--",
]  # fmt: skip


class Outline(HTMLParser):
    """The elements of a page with the names of their attributes, and its attributes' values."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, tuple[str, ...]]] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.texts: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, tuple(name for name, _ in attrs)))
        self.attributes.extend((tag, name, value or "") for name, value in attrs)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def values(self, attribute: str) -> list[str]:
        return [value for _, name, value in self.attributes if name == attribute]


@pytest.mark.parametrize("name", PAGES)
def test_no_page_needs_more_than_the_strict_policy_allows(name: str) -> None:
    outline = Outline(PAGES[name]())
    attributes = {attribute for _, attributes in outline.elements for attribute in attributes}
    assert not {each for each in attributes if each.startswith("on")}
    assert "style" not in attributes
    assert "style" not in [tag for tag, _ in outline.elements]
    for tag, names in outline.elements:
        if tag == "script":
            assert "src" in names or "type" in names
    for _, attribute, value in outline.attributes:
        if attribute in ("src", "srcset", "data") or (attribute == "href" and "?v=" in value):
            assert value.startswith(("/assets/", "/sandbox/")), value


@pytest.mark.parametrize("name", PAGES)
def test_every_id_is_there_once_and_every_reference_leads_to_one(name: str) -> None:
    outline = Outline(PAGES[name]())
    ids = outline.values("id")
    assert len(ids) == len(set(ids))
    references = [
        *outline.values("for"),
        *(id for value in outline.values("aria-describedby") for id in value.split()),
        *outline.values("aria-labelledby"),
        *outline.values("popovertarget"),
        *(value[1:] for value in outline.values("href") if value.startswith("#")),
    ]
    assert set(references) <= set(ids)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_merchants_and_buyers_write_is_text(payload: str) -> None:
    def page(text: str) -> str:
        return render.checkout_page(
            view(
                [
                    line(text, description=text, images=("https://shop.example/" + text,)),
                    line(text, adjustable=FROM_ZERO, id="li_2"),
                ],
                seller=Seller(name=text, publishable_key="pk_test_demo"),
                cancel_url="https://shop.example/" + text,
                feedback=Feedback(
                    values=FormValues(
                        email=text,
                        billing_name=text,
                        billing=Address(country="US", postal_code=text),
                    ),
                    field_errors={"email": text},
                    error=text,
                ),
            )
        )

    harmless, attacked = Outline(page("harmless")), Outline(page(payload))
    assert attacked.elements == harmless.elements
    assert payload.replace("\x00", "") in "".join(attacked.texts).replace("\x00", "")


@pytest.mark.parametrize("payload", PAYLOADS)
def test_the_small_pages_escape_too(payload: str) -> None:
    def pages(text: str) -> list[str]:
        session, lines = order(line(text), cancel_url="https://shop.example/" + text)
        shown = quantity_view(session, lines, "li_1", Buyer(), typed=text, error=text)
        return [
            render.quantity_page(shown),
            render.message_page(expired_view(session, text, "en")),
        ]

    for harmless, attacked in zip(pages("harmless"), pages(payload), strict=True):
        assert Outline(attacked).elements == Outline(harmless).elements


def test_a_session_id_from_the_address_is_text_in_the_shop() -> None:
    assert "cs_test_&lt;b&gt;a1&lt;/b&gt;" in PAGES["shop_paid"]()


@pytest.mark.parametrize("payload", PAYLOADS)
def test_the_data_block_is_json_that_no_text_can_leave(payload: str) -> None:
    html = render.checkout_page(
        view([line()], seller=Seller(name="S", publishable_key=payload)),
    )
    block = re.search(r'<script type="application/json"[^>]*>(.*?)</script>', html, re.S)
    assert block is not None
    assert not set("<>&") & set(block[1])
    assert json.loads(block[1])["publishableKey"] == payload


def test_the_first_view_is_light() -> None:
    html = render.checkout_page(three_items()).encode()
    assets = [render.asset_file(name) for name in ("page.css", "page.js")]
    parts = [html, *(path.read_bytes() for path in assets if path is not None)]
    assert len(parts) == 3, "`make setup` builds the script and the styles"
    assert sum(len(gzip.compress(part)) for part in parts) <= FIRST_VIEW_BYTES_MAX


IDS = (
    "ProductSummary-totalAmount OrderDetails-TotalAmount email cardNumber-fieldset cardNumber "
    "cardExpiry cardCvc billingName billingCountry billingPostalCode adjustQuantity"
).split()
TEST_IDS = (
    "business-link product-summary-name product-summary-total-amount order-details "
    "order-details-mobile header-view-details line-item-image line-item-product-name "
    "line-item-product-description line-item-total-amount line-item-amount-detail "
    "line-item-adjustable-qty line-item-adjustable-qty-hit-box "
    "order-details-footer-subtotal-amount order-details-footer-total-amount card-accordion-item "
    "hosted-payment-submit-button"
).split()
CLASSES = (
    "App-Overview App-Payment Header-businessLink TestModeBadge OrderDetails-items "
    "OrderDetails-item LineItem OrderDetails-subtotalItemLabel-Text AdjustableQuantitySelector "
    "AdjustQuantityModal-modal AdjustQuantityHeader-closeBtn AdjustQuantityFooter-btn "
    "AdjustQuantityModal-toggleQuantityBtn--minus AdjustQuantityModal-toggleQuantityBtn--plus "
    "PaymentForm-form SubmitButton SubmitButton-TextContainer SubmitButton-IconContainer FieldError"
).split()


def test_the_names_that_other_peoples_tests_look_for_are_there() -> None:
    outline = Outline(PAGES["three"]())
    classes = {name for value in outline.values("class") for name in value.split()}
    assert set(IDS) <= set(outline.values("id"))
    assert set(TEST_IDS) <= set(outline.values("data-testid"))
    assert set(CLASSES) <= classes


@pytest.mark.parametrize(
    ("id", "attributes"),
    [
        ("email", {"autocomplete": "email", "inputmode": "email", "name": "email",
                   "placeholder": "email@example.com"}),
        ("cardNumber", {"autocomplete": "cc-number", "inputmode": "numeric",
                        "placeholder": "1234 1234 1234 1234", "aria-label": "Card number"}),
        ("cardExpiry", {"autocomplete": "cc-exp", "inputmode": "numeric",
                        "placeholder": "MM / YY", "aria-label": "Expiration"}),
        ("cardCvc", {"autocomplete": "cc-csc", "inputmode": "numeric", "placeholder": "CVC",
                     "aria-label": "CVC"}),
        ("billingName", {"autocomplete": "cc-name", "placeholder": "Full name on card"}),
        ("billingCountry", {"autocomplete": "billing country",
                            "aria-label": "Country or region"}),
        ("billingPostalCode", {"autocomplete": "billing postal-code", "placeholder": "ZIP",
                               "aria-label": "ZIP"}),
        ("adjustQuantity", {"name": "adjustQuantity", "type": "text", "inputmode": "numeric",
                            "aria-label": "Quantity"}),
    ],
)  # fmt: skip
def test_fields_have_the_attributes_that_browsers_and_suites_expect(
    id: str, attributes: dict[str, str]
) -> None:
    html = PAGES["one"]()
    field = re.search(rf'<(?:input|select)[^>]*\bid="{id}"[^>]*>', html)
    assert field is not None
    for name, value in attributes.items():
        assert f'{name}="{value}"' in field[0]


def test_a_card_is_never_written_back_into_the_page() -> None:
    for id in ("cardNumber", "cardExpiry", "cardCvc"):
        field = re.search(rf'<input[^>]*\bid="{id}"[^>]*>', PAGES["errors"]())
        assert field is not None
        assert "value=" not in field[0]


def test_the_fragment_is_the_part_of_the_page_that_the_order_changes() -> None:
    shown = three_items()
    page, fragment = render.checkout_page(shown), Outline(render.summary_fragment(shown))
    parts = {"product-summary", "order-details", "payment-state", "submit-label"}
    assert parts <= set(fragment.values("id")) <= set(Outline(page).values("id"))


def test_assets_are_found_by_name_and_never_by_path() -> None:
    assert render.asset_file("icon.svg") is not None
    for name in ("", "..", "../render.py", "/etc/passwd", "missing.js", "a/../icon.svg", "a\x00"):
        assert render.asset_file(name) is None
    assert re.fullmatch(r"/assets/icon\.svg\?v=[0-9a-f]{12}", render.asset_url("icon.svg"))
