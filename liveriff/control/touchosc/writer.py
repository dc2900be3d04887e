"""A layout as the bytes of a ``.tosc`` file: lexml version 6, one line, zlib. The only module that knows the format.

py2tosc (MIT) knows what the editor writes: each type's default properties, the order of the elements, CDATA. Node ids
are made from the node's place and name instead of by chance, so that the same layout gives the same bytes.
"""

from __future__ import annotations

import uuid
import zlib
from collections.abc import Mapping
from dataclasses import astuple

import py2tosc

from liveriff.control.touchosc.node import Binding, Look, Node

LEXML = "6"
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "liveriff/touchosc")


def tosc(root: Node) -> bytes:
    """The whole file."""
    return zlib.compress(xml(root).encode())


def xml(root: Node) -> str:
    """The XML inside the file."""
    return str(py2tosc.Document(_control(root, "0"), LEXML).dumps())


def _control(node: Node, place: str) -> py2tosc.Control:
    control = py2tosc.Control(
        node.kind,
        id=str(uuid.uuid5(NAMESPACE, f"{place}:{node.name}")),
        properties={"name": _plain(node.name), "frame": tuple(astuple(node.frame)), **_safe(node.looks)},
        messages=[_message(binding) for binding in node.bindings],
        children=[_control(child, f"{place}/{index}") for index, child in enumerate(node.children)],
    )
    for key, default in _safe(node.start).items():
        control.value(key).default = default
    return control


def _message(binding: Binding) -> py2tosc.OscMessage:
    return py2tosc.OscMessage(
        send=binding.sends,
        receive=binding.receives,
        triggers=[py2tosc.Trigger(binding.value, binding.condition)],
        path=[py2tosc.Partial("CONSTANT", "STRING", binding.path)],
        arguments=[_argument(binding)],
    )


def _argument(binding: Binding) -> py2tosc.Partial:
    if binding.constant is not None:
        return py2tosc.Partial("CONSTANT", binding.conversion, _plain(binding.constant))
    return py2tosc.Partial("VALUE", binding.conversion, binding.value, binding.low, binding.high)


def _safe(given: Mapping[str, Look]) -> dict[str, Look]:
    return {key: _plain(look) if isinstance(look, str) else look for key, look in given.items()}


def _plain(text: str) -> str:
    """Without what XML forbids, and without the one sequence that ends the CDATA section a text is written in."""
    return "".join(c for c in text if c.isprintable()).replace("]]>", "]] >")
