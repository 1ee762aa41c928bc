"""A PostgreSQL server of the tests' own, started when a test first asks for it.

It listens on a socket in a temporary folder and nowhere else. It ends with the program that
started it, however that ends: it is held by a pipe.
"""

from __future__ import annotations

import atexit
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import psycopg

from paydesk.storage.postgres import prepare

MISSING = "PostgreSQL is not installed: apt-get install postgresql"
TEMPLATE = "paydesk_template"
USER = "postgres"

DURABLE = ("listen_addresses=''", "max_connections=500")
# What a crash of the machine would lose is not the point of any test.
QUICK = (*DURABLE, "fsync=off", "full_page_writes=off", "autovacuum=off")

# Starts the server, says so, and stops it when standard input ends.
KEEPER = f"""
set -eu
cd "$2"
"$1/initdb" --no-sync --encoding=UTF8 --locale=C --username={USER} --auth=trust data >log 2>&1
run() {{ "$1/pg_ctl" start --silent --wait --pgdata data --log log --options "-k $2 $3"; }}
run "$1" "$2" "$3" </dev/null >&2
echo ready
while read -r command; do
    "$1/pg_ctl" stop --silent --mode "$command" --pgdata data >&2
    run "$1" "$2" "$3" </dev/null >&2
    echo ready
done
"$1/pg_ctl" stop --silent --mode immediate --pgdata data >&2
cd / && rm -rf "$2"
"""


def find_binaries() -> str | None:
    """The folder of `initdb` and `pg_ctl`: the newest of Debian's, or the one in PATH."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=_version)
    found = str(versions[-1]) if versions else shutil.which("initdb")
    return None if found is None else str(Path(found).parent)


@cache
def cluster() -> Cluster:
    """The server that all tests of this program share."""
    binaries = find_binaries()
    if binaries is None:
        raise RuntimeError(MISSING)
    started = Cluster(binaries)
    atexit.register(started.stop)
    return started


class Cluster:
    """A running server. Each test has databases of its own, made from a template."""

    def __init__(self, binaries: str, settings: Sequence[str] = QUICK) -> None:
        options = " ".join(f"-c {setting}" for setting in settings)
        self._folder = Path(tempfile.mkdtemp(prefix="paydesk-postgres-"))
        account = pwd.getpwnam(USER) if os.geteuid() == 0 else None
        if account is not None:  # PostgreSQL refuses to run as root
            os.chown(self._folder, account.pw_uid, account.pw_gid)
        self._keeper = subprocess.Popen(
            ["/bin/sh", "-c", KEEPER, "keeper", binaries, str(self._folder), options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,  # Ctrl-C is for the tests, which then let go of the pipe
            user=None if account is None else account.pw_uid,
            group=None if account is None else account.pw_gid,
            extra_groups=None if account is None else [],
        )
        self._await_ready()
        self.make(TEMPLATE, "TEMPLATE template0")
        prepare(self.url(TEMPLATE))

    def url(self, name: str) -> str:
        """Where a database of this server is."""
        return f"postgresql://{USER}@/{name}?host={self._folder}"

    def make(self, name: str, options: str = f"TEMPLATE {TEMPLATE} STRATEGY FILE_COPY") -> None:
        """A new database, by default one that has run every migration."""
        self._admin.execute(f"CREATE DATABASE {name} {options}")

    def drop(self, name: str) -> None:
        """Make it gone, whoever is connected."""
        self._admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def run(self, name: str, sql: str) -> list[tuple[Any, ...]]:
        """Run SQL on a connection of its own, committed at once."""
        with self._connect(name) as connection:
            cursor = connection.execute(sql)
            return [] if cursor.description is None else cursor.fetchall()

    def crash(self) -> None:
        """End the server at once, as a loss of power does, and start it again."""
        self._tell("immediate")

    def stop(self) -> None:
        """End it for good and leave nothing behind."""
        if self._keeper.poll() is None:
            self._admin.close()
            self._keeper.communicate()

    def _connect(self, name: str) -> psycopg.Connection[tuple[Any, ...]]:
        return psycopg.connect(self.url(name), autocommit=True)

    def _tell(self, command: str) -> None:
        assert self._keeper.stdin is not None
        self._admin.close()
        self._keeper.stdin.write(f"{command}\n")
        self._keeper.stdin.flush()
        self._await_ready()

    def _await_ready(self) -> None:
        assert self._keeper.stdout is not None
        if self._keeper.stdout.readline() != "ready\n":
            log = self._folder / "log"
            told = log.read_text() if log.exists() else ""
            raise RuntimeError(f"PostgreSQL did not start:\n{told}")
        self._admin = self._connect("postgres")


def _version(path: Path) -> tuple[int, ...]:
    numbers: tuple[int, ...] = tuple(int(n) for n in path.parts[-3].split(".") if n.isdigit())
    return numbers
