"""What a client says in text frames: {"COMMAND": "LISTEN", "DATA": "/path"}. Pure.

LISTEN and IGNORE are the proposal's. For the path of a parameter they mean that parameter and nothing below it. Our
extensions: the path of a mere container, and any path that ends in "/*", means every parameter below; "/raw" after
any of these means the positions 0..1 as well, which come as /path/raw beside /path. SNAPSHOT (another extension) asks
for the present values at and below a path.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from liveriff.control.door.query import normal
from liveriff.control.door.tree import Tree
from liveriff.control.osc.outbox import RAW
from liveriff.errors import UsageError
from liveriff.params.words import did_you_mean

NAMES = ("LISTEN", "IGNORE", "SNAPSHOT")
ALL_BELOW = "/*"


@dataclass(frozen=True)
class Command:
    """name: one of NAMES; paths: the parameters meant; prefix: the node at or above all of them; raw: positions
    are meant as well (of IGNORE: only they)."""

    name: str
    paths: tuple[str, ...]
    prefix: str
    raw: bool = False


def read(tree: Tree, text: str) -> Command:
    """A command; UsageError with a sentence for anything else."""
    told = _object(text)
    name, path = told.get("COMMAND"), told.get("DATA")
    if not isinstance(name, str) or name not in NAMES:
        raise UsageError(f"COMMAND is one of {', '.join(NAMES)}, not {json.dumps(name)[:60]}.")
    if not isinstance(path, str) or not path.startswith("/"):
        raise UsageError(f"DATA of {name} is a path such as /deck/1/level.")
    return _meant(tree, name, path)


def _object(text: str) -> dict[str, object]:
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        raise UsageError('A text frame holds JSON such as {"COMMAND": "LISTEN", "DATA": "/deck/1/level"}.') from None
    if not isinstance(told, dict):
        raise UsageError("A text frame holds a JSON object with COMMAND and DATA.")
    return told


def _meant(tree: Tree, name: str, path: str) -> Command:
    raw = path.endswith(RAW)
    path = path.removesuffix(RAW)
    deep = name == "SNAPSHOT" or path.endswith(ALL_BELOW)
    prefix = normal(path.removesuffix(ALL_BELOW) or "/")
    if prefix not in tree:
        raise UsageError(f"There is no {prefix[:100]}.{did_you_mean(prefix, tree.near(prefix))}")
    single = tree.is_parameter(prefix) and not deep
    return Command(name, (prefix,) if single else tuple(tree.leaves(prefix)), prefix, raw)
