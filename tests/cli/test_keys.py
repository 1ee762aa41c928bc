"""`paydesk keys`, as an operator uses it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from paydesk.cli.commands import app
from paydesk.core.api_keys import digest
from tests.engines import ENGINES, database_url


def keys(database: str, *words: str) -> Result:
    """What the command does, in this process: many are started here, and each takes a while."""
    return CliRunner().invoke(app, ["keys", *words, "--database", database])


@pytest.mark.parametrize("engine", ENGINES)
def test_keys_are_made_listed_and_revoked(tmp_path: Path, engine: str) -> None:
    database = database_url(engine, tmp_path / "paydesk.db")
    made = keys(database, "create", "--name", "Till")
    account, secret, publishable = re.findall(r"\b(?:acct|sk_test|pk_test)_\w+", made.stdout)
    more = keys(database, "create", "--account", account)
    assert account in more.stdout
    listed = keys(database, "list").stdout
    assert listed.count(account) == 4
    assert "Till" in listed
    assert secret[-4:] in listed
    assert publishable[-4:] in listed
    assert secret not in listed
    first = re.findall(r"key_\w+", listed)[0]
    assert keys(database, "revoke", first).exit_code == 0
    again = keys(database, "revoke", first)
    assert (again.exit_code, again.stderr) == (1, f"paydesk: No such key: '{first}'\n")


def test_keys_are_for_accounts_that_there_are(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'paydesk.db'}"
    refused = keys(database, "create", "--account", "acct_none")
    assert (refused.exit_code, refused.stderr) == (1, "paydesk: No such account: 'acct_none'\n")


def test_no_key_is_kept(tmp_path: Path) -> None:
    made = keys(f"sqlite:///{tmp_path / 'paydesk.db'}", "create").stdout
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    for key in re.findall(r"\b(?:sk_test|pk_test)_\w+", made):
        assert key.encode() not in kept
        assert digest(key).encode() in kept
