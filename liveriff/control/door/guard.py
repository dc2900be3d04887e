"""Who may come in: the checks of the Host and Origin headers and of the token. Pure.

The door is open to programs of this machine. A web page from elsewhere that runs in the performer's browser is such a
program too, so two headers that a page cannot forge are looked at: *Host*, because a page may let a name of its own
point to this machine ("DNS rebinding"), and *Origin*, because browsers let any page open a WebSocket to anywhere.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import re
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from liveriff.errors import UsageError

FILE_ORIGIN = "file://"
"""Pages opened from a disk. ("null" is not taken: every page can make itself a frame with that origin.)"""

LOCAL = ("local", "lan", "home", "internal", "localdomain", "home.arpa", "fritz.box")
"""What the names of a local network end in (RFC 6762, RFC 8375, ICANN's internal, and what home routers call it).
Nobody can have such a name in the internet, or, of the last one, nobody but a maker of routers."""

AUTO = "auto"
_LETTERS = "23456789abcdefghijkmnpqrstuvwxyz"  # 32 that cannot be taken for one another
_WORD = 12  # letters; 60 bits
_TOKEN = re.compile(r"[\w.~-]{1,128}", re.ASCII)  # what stands in an address as it is (RFC 3986, section 2.3)


def token_of(text: str) -> str:
    """The token that is asked for: a word, a new one for "auto", none for ""; UsageError for what needs quoting."""
    if text == AUTO:
        return "".join(secrets.choice(_LETTERS) for _ in range(_WORD))
    if text and not _TOKEN.fullmatch(text):
        raise UsageError(f"a token is made of at most 128 letters (a to z), digits and - . _ ~, or is {AUTO}.")
    return text


@dataclass(frozen=True)
class Guard:
    """lan: other machines may come in; token: the word they must know, or "" for none; names: of this machine."""

    lan: bool = False
    token: str = ""
    names: Collection[str] = ()

    def host_allowed(self, header: str | None) -> bool:
        """Whether a request was really meant for this machine. Browsers always say; who says nothing is none."""
        if not header:
            return True
        host = host_of(header)
        if is_loopback(host) or host in self.names:
            return True
        return self.lan and (bool(self.token) or is_address(host) or _is_local_name(host))

    def origin_allowed(self, origin: str | None, host: str | None) -> bool:
        """Whether the page that asks is one of ours; programs send no Origin."""
        if origin is None or origin == FILE_ORIGIN:
            return True
        from_host = host_of(_authority(origin))
        return is_loopback(from_host) or (host is not None and from_host != "" and from_host == host_of(host))

    def token_right(self, query: str, authorization: str, cookie: str = "") -> bool:
        """Whether the token was given, as ?token=, as "Authorization: Bearer", or as the cookie that it becomes."""
        if not self.token:
            return True
        given = bearer(authorization) or query
        return _same(given, self.token) or (not given and _same(cookie, self.cookie[1]))

    @property
    def cookie(self) -> tuple[str, str]:
        """Name and value of the cookie that stands for the token. Both are made from it: cookies know no ports, so two
        instruments on one machine would overwrite each other's."""
        mark = hmac.new(self.token.encode(), b"liveriff's cookie", hashlib.sha256).hexdigest()
        return f"liveriff-{mark[:8]}", mark[8:]


def bearer(authorization: str) -> str:
    """The word of an "Authorization: Bearer", or ""."""
    scheme, _, word = authorization.partition(" ")
    return word.strip() if scheme.casefold() == "bearer" else ""


def foreign_page(headers: Mapping[str, str], guard: Guard) -> bool:
    """Whether a page of another site asks, by what its browser says (Fetch Metadata). A link to us is none."""
    if not guard.origin_allowed(headers.get("Origin"), headers.get("Host")):
        return True
    leads_here = headers.get("Sec-Fetch-Mode") == "navigate" and headers.get("Sec-Fetch-Dest") == "document"
    return headers.get("Sec-Fetch-Site") == "cross-site" and not leads_here and "Origin" not in headers


def host_of(header: str) -> str:
    """The host of a Host header, without port and brackets, in lower case; "" if it is none."""
    try:
        return (urlsplit(f"//{header.strip()}").hostname or "").removesuffix(".")
    except ValueError:
        return ""


def is_address(host: str) -> bool:
    """Whether it is an IP address as it stands."""
    return _address(host) is not None


def is_loopback(host: str) -> bool:
    """Whether a host can only be this machine."""
    address = _address(host)
    return address.is_loopback if address else host == "localhost" or host.endswith(".localhost")


def _is_local_name(host: str) -> bool:
    """A name that only a local network resolves."""
    first, _, rest = host.partition(".")
    return bool(first) and (not rest or any(host.endswith(f".{end}") for end in LOCAL))


def _same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), wanted.encode())


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _authority(origin: str) -> str:
    return origin.partition("://")[2]
