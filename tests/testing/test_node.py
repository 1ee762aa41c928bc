"""The kit for Node.js, as a stranger's project uses it: installed beside the printed examples."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.testing.document import DOCUMENT, examples

pytestmark = pytest.mark.node

ROOT = DOCUMENT.parents[1]
PACKAGES = ROOT / "node_modules"
SECONDS_MAX = 100

WRONG_WAYS = """
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {Refused, start} from 'paydesk-testing';

let paydesk;
before(async () => { paydesk = await start(); });
after(async () => { await paydesk.stop(); });

test('a wait in vain says what came', async () => {
  const account = await paydesk.account();
  await account.post('/v1/products', {name: 'Mug', images: ['http://x.test/1']});
  await account.webhooks.waitFor('product.created');
  await assert.rejects(
    account.webhooks.waitFor('checkout.session.completed', 'cs_none', {timeoutSeconds: 0.01}),
    /No checkout.session.completed about cs_none came within 0.01 s.*\\n  product.created about/,
  );
});

test('what a buyer may not do is refused', async () => {
  const account = await paydesk.account();
  await assert.rejects(account.pay('cs_test_nobodys'), (error) => {
    assert.ok(error instanceof Refused);
    assert.deepEqual([error.status, error.code], [404, 'resource_missing']);
    return true;
  });
});

test('an account is debited', async () => {
  const account = await paydesk.account();
  const session = await account.post('/v1/checkout/sessions', {
    mode: 'payment',
    success_url: 'https://shop.example/thanks',
    payment_method_types: ['sepa_debit'],
    line_items: [{
      quantity: 1,
      price_data: {currency: 'eur', unit_amount: 2000, product_data: {name: 'T-shirt'}},
    }],
  });
  assert.equal((await account.pay(session, {iban: 'succeeds'})).payment_status, 'unpaid');
  await account.advance(3);
  await account.webhooks.waitFor('checkout.session.async_payment_succeeded', session);
});

test('another signature is told apart', async () => {
  const account = await paydesk.account();
  account.webhooks.take(Buffer.from('{}'), 't=1,v1=00');
  assert.deepEqual(account.webhooks.received, []);
  await assert.rejects(
    account.webhooks.waitFor('product.created', undefined, {timeoutSeconds: 0.01}),
    /wrong: t=1,v1=00/,
  );
});

test('a server that does not start says so', async () => {
  for (const [command, reason] of [
    ['paydesk-is-nowhere', /no program `paydesk-is-nowhere` in PATH/],
    [process.cwd(), /EACCES/],
    [[process.execPath, '-e', 'console.error("no room")'], /no room/],
    [[process.execPath, '-e', ''], /said nothing/],
  ]) {
    await assert.rejects(start({command}), (error) => {
      assert.match(error.message, /^Paydesk did not start: /);
      assert.match(error.message, reason);
      return true;
    });
  }
});
"""

PLAYWRIGHT = """
export default {use: {
  launchOptions: {executablePath: process.env.CHROMIUM, args: ['--no-sandbox', '--disable-gpu']},
}};
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project that has installed the kit."""
    packages = tmp_path / "node_modules"
    (packages / "@playwright").mkdir(parents=True)
    for name in ("stripe", "@playwright/test", "playwright", "playwright-core"):
        (packages / name).symlink_to(PACKAGES / name)
    kit = packages / "paydesk-testing"
    kit.mkdir()
    for part in (ROOT / "clients" / "node").iterdir():
        (kit / part.name).write_bytes(part.read_bytes())
    for name, text in examples().items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def run(folder: Path, *command: str, **environment: str) -> None:
    """Run it where `paydesk` is in the path. Its output is the reason when it fails."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        command,
        check=False,
        cwd=folder,
        env={**os.environ, "PATH": path, **environment},
        capture_output=True,
        text=True,
        timeout=SECONDS_MAX,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_printed_example_passes(project: Path, node: str) -> None:
    run(project, node, "--test", "order.test.mjs", FORCE_COLOR="1", PAYDESK_MODE="live")


def test_what_goes_wrong_says_so(project: Path, node: str) -> None:
    (project / "wrong.test.mjs").write_text(WRONG_WAYS, encoding="utf-8")
    run(project, node, "--test", "wrong.test.mjs")


@pytest.mark.browser
def test_the_printed_example_for_playwright_passes(project: Path, node: str, chromium: str) -> None:
    (project / "playwright.config.mjs").write_text(PLAYWRIGHT, encoding="utf-8")
    program = "node_modules/@playwright/test/cli.js"
    run(project, node, program, "test", "order.spec.mjs", "--reporter=line", CHROMIUM=chromium)
