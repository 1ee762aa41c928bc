"""A Unix socket to listen on: programs of this machine reach the server by a file's name."""

from __future__ import annotations

import socket
from contextlib import closing
from pathlib import Path

from paydesk.cli.console import fail

PATH_BYTES_MAX = 107
"""What Linux holds of a socket's path."""


def listen_at(path: Path) -> socket.socket:
    """A socket at the path, for its owner alone, in place of one that a dead server left behind.

    Ends the command when the path is in use.
    """
    _make_room(path)
    return _bind(path)


def _make_room(path: Path) -> None:
    if len(bytes(path.absolute())) > PATH_BYTES_MAX:
        fail(f"{path} is too long for a socket: at most {PATH_BYTES_MAX} bytes.")
    if path.is_socket():
        if _is_served(path):
            fail(f"{path} is another server's socket. Choose another one with --unix-socket.")
        path.unlink()
    elif path.exists():
        fail(f"{path} exists and is no socket. Choose another name with --unix-socket.")


def _is_served(path: Path) -> bool:
    with closing(socket.socket(socket.AF_UNIX)) as caller:
        return caller.connect_ex(str(path)) == 0


def _bind(path: Path) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        listener.bind(str(path))
        path.chmod(0o600)
    except OSError as error:
        fail(f"Can't listen on {path}: {error.strerror}.")
    return listener
