"""The compiler notices when the script drifts from the published types of any major."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.node

ROOT = Path(__file__).parents[2]
COMPILER = ROOT / "node_modules" / ".bin" / "tsc"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The script's sources where a test may spoil them."""
    shutil.copytree(ROOT / "web", tmp_path / "web")
    shutil.copy(ROOT / "tsconfig.json", tmp_path)
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    return tmp_path


def compiled(folder: Path) -> str:
    """What the compiler says; nothing when all is well."""
    done = subprocess.run(
        [COMPILER, "--noEmit", "--project", folder],
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    return done.stdout


def test_the_script_keeps_the_contract(copy: Path) -> None:
    assert compiled(copy) == ""


def test_what_the_server_tells_of_a_session_keeps_the_contract(copy: Path) -> None:
    sample = (Path(__file__).parent / "fixtures" / "client_session.json").read_text()
    typed = copy / "web" / "sdk" / "sample.ts"
    begin = 'import type { Session } from "./types";\nexport const sample: Session = '
    typed.write_text(begin + sample)
    assert compiled(copy) == ""
    typed.write_text(begin + sample.replace('"minorUnitsAmount"', '"minorUnits"', 1))
    assert "error TS" in compiled(copy)


@pytest.mark.parametrize(
    ("file", "text", "spoiled"),
    [
        ("../elements/address.ts", "...typed, ", ""),
        ("../elements/contact.ts", "value: { email }", "value: email"),
        ("../elements/payment.ts", "address: { country, postalCode }", "address: country"),
        ("element_kinds.ts", "collapsed: false, ", ""),
        ("element_kinds.ts", '"de_vat"', '"vat"'),
        ("actions.ts", "updateLineItemQuantity: (", "updateLineItemQuantities: ("),
        ("actions.ts", "validateElements: ()", "checkElements: ()"),
        ("checkout.ts", "createPaymentElement: (", "makePaymentElement: ("),
        ("checkout.ts", "getTaxIdElement: (", "getTaxId: ("),
        ("checkout.ts", "session: (): Session", "current: (): Session"),
        ("element.ts", "unmount: (): void", "remove: (): void"),
        ("embedded.ts", "destroy: (): void", "end: (): void"),
        ("results.ts", "{ message, code: null }", '{ message, code: "unknown" }'),
        ("stripe.ts", "initCheckoutElementsSdk: (", "initElementsSdk: ("),
        ("stripe.ts", "createToken: (", "makeToken: ("),
    ],
)
def test_a_drift_is_an_error(copy: Path, file: str, text: str, spoiled: str) -> None:
    source = copy / "web" / "sdk" / file
    before = source.read_text()
    assert text in before
    source.write_text(before.replace(text, spoiled))
    assert "error TS" in compiled(copy)
