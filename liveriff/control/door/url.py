"""The address of a door as a person types it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from liveriff.errors import UsageError

PORT = 8080


@dataclass(frozen=True)
class DoorUrl:
    """base: "http://host:port" without a slash at its end; token: what ?token= said, or ""."""

    base: str
    token: str = ""


def read_url(text: str) -> DoorUrl:
    """ "127.0.0.1:8080", "http://laptop.local:8080/?token=x" or "ws://..."; UsageError for anything else."""
    typed = text.strip()
    try:
        parts = urlsplit(typed if "://" in typed else f"http://{typed}")
        host, port = parts.hostname or "", parts.port or PORT
    except ValueError:
        host, port, parts = "", 0, urlsplit("")
    if not host or parts.scheme not in ("http", "ws"):
        raise UsageError(f"{text!r} is no address of a running liveriff; write it as http://127.0.0.1:{PORT}.")
    bracketed = f"[{host}]" if ":" in host else host
    return DoorUrl(f"http://{bracketed}:{port}", parse_qs(parts.query).get("token", [""])[0])
