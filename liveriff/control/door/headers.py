"""The headers of what the door answers: what a browser may do with it, and which pages may read it. Pure.

The pages' policy lets them run nothing but the scripts and styles of the door itself, talk to nobody else, and be
framed by nobody (W3C Content Security Policy 3, Fetch).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

METHODS = ("GET", "HEAD", "OPTIONS")
_BASE = {"X-Content-Type-Options": "nosniff", "Vary": "Origin", "Referrer-Policy": "no-referrer"}
_HOST = re.compile(r"[\w.-]+(:\d+)?|\[[0-9a-fA-F:.]+\](:\d+)?", re.ASCII)


def data_headers(share_with: str) -> dict[str, str]:
    """For JSON and pictures of data; share_with: an origin whose pages may read them, or ""."""
    headers = {
        **_BASE,
        "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
        "Cross-Origin-Resource-Policy": "same-site",
    }
    return {**headers, "Access-Control-Allow-Origin": share_with} if share_with else headers


def page_headers(content_type: str, host: str | None, styles: str = "") -> dict[str, str]:
    """For the pages and their files. host: as the browser called us, whose WebSocket they open; styles: sources of
    styles beside the door's own files."""
    return {
        **_BASE,
        "Cache-Control": "no-cache",
        "Content-Type": content_type,
        "Content-Security-Policy": policy(host, styles),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Frame-Options": "DENY",
    }


def policy(host: str | None, styles: str = "") -> str:
    """The Content-Security-Policy of the pages. Older browsers do not take 'self' for a WebSocket's address."""
    sockets = f" ws://{host} wss://{host}" if host and _HOST.fullmatch(host) else ""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            f"style-src 'self' {styles}".rstrip(),
            "img-src 'self'",
            f"connect-src 'self'{sockets}",
            "manifest-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


def preflight_headers(asked: Mapping[str, str], share_with: str) -> dict[str, str]:
    """What a browser is told that asks before a page of another origin may ask."""
    headers = {**data_headers(share_with), "Allow": ", ".join(METHODS)}
    if share_with:
        headers["Access-Control-Allow-Methods"] = ", ".join(METHODS)
        headers["Access-Control-Allow-Headers"] = "Authorization"
        if asked.get("Access-Control-Request-Private-Network") == "true":
            headers["Access-Control-Allow-Private-Network"] = "true"
    return headers
