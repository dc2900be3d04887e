"""The files of the web remote, read once, and the page that stands in where there are none.

Only names read at the start can be asked for, so no request can reach another file.
"""

from __future__ import annotations

import base64
import hashlib
import html
import mimetypes
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LARGEST = 20 * 2**20  # bytes of all files together; more is no page but a mistake
INDEX = "/index.html"
QR = "/qr.svg"
_TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".webmanifest": "application/manifest+json"}


@dataclass(frozen=True)
class Page:
    """A file as it is served. styles: what styles it may have beside the door's files, as a source of a policy."""

    body: bytes
    content_type: str
    styles: str = ""


def read_pages(folder: Path | None) -> dict[str, Page]:
    """All files below a folder by the path they are asked for; hidden ones and links to elsewhere are left out."""
    pages: dict[str, Page] = {}
    room = LARGEST
    for name, path in _files(folder) if folder else ():
        room -= path.stat().st_size
        if room >= 0:
            pages[name] = Page(path.read_bytes(), content_type(path))
    return pages


def content_type(path: Path) -> str:
    """The media type by the name's end; text is UTF-8."""
    # Windows keeps its own table, in which a text editor may have claimed .js for itself.
    guess = _TYPES.get(path.suffix.lower()) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return f"{guess}; charset=utf-8" if guess.startswith("text/") else guess


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    root = folder.resolve()
    for path in sorted(root.rglob("*")):
        parts = path.relative_to(root).parts
        inside = path.resolve().is_relative_to(root)
        if path.is_file() and inside and not any(part.startswith(".") for part in parts):
            yield "/" + "/".join(parts), path


_STYLE = (
    "body{font:1.1em/1.6 sans-serif;margin:2em auto;max-width:40em;padding:0 1em;"
    "background:#111;color:#eee}dt{margin-top:1em}"
)


def plain_page(name: str, address: str, osc: str) -> Page:
    """How to connect, for who comes with a browser when no remote is installed."""
    rows = {
        "The tree as JSON": f"{address}/?CONTENTS",
        "One parameter": f"{address}/deck/1/level",
        "About this host": f"{address}/?HOST_INFO",
        "WebSocket": address.replace("http://", "ws://", 1) + "/",
        "OSC over UDP": osc or "off",
    }
    lines = "".join(f"<dt>{what}</dt><dd><code>{html.escape(where)}</code></dd>" for what, where in rows.items())
    title = html.escape(name)
    body = (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width">'
        f"<style>{_STYLE}</style>"
        f"<h1>{title}</h1><p>This is an OSCQuery door. Programs that know OSCQuery find all controls here.</p>"
        f"<dl>{lines}</dl></html>"
    )
    return Page(body.encode(), "text/html; charset=utf-8", source_of(_STYLE))


def source_of(inline: str) -> str:
    """What a Content-Security-Policy calls a style or script that stands in the page itself."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()}'"
