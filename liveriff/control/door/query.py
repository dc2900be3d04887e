"""What a GET is answered with: a status and a text. Pure; the registry's thread only.

Statuses are the proposal's: 204 the node has no such attribute, 400 no such attribute at all, 404 no such path.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from liveriff.control.door.tree import ATTRIBUTES, OWN, STANDARD, Tree
from liveriff.params.words import did_you_mean

HOST_INFO = "HOST_INFO"
HTML = "HTML"
SUPPORTED = (*(each for each in STANDARD if each not in ("FULL_PATH", "CONTENTS", "TYPE")), *OWN)
COMMANDS = ("LISTEN", "PATH_CHANGED", "SNAPSHOT", HTML)


@dataclass(frozen=True)
class Answer:
    """An HTTP status and a body of JSON, "" for none."""

    status: int
    body: str = ""


@dataclass(frozen=True)
class Host:
    """What HOST_INFO tells.

    osc_port: 0 where there is no OSC over UDP; osc_ip: "" where the address by which the client came serves as well;
    address: of the browser remote, as other machines reach it if they may.
    """

    name: str
    osc_port: int
    osc_ip: str = ""
    address: str = ""

    def text(self) -> str:
        """The JSON of ?HOST_INFO. WS_IP and WS_PORT are left out: the WebSocket is at the same address and port."""
        told: dict[str, object] = {"NAME": self.name}
        if self.osc_port:
            told |= {"OSC_TRANSPORT": "UDP", "OSC_PORT": self.osc_port}
        if self.osc_ip:
            told["OSC_IP"] = self.osc_ip
        if self.address:
            told["ADDRESS"] = self.address
        told["EXTENSIONS"] = dict.fromkeys((*SUPPORTED, *COMMANDS), True)
        return json.dumps(told)


def normal(path: str) -> str:
    """The path without a slash at its end."""
    return path if path == "/" else path.removesuffix("/")


def answer(tree: Tree, host: Host, path: str, asked: Sequence[str]) -> Answer:
    """The answer to a path and the names in its query string."""
    if HOST_INFO in asked:
        return Answer(200, host.text())
    path = normal(path)
    if path not in tree:
        return refusal(404, f"There is no {path[:200]}.{did_you_mean(path, tree.near(path))}")
    if not asked:
        return Answer(200, tree.text(path))
    if len(asked) > 1:
        return refusal(400, "Ask for one attribute at a time.")
    return _attribute(tree, path, asked[0])


def refusal(status: int, sentence: str) -> Answer:
    """An error with one sentence for a person."""
    return Answer(status, json.dumps({"ERROR": sentence}))


def _attribute(tree: Tree, path: str, name: str) -> Answer:
    if name not in ATTRIBUTES:
        return refusal(400, f"There is no attribute {name[:100]}.{did_you_mean(name, ATTRIBUTES)}")
    body = tree.attribute(path, name)
    return Answer(204) if body is None else Answer(200, body)
