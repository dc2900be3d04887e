"""YAML to ``Profile``, strictly: whatever is wrong is a UsageError that names file and key."""

from __future__ import annotations

import re
from pathlib import Path

from liveriff.control.midi.node import Node, load
from liveriff.control.midi.profile import CONFIDENCES, Control, Profile, Source
from liveriff.control.midi.profile_lights import read_lights
from liveriff.control.midi.relative import ENCODINGS
from liveriff.control.midi.vocabulary import check_name, expand_names, expand_numbers
from liveriff.errors import UsageError

KEYS = (
    "id", "name", "confidence", "doubts", "source", "match", "not_match", "ignore", "family", "identity", "usb",
    "init", "exit", "pace", "controls", "lights", "notes",
)  # fmt: skip
REQUIRED = ("id", "name", "confidence", "source", "match", "controls")
NUMBERED: tuple[Source, ...] = ("note", "cc", "cc14", "nrpn", "rpn", "program")
WHOLE: tuple[Source, ...] = ("pitchbend", "pressure")
ROW = ("name", *NUMBERED, *WHOLE, "channel", "encoding", "light", "at")
TOP: dict[Source, int] = {"cc14": 31, "nrpn": 16383, "rpn": 16383}
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def read_file(path: Path) -> Profile:
    """A profile from a file; UsageError if it cannot be read or used."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read: {error}.") from None
    return read_profile(text, path.name)


def read_profile(text: str, file: str) -> Profile:
    """A profile from the text of a file, whose name is only used in complaints."""
    root = load(text, file)
    keys = root.table(KEYS)
    for name in REQUIRED:
        if name not in keys:
            root.refuse(f"the key {name!r} is missing")
    if not _ID.fullmatch(keys["id"].text()):
        keys["id"].refuse("must be lower-case words with hyphens, such as akai-mpd218")
    lights = read_lights(keys["lights"]) if "lights" in keys else {}
    pace = keys["pace"].table(("message_ms", "sysex_ms")) if "pace" in keys else {}
    controls = _controls(keys["controls"], set(lights))
    match = keys["match"].texts()
    if not match:
        keys["match"].refuse("must name at least one part of a port's name")
    return Profile(
        id=keys["id"].text(),
        name=keys["name"].text(),
        confidence=keys["confidence"].one_of(CONFIDENCES),
        source=keys["source"].text(),
        match=match,
        controls=controls,
        doubts={name: node.text() for name, node in keys["doubts"].table().items()} if "doubts" in keys else {},
        not_match=_texts(keys, "not_match"),
        ignore=_texts(keys, "ignore"),
        family=_texts(keys, "family"),
        identity=keys["identity"].octets() if "identity" in keys else b"",
        usb=keys["usb"].text() if "usb" in keys else "",
        init=_messages(keys, "init"),
        exit=_messages(keys, "exit"),
        message_ms=pace["message_ms"].number(0, 100) if "message_ms" in pace else 1.0,
        sysex_ms=pace["sysex_ms"].number(0, 1000) if "sysex_ms" in pace else 2.0,
        lights=lights,
        notes=_texts(keys, "notes"),
        file=file,
    )


def _texts(keys: dict[str, Node], name: str) -> tuple[str, ...]:
    return keys[name].texts() if name in keys else ()


def _messages(keys: dict[str, Node], name: str) -> tuple[bytes, ...]:
    messages = []
    for item in keys[name].items() if name in keys else ():
        message = item.octets()
        if message[0] < 0x80 or (message[0] == 0xF0) != (message[-1] == 0xF7) or max(message[1:-1], default=0) > 127:
            item.refuse("must be one whole MIDI message")
        messages.append(message)
    return tuple(messages)


# --- controls -------------------------------------------------------------------------------------------------------


def _controls(node: Node, rules: set[str]) -> tuple[Control, ...]:
    rows = [(row, control) for row in node.items() for control in _row(row, rules)]
    _refuse_doubles(rows)
    return tuple(control for _, control in rows)


def _row(node: Node, rules: set[str]) -> list[Control]:
    """The controls of one row: as many names as numbers."""
    keys = node.table(ROW)
    if "name" not in keys:
        node.refuse("the key 'name' is missing")
    names = _names(keys["name"])
    source = _source(node, keys)
    encoding = keys["encoding"].one_of(("absolute", "inc-dec", *ENCODINGS)) if "encoding" in keys else "absolute"
    numbers = _numbers(keys[source], TOP.get(source, 127)) if source in NUMBERED else [0] * len(names)
    each = 2 if encoding == "inc-dec" else 1
    if len(numbers) != each * len(names):
        node.refuse(f"has {len(names)} names for {len(numbers)} numbers")
    light = keys["light"].one_of(tuple(sorted(rules))) if "light" in keys else ""
    at = _numbers(keys["at"], 127) if "at" in keys else numbers[::each]
    if len(at) != len(names):
        keys["at"].refuse(f"has {len(at)} numbers for {len(names)} names")
    channels = _channels(keys["channel"]) if "channel" in keys else ()
    return [
        Control(name, source, channels, tuple(numbers[index * each : (index + 1) * each]), encoding, light, at[index])
        for index, name in enumerate(names)
    ]


def _source(node: Node, keys: dict[str, Node]) -> Source:
    given = [name for name in (*NUMBERED, *WHOLE) if name in keys]
    if len(given) > 1:
        node.refuse(f"has both {given[0]} and {given[1]}; write a row for each")
    if not given and not ("light" in keys and "at" in keys):
        node.refuse(f"needs one of {', '.join((*NUMBERED, *WHOLE))}, or light and at")
    return given[0] if given else "none"


def _names(node: Node) -> list[str]:
    names: list[str] = []
    for item in node.items():
        try:
            names += expand_names(item.text())
        except ValueError as error:
            item.refuse(str(error))
    for name in names:
        if complaint := check_name(name):
            node.refuse(complaint)
    return names


def _numbers(node: Node, top: int) -> list[int]:
    numbers: list[int] = []
    for item in node.items():
        try:
            numbers += expand_numbers(item.text())
        except ValueError as error:
            item.refuse(str(error))
    if max(numbers, default=0) > top:
        node.refuse(f"must lie in 0..{top}, not {max(numbers)}")
    return numbers


def _channels(node: Node) -> tuple[int, ...]:
    return () if node.value == "any" else tuple(item.whole(1, 16) for item in node.items())


def _refuse_doubles(rows: list[tuple[Node, Control]]) -> None:
    """A message that means two controls, or a control with two lights, is a mistake."""
    heard: dict[tuple[str, int, int], str] = {}
    lit: set[str] = set()
    for row, control in rows:
        if control.light and control.name in lit:
            row.refuse(f"{control.name} has a light already")
        lit |= {control.name} if control.light else set()
        for address in _addresses(control):
            if heard.setdefault(address, control.name) != control.name:
                kind, channel, number = address
                where = f"on channel {channel}" if channel else "on any channel"
                row.refuse(f"{kind} {number} {where} is {heard[address]} already, and cannot be {control.name} too")


def _addresses(control: Control) -> list[tuple[str, int, int]]:
    kind = "cc" if control.source == "cc14" else control.source
    if kind == "none":
        return []
    numbers = [*control.numbers, *(n + 32 for n in control.numbers if control.source == "cc14")]
    return [(kind, channel, number) for channel in control.channels or (0,) for number in numbers]
