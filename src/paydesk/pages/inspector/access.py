"""Who may see the inspector.

With a password configured: whoever knows it, from anywhere; a signed cookie remembers them. Without
one: in the sandbox people on this machine, and otherwise nobody.

A browser on this machine is also at the service of every site that it shows. A site that points its
own name at this machine is known by the Host header; another site's form by where it says that it
comes from. Pages can't be read across origins, since they allow it to none.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from enum import Enum
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from paydesk.pages.inspector.guesses import Guesses, Visitor, stranger_at
from paydesk.services.context import Clock

COOKIE = "paydesk_inspector"
PATH = "/inspector"
LOGIN_SECONDS = 12 * 3600
KEY_ROUNDS = 100_000
"""They make a cookie that was stolen a slow way to guess the password by."""

KNOWN_COOKIE = "paydesk_inspector_known"
KNOWN_PATH = "/inspector/login"
KNOWN_NAME_BYTES = 12
KNOWN_SECONDS = 180 * 24 * 3600
"""How long a browser is remembered as one that has logged in. That alone opens nothing."""

FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
"""Headers of a proxy: what comes through one was not sent on this machine."""


PASSWORD_CHARACTERS_MIN = 12


class Admission(Enum):
    """What becomes of a request."""

    WELCOME = "welcome"
    MUST_LOG_IN = "must log in"
    NOT_FROM_HERE = "not from here"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Operators:
    """Those who know the password."""

    key: bytes
    password_sha256: bytes

    @classmethod
    def knowing(cls, password: str) -> Operators:
        """Takes some 30 milliseconds, once."""
        key = hashlib.pbkdf2_hmac("sha256", password.encode(), b"paydesk inspector", KEY_ROUNDS)
        return cls(key, hashlib.sha256(password.encode()).digest())

    def know(self, password: str) -> bool:
        """Whether that is the password, in a time that does not tell how much of it is right."""
        given = hashlib.sha256(password.encode(errors="replace")).digest()
        return hmac.compare_digest(given, self.password_sha256)

    def ticket(self, expires_at: int) -> str:
        """What the cookie holds: until when it is good (Unix seconds), signed."""
        return f"{expires_at}.{self._signature(expires_at)}"

    def accept(self, ticket: str, now: int) -> bool:
        """Whether a cookie is one of ours and still good."""
        text, _, signature = ticket.partition(".")
        if not (text.isascii() and text.isdigit() and len(text) <= 12 and signature.isascii()):
            return False
        expires_at = int(text)
        return hmac.compare_digest(signature, self._signature(expires_at)) and now < expires_at

    def introduction(self, name: str) -> str:
        """What a browser of this name shows to prove that it has logged in before."""
        return f"{name}.{self._signature(f'known {name}')}"

    def recognise(self, introduction: str) -> str | None:
        """The name of a browser that has logged in before, or None."""
        name, _, signature = introduction.partition(".")
        if not (name.isascii() and signature.isascii()):
            return None
        genuine = hmac.compare_digest(signature, self._signature(f"known {name}"))
        return name if genuine else None

    def _signature(self, signed: object) -> str:
        return hmac.new(self.key, str(signed).encode(), hashlib.sha256).hexdigest()


class Door:
    """Decides about requests. `public_url` is where buyers reach the server."""

    def __init__(
        self, *, password: str | None, sandbox: bool, public_url: str, clock: Clock
    ) -> None:
        self._operators = None if password is None else Operators.knowing(password)
        self._local = sandbox and is_loopback(urlsplit(public_url).hostname)
        self._sandbox = sandbox
        self._secure = public_url.startswith("https://")
        self._clock = clock
        self._guesses = Guesses()

    @property
    def has_login(self) -> bool:
        """Whether people log in here."""
        return self._operators is not None

    def admission(self, request: Request) -> Admission:
        """Whether the request is answered."""
        if self._operators is not None:
            known = self._operators.accept(request.cookies.get(COOKIE, ""), self._now)
            return Admission.WELCOME if known else Admission.MUST_LOG_IN
        if self._local and is_local(request):
            return Admission.WELCOME
        return Admission.NOT_FROM_HERE if self._sandbox else Admission.ABSENT

    def is_tired_of(self, request: Request) -> bool:
        """Whether whoever asks has tried too many wrong passwords lately."""
        return self._guesses.are_too_many(self._visitor(request), self._now)

    def log_in(self, request: Request, password: str, answer: Response) -> bool:
        """Give the answer the cookies when that is the password."""
        visitor = self._visitor(request)
        if self._operators is None or not self._operators.know(password):
            self._guesses.note(visitor, self._now)
            return False
        ticket = self._operators.ticket(self._now + LOGIN_SECONDS)
        self._set_cookie(answer, ticket, LOGIN_SECONDS)
        name = self._known_name(request) or secrets.token_urlsafe(KNOWN_NAME_BYTES)
        self._set_known(answer, self._operators.introduction(name))
        return True

    def log_out(self, answer: Response) -> None:
        """Take the cookie back."""
        self._set_cookie(answer, "", 0)

    def _visitor(self, request: Request) -> Visitor:
        """Who guesses: a browser that was let in before, this machine's people, or a stranger."""
        name = self._known_name(request)
        if name is not None:
            return Visitor(name, known=True)
        if is_local(request):
            return Visitor("this machine", known=True)
        return stranger_at(request.client.host if request.client is not None else None)

    def _known_name(self, request: Request) -> str | None:
        shown = request.cookies.get(KNOWN_COOKIE, "")
        return None if self._operators is None else self._operators.recognise(shown)

    @property
    def _now(self) -> int:
        return self._clock() // 1_000_000

    def _set_cookie(self, answer: Response, value: str, max_age_seconds: int) -> None:
        answer.set_cookie(
            COOKIE, value, max_age=max_age_seconds, path=PATH,
            secure=self._secure, httponly=True, samesite="strict",
        )  # fmt: skip

    def _set_known(self, answer: Response, value: str) -> None:
        answer.set_cookie(
            KNOWN_COOKIE, value, max_age=KNOWN_SECONDS, path=KNOWN_PATH,
            secure=self._secure, httponly=True, samesite="strict",
        )  # fmt: skip


def checked_password(password: str) -> str:
    """The password. Raises ValueError, with a sentence for the operator, for one easily guessed."""
    if len(password) < PASSWORD_CHARACTERS_MIN:
        raise ValueError(
            "PAYDESK_INSPECTOR_PASSWORD is too short: it needs at least "
            f"{PASSWORD_CHARACTERS_MIN} characters."
        )
    return password


def is_local(request: Request) -> bool:
    """Whether somebody on this machine asks, under a name of this machine."""
    peer = request.client.host if request.client is not None else None
    if not is_loopback(peer) or any(name in request.headers for name in FORWARDED):
        return False
    return is_loopback(_hostname(request.headers.get("host", "")))


def is_loopback(host: str | None) -> bool:
    """Whether that names this machine to itself. Only names that no resolver is asked for."""
    if host == "localhost":
        return True
    try:
        return host is not None and ip_address(host).is_loopback
    except ValueError:
        return False


def comes_from_here(request: Request) -> bool:
    """Whether a page of this server sent the form. Browsers always say; others must as well."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("origin", "")
    return "//" in origin and origin.partition("//")[2] == request.headers.get("host")


def _hostname(host: str) -> str | None:
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None
