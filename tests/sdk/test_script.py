"""The browser script as it is served: addresses, size, and what `window.Stripe` is at each."""

from __future__ import annotations

import gzip
import json
import subprocess
from typing import Any

import httpx
import pytest

from tests.support.server import Server

pytestmark = pytest.mark.node

GZIP_BYTES_MAX = 25 * 1024

LOOK = """
const { readFileSync } = require("node:fs");
const { script, code } = JSON.parse(readFileSync(0, "utf8"));
globalThis.window = globalThis;
globalThis.navigator = { language: "en-US" };
globalThis.location = new URL("http://shop.example/");
new Function(script)();
Promise.resolve()
  .then(() => eval(code))
  .catch((error) => `${error.name}: ${error.message}`)
  .then((seen) => { console.log(JSON.stringify(seen)); process.exit(0); });
"""


class Script:
    """Fetches the script of a path and evaluates an expression after it."""

    def __init__(self, server: Server, node: str) -> None:
        self._server = server
        self._node = node

    def look(self, path: str, code: str) -> Any:
        answer = httpx.get(self._server.url + path)
        assert answer.status_code == 200
        done = subprocess.run(
            [self._node, "-e", LOOK],
            input=json.dumps({"script": answer.text, "code": code}),
            capture_output=True,
            text=True,
            check=True,
            timeout=30,
        )
        return json.loads(done.stdout)


@pytest.fixture
def script(server: Server, node: str) -> Script:
    return Script(server, node)


@pytest.mark.parametrize(
    ("path", "version"),
    [
        ("/v3", 3),
        ("/v3/", 3),
        ("/v3/stripe.js", 3),
        ("/acacia/stripe.js", "acacia"),
        ("/basil/stripe.js", "basil"),
        ("/basil/stripe.js?advancedFraudSignals=false", "basil"),
        ("/clover/stripe.js", "clover"),
        ("/dahlia/stripe.js", "dahlia"),
        ("/endive/stripe.js", "endive"),
        ("/freesia/stripe.js", "freesia"),
        ("/stripe.js", "endive"),
    ],
)
def test_every_address_has_the_script_of_its_train(
    script: Script, path: str, version: int | str
) -> None:
    assert script.look(path, "Stripe.version") == version


def test_no_other_address_has_it(server: Server) -> None:
    for path in ("/v4/stripe.js", "/BASIL/stripe.js", "/basil/other.js", "/a%22b/stripe.js"):
        assert httpx.get(server.url + path).status_code == 404


def test_it_is_small_and_comes_packed(server: Server) -> None:
    with httpx.stream("GET", server.url + "/stripe.js") as answer:
        packed = b"".join(answer.iter_raw())
        tag = answer.headers["etag"]
        assert answer.headers["content-encoding"] == "gzip"
    assert len(packed) <= GZIP_BYTES_MAX
    plain = httpx.get(server.url + "/stripe.js", headers={"Accept-Encoding": "identity"})
    assert plain.content == gzip.decompress(packed)
    again = httpx.get(server.url + "/stripe.js", headers={"If-None-Match": tag})
    assert again.status_code == 304


def test_it_names_no_other_server(server: Server) -> None:
    assert "https://" not in httpx.get(server.url + "/stripe.js").text


def test_it_is_called_without_new_and_gives_plain_functions(script: Script) -> None:
    names = script.look(
        "/basil/stripe.js",
        "Object.entries(Stripe.apply(undefined, ['pk_test_x']))"
        ".map(([name, value]) => `${name} ${typeof value}`)",
    )
    wanted = (
        "elements createToken createPaymentMethod confirmCardPayment _registerWrapper "
        "registerAppInfo initCheckout initEmbeddedCheckout initCheckoutElementsSdk "
        "createEmbeddedCheckoutPage redirectToCheckout"
    )
    assert {f"{name} function" for name in wanted.split()} <= set(names)
    assert not any(name.startswith("then ") for name in names)


def test_a_key_that_is_none_is_refused(script: Script) -> None:
    assert "IntegrationError" in script.look("/stripe.js", "Stripe('sk_test_x')")


@pytest.mark.parametrize("train", ["dahlia", "endive", "freesia"])
def test_old_names_say_what_they_are_called_now(script: Script, train: str) -> None:
    path = f"/{train}/stripe.js"
    assert script.look(path, "Stripe('pk_test_x').initEmbeddedCheckout({})") == (
        "IntegrationError: stripe.initEmbeddedCheckout() has been removed. "
        "Please use stripe.createEmbeddedCheckoutPage() instead."
    )
    assert "initCheckoutElementsSdk()" in script.look(path, "Stripe('pk_test_x').initCheckout({})")


@pytest.mark.parametrize(
    ("path", "options", "style"),
    [
        ("/v3", "{clientSecret: 'x'}", ["promise"]),
        ("/acacia/stripe.js", "{clientSecret: 'x'}", ["promise"]),
        ("/basil/stripe.js", "{fetchClientSecret: async () => 'x'}", ["promise"]),
        ("/clover/stripe.js", "{clientSecret: 'x'}", ["sdk"]),
        ("/clover/stripe.js", "{fetchClientSecret: async () => 'x'}", ["promise"]),
        ("/stripe.js", "{clientSecret: 'x'}", ["promise", "sdk"]),
    ],
)
def test_init_checkout_answers_in_the_style_of_its_train(
    script: Script, path: str, options: str, style: list[str]
) -> None:
    seen = script.look(
        path,
        f"const made = Stripe('pk_test_x').initCheckout({options});"
        "if (made instanceof Promise) made.catch(() => 0);"
        "[typeof made.then === 'function' && 'promise',"
        " typeof made.loadActions === 'function' && 'sdk'].filter(Boolean)",
    )
    assert seen == style


def test_the_hybrid_is_no_promise_to_those_who_copy_it(script: Script) -> None:
    code = "Object.keys(Stripe('pk_test_x').initCheckout({clientSecret: 'x'})).includes('then')"
    assert script.look("/stripe.js", code) is False


def test_a_wrong_secret_is_a_result_and_not_a_rejection_of_load_actions(script: Script) -> None:
    code = "Stripe('pk_test_x').initCheckoutElementsSdk({clientSecret: 'x'}).loadActions()"
    told = script.look("/endive/stripe.js", code)
    assert told["type"] == "error"
    assert told["error"]["code"] is None


def test_redirect_to_checkout_left_with_clover(script: Script) -> None:
    wrong = "Stripe('pk_test_x').redirectToCheckout({lineItems: []})"
    assert script.look("/basil/stripe.js", wrong)["error"]["type"] == "invalid_request_error"
    assert "no longer supported" in script.look("/clover/stripe.js", wrong)
