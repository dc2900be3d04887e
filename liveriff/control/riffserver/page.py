"""The server's own page: a prompt on its way to another, played without a gap. One file, no requests elsewhere."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files

from liveriff.control.door.pages import source_of


@lru_cache(maxsize=1)
def page() -> str:
    """The page as HTML."""
    return files("liveriff.control.riffserver").joinpath("page.html").read_text("utf-8")


@lru_cache(maxsize=1)
def headers() -> dict[str, str]:
    """What a browser may do with it: run the script and the style that stand in it, and no others."""
    scripts, styles = (
        " ".join(map(source_of, re.findall(rf"<{tag}>(.*?)</{tag}>", page(), re.DOTALL))) for tag in ("script", "style")
    )
    policy = (
        f"default-src 'none'; script-src {scripts}; style-src {styles}; img-src data:; connect-src 'self' data:; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
    return {"Content-Security-Policy": policy, "Cache-Control": "no-cache", "X-Frame-Options": "DENY"}
