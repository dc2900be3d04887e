"""The ``lights`` of a profile from YAML, strictly. Pure."""

from __future__ import annotations

import re
from typing import Any, cast

from liveriff.control.midi.colours import RGB, parse_colour
from liveriff.control.midi.node import Node
from liveriff.control.midi.profile import Part, Send, Value
from liveriff.control.surface import Style

VALUES = ("palette", "level", "by_style", "hue", "saturation")
PART = ("send", "channel", *VALUES, "sysex", "each", "echo", "resend")
STYLES: tuple[Style, ...] = ("steady", "pulse", "blink")
PLACEHOLDERS = ("n", "v", "r7", "g7", "b7", "rh", "rl", "gh", "gl", "bh", "bl")
_HEX = re.compile(r"[0-9A-Fa-f]{2}")


def read_lights(node: Node) -> dict[str, tuple[Part, ...]]:
    """Rules by name; each is one message or a list of them."""
    return {name: tuple(_part(item) for item in rule.items()) for name, rule in node.table().items()}


def _part(node: Node) -> Part:
    keys = node.table(PART)
    if "send" not in keys:
        node.refuse("the key 'send' is missing")
    send = keys["send"].one_of(("note", "cc", "sysex"))
    given = [name for name in VALUES if name in keys]
    if len(given) > 1 or (not given and "sysex" not in keys):
        node.refuse(f"needs exactly one of {', '.join(VALUES)}")
    fields: dict[str, Any] = _value(keys[given[0]], given[0]) if given else {"value": "colour"}
    each = _template(keys["each"], PLACEHOLDERS) if "each" in keys else ""
    template = _template(keys["sysex"], ("all",) if each else PLACEHOLDERS) if "sysex" in keys else ""
    if send == "sysex" and not (template.startswith("F0 ") and template.endswith(" F7")):
        node.refuse("needs the key 'sysex' with a message from F0 to F7")
    if each and (send != "sysex" or "{all}" not in template):
        node.refuse("'each' needs a 'sysex' that holds {all}")
    channels = _channels(keys["channel"]) if "channel" in keys else {}
    if template and send != "sysex" and "palette" not in keys:
        keys["sysex"].refuse("beside a note or cc it needs a palette, for the colours that are not in it")
    fields |= {name: keys[name].flag() for name in ("echo", "resend") if name in keys}
    return Part(send=cast(Send, send), channels=channels, template=template, each=each, **fields)


def _value(node: Node, kind: str) -> dict[str, Any]:
    """The fields of a Part that say how a light becomes a number."""
    fields: dict[str, Any] = {"value": cast(Value, kind)}
    if kind == "palette":
        fields["palette"], fields["off"] = _palette(node)
    elif kind == "by_style":
        fields["by_style"] = {name: item.whole(0, 127) for name, item in node.table(("off", *STYLES)).items()}
        if not {"off", "steady"} <= set(fields["by_style"]):
            node.refuse("needs at least off and steady")
    elif kind == "hue":
        fields["hues"] = _hues(node)
    else:
        fields["low"], fields["high"] = _span(node)
    return fields


def _palette(node: Node) -> tuple[dict[RGB, dict[Style, int]], int]:
    colours: dict[RGB, dict[Style, int]] = {}
    off = 0
    for name, item in node.table().items():
        if name == "off":
            off = item.whole(0, 127)
        else:
            colours[_colour(item, name)] = _styled(item)
    if not colours:
        node.refuse("needs at least one colour")
    return colours, off


def _colour(node: Node, name: str) -> RGB:
    try:
        return parse_colour(name)
    except ValueError as error:
        node.refuse(str(error))


def _styled(node: Node) -> dict[Style, int]:
    """A number for steady, or one for each style."""
    if not isinstance(node.value, dict):
        return {"steady": node.whole(0, 127)}
    values = {cast(Style, style): item.whole(0, 127) for style, item in node.table(STYLES).items()}
    if "steady" not in values:
        node.refuse("needs steady")
    return values


def _hues(node: Node) -> tuple[tuple[int, int], ...]:
    """Degrees to values, in the order of the values; degrees below 0 and above 360 go on round the circle."""
    anchors: list[tuple[int, int]] = []
    for degrees, item in node.table().items():
        try:
            anchors.append((int(degrees), item.whole(0, 127)))
        except ValueError:
            item.refuse(f"{degrees!r} is no hue in degrees")
    anchors.sort(key=lambda anchor: anchor[1])
    degrees_ = [degrees for degrees, _ in anchors]
    if len(anchors) < 2 or degrees_ not in (sorted(degrees_), sorted(degrees_, reverse=True)):
        node.refuse("needs two hues or more that rise or fall with their values")
    return tuple(anchors)


def _span(node: Node) -> tuple[int, int]:
    low, dots, high = node.text().partition("..")
    if not (dots and low.isdecimal() and high.isdecimal() and int(low) < int(high) <= 127):
        node.refuse(f"must be a range such as 0..127, not {node.value!r}")
    return int(low), int(high)


def _channels(node: Node) -> dict[Style, tuple[int, ...]]:
    """``same``, a channel, or channels by style; several for steady are steps of brightness."""
    if node.value == "same":
        return {}
    if not isinstance(node.value, dict):
        return {"steady": (node.whole(1, 16),)}
    keys = node.table(STYLES)
    if "steady" not in keys:
        node.refuse("needs steady")
    return {cast(Style, style): tuple(i.whole(1, 16) for i in item.items()) for style, item in keys.items()}


def _template(node: Node, placeholders: tuple[str, ...]) -> str:
    """Bytes in hexadecimal and placeholders, apart by spaces."""
    tokens = node.text().split()
    for token in tokens:
        known = token.startswith("{") and token.endswith("}") and token[1:-1] in placeholders
        if not known and not _HEX.fullmatch(token):
            options = ", ".join(f"{{{name}}}" for name in placeholders)
            node.refuse(f"{token!r} is neither a byte nor one of {options}")
    return " ".join(tokens)
