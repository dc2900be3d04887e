"""The server's own page: a prompt on its way to another, played without a gap. One file, no requests elsewhere."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files


@lru_cache(maxsize=1)
def page() -> str:
    """The page as HTML."""
    return files("liveriff.control.riffserver").joinpath("page.html").read_text("utf-8")
