"""The words between a client and the door, as the client says and reads them. Pure."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from typing import Any

Node = dict[str, Any]
"""The attributes of one node, without CONTENTS."""


def flat(node: Node) -> Iterator[tuple[str, Node]]:
    """A tree as its nodes by path."""
    yield node["FULL_PATH"], {name: value for name, value in node.items() if name != "CONTENTS"}
    for child in node.get("CONTENTS", {}).values():
        yield from flat(child)


def argument(kind: str, value: object) -> object:
    """A value in the type that the node declares, so that the door need not guess."""
    if value is None:
        return -1.0
    if kind == "f" and isinstance(value, int | float):
        return float(value)
    if kind == "i" and isinstance(value, float):
        return round(value)
    return value


def command(name: str, path: str) -> str:
    """A text frame."""
    return json.dumps({"COMMAND": name, "DATA": path})


def changed_path(text: str) -> str:
    """The path of a PATH_CHANGED; "" of anything else."""
    with contextlib.suppress(ValueError, RecursionError):
        told = json.loads(text)
        if isinstance(told, dict) and told.get("COMMAND") == "PATH_CHANGED" and isinstance(told.get("DATA"), str):
            return str(told["DATA"])
    return ""


def sentence(base: str, status: int) -> str:
    """For a person: why a door did not open."""
    if status == 401:
        return f"{base} asks for its token; add ?token=... to the address."
    return f"{base} refused with status {status}."
