"""The demo shop's button."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.app import running_app

pytestmark = pytest.mark.anyio


async def test_a_form_of_another_site_is_refused_with_a_page(tmp_path: Path) -> None:
    async with running_app(tmp_path) as client:
        answer = await client.form("/demo/checkout", sec_fetch_site="cross-site")
    assert answer.status_code == 400
    assert "could not be understood" in answer.text


async def test_the_shop_tells_what_was_paid(tmp_path: Path) -> None:
    async with running_app(tmp_path) as client:
        answer = await client.get("/?paid=cs_test_1")
    assert "success page of session <code>cs_test_1</code>" in answer.text
