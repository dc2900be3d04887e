"""Where to render, as it is written: `--render`, and `render` in a scene. Pure but for one variable that is read."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import Literal

from liveriff.errors import UsageError

MOST = 64
ADDRESS_VARIABLE = "RAY_ADDRESS"
LOCAL = "local"
_FORMS = "here, pool:N, ray:local[:N], ray://HOST:PORT[/N] or ray"


@dataclass(frozen=True)
class Where:
    """kind: on this machine, or a Ray cluster's; count: how many renderers, None for what the cluster has room for;
    address: of the cluster, or "local" for one that is started here."""

    kind: Literal["here", "ray"] = "here"
    count: int | None = 1
    address: str = ""

    def __str__(self) -> str:
        """For people."""
        if self.kind == "here":
            return "this machine"
        return "the local Ray cluster" if self.address == LOCAL else self.address


def parse(text: str) -> Where:
    """What was asked for; UsageError where it is nothing of the kind."""
    if text in ("", "here"):
        return Where()
    if text == "ray":
        return parse(_address())
    if match := re.fullmatch(r"pool:(\d{1,4})", text):
        return Where("here", _count(match[1], text))
    if match := re.fullmatch(r"ray:local(?::(\d{1,4}))?", text):
        return Where("ray", _count(match[1], text) if match[1] else None, LOCAL)
    if match := re.fullmatch(r"(ray://(?:[\w.-]+|\[[0-9a-fA-F:.]+\]):(\d{1,5}))(?:/(\d{1,4}))?", text):
        if not 0 < int(match[2]) < 65536:
            raise UsageError(f"--render {text}: there is no port {match[2]}.")
        return Where("ray", _count(match[3], text) if match[3] else None, match[1])
    raise UsageError(f"--render takes {_FORMS}, not {text[:100]!r}.")


def in_scene(text: object) -> str:
    """What a scene says, as ``parse`` takes it; UsageError, without the place, for anything else.

    Scenes are handed round among people; a cluster, however, is obeyed: Ray runs what it is sent. So a scene may say
    that there is to be a cluster, but not which: that is the performer's to say.
    """
    if not isinstance(text, str) or text.startswith("ray://"):
        raise UsageError(
            f'render takes "pool:N", "ray:local:N" or "ray"; which cluster, --render or {ADDRESS_VARIABLE} says, '
            "because a cluster runs what it likes here."
        )
    if text != "ray":
        parse(text)
    return text


def _address() -> str:
    address = os.environ.get(ADDRESS_VARIABLE, "")
    if not address.startswith("ray://"):
        raise UsageError(f"--render ray wants the cluster's address (ray://HOST:PORT) in {ADDRESS_VARIABLE}.")
    return address


def _count(digits: str, text: str) -> int:
    count = int(digits)
    if not 1 <= count <= MOST:
        raise UsageError(f"--render {text}: there can be 1 to {MOST} renderers, not {count}.")
    return count
