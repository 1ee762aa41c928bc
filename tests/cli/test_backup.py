"""A backup taken while the server writes opens as a database of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import apsw
import stripe

from tests.support.server import Server, new_key

PAYDESK = (sys.executable, "-m", "paydesk")


def _backup(server: Server, target: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PAYDESK, "backup", str(target), "--database", f"sqlite:///{server.database}"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def _create(server: Server, key: str) -> str:
    client = stripe.StripeClient(key, base_addresses={"api": server.url})
    session = client.v1.checkout.sessions.create(
        {
            "mode": "payment",
            "success_url": "https://example.com/success",
            "line_items": [
                {
                    "price_data": {
                        "currency": "usd",
                        "product_data": {"name": "T-shirt"},
                        "unit_amount": 2000,
                    },
                    "quantity": 1,
                }
            ],
        }
    )
    return session.id


def test_a_backup_of_a_running_server_holds_what_was_acknowledged(
    own_server: Server, tmp_path: Path
) -> None:
    session = _create(own_server, new_key())
    copy = tmp_path / "copy.db"

    done = _backup(own_server, copy)

    assert done.returncode == 0, done.stderr
    connection = apsw.Connection(str(copy), flags=apsw.SQLITE_OPEN_READONLY)
    assert connection.execute("SELECT id FROM sessions").fetchall() == [(session,)]
    connection.close()


def test_a_server_starts_on_a_backup(own_server: Server, tmp_path: Path) -> None:
    key = new_key()
    session = _create(own_server, key)
    copy = tmp_path / "copy.db"
    assert _backup(own_server, copy).returncode == 0

    restored = Server(copy).start()
    try:
        client = stripe.StripeClient(key, base_addresses={"api": restored.url})
        assert client.v1.checkout.sessions.retrieve(session).status == "open"
    finally:
        restored.stop()


def test_a_backup_overwrites_nothing(own_server: Server, tmp_path: Path) -> None:
    precious = tmp_path / "precious.db"
    precious.write_text("mine")

    refused = _backup(own_server, precious)

    assert refused.returncode == 1
    assert "exists already" in refused.stderr
    assert precious.read_text() == "mine"


def test_a_backup_of_nothing_is_refused(tmp_path: Path) -> None:
    missing = tmp_path / "missing.db"
    refused = _backup(Server(missing), tmp_path / "copy.db")
    assert refused.returncode == 1
    assert "There is no database" in refused.stderr
