"""Who may come in: the checks of the Host and Origin headers and of the token. Pure.

The door is open to programs of this machine. A web page from elsewhere that runs in the performer's browser is such a
program too, so two headers that a page cannot forge are looked at: *Host*, because a page may let a name of its own
point to this machine ("DNS rebinding"), and *Origin*, because browsers let any page open a WebSocket to anywhere.
"""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

FILE_ORIGIN = "file://"
"""Pages opened from a disk. ("null" is not taken: every page can make itself a frame with that origin.)"""


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
        return self.lan and (bool(self.token) or is_address(host) or self._is_local_name(host))

    def origin_allowed(self, origin: str | None, host: str | None) -> bool:
        """Whether the page that opens a WebSocket is one of ours; programs send no Origin."""
        if origin is None or origin == FILE_ORIGIN:
            return True
        from_host = host_of(_authority(origin))
        return is_loopback(from_host) or (host is not None and from_host != "" and from_host == host_of(host))

    def token_right(self, query: str, authorization: str) -> bool:
        """Whether the token was given, as ?token= or as "Authorization: Bearer"."""
        if not self.token:
            return True
        scheme, _, bearer = authorization.partition(" ")
        given = bearer.strip() if scheme.casefold() == "bearer" else query
        return hmac.compare_digest(given.encode("utf-8", "replace"), self.token.encode())

    @property
    def shares_with_pages(self) -> bool:
        """Whether pages of other origins may read the tree."""
        return not self.lan or bool(self.token)

    def _is_local_name(self, host: str) -> bool:
        """A name that only a local network resolves; "laptop.fritz.box" is one if this machine is called laptop."""
        first, _, rest = host.partition(".")
        return bool(first) and (rest in ("", "local") or first in self.names)


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


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _authority(origin: str) -> str:
    return origin.partition("://")[2]
