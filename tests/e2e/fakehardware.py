"""Every controller that there is a profile for, plugged in at once: hardware as a2jmidid shows it to JACK.

What the controllers send, and what their lights must get, is worked out here from the text of the profiles, with none
of the instrument's own readers, decoders and encoders.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

Message = tuple[int, ...]
Wish = tuple[str, str]
"""Control and colour, lit steadily and fully."""

PRESSED = ("pad", "grid", "key", "button", "push", "touch", "deck", "transport", "nav", "shift")
CLICKS = {"twos-complement": {1: 1, -1: 127}, "binary-offset": {1: 65, -1: 63}}
ANY_CHANNEL = (3, 16)
RED = (255, 0, 0)
A_CYCLE = 16  # messages that one device sends in one period
_RANGE = re.compile(r"(.*?)(\d+)\.\.(\d+)(.*)")


@dataclass(frozen=True)
class Move:
    """One move of one control: its messages, which are sent together, and what they mean.

    kind: press, release, absolute or relative; value: 0..1, or clicks.
    """

    control: str
    kind: str
    value: float
    messages: tuple[Message, ...]


@dataclass(frozen=True)
class Row:
    """One control of a row of a profile."""

    control: str
    source: str
    channels: tuple[int, ...]
    number: int
    encoding: str
    light: str
    at: int

    @property
    def pressed(self) -> bool:
        """Whether it is a button or pad."""
        return self.control.partition("/")[0] in PRESSED

    def moves(self) -> Iterator[Move]:
        """Everything a hand can do with it, on every channel."""
        for channel in self.channels or ANY_CHANNEL:
            yield from self._moves(channel - 1)

    def _moves(self, c: int) -> Iterator[Move]:
        name, n = self.control, self.number
        if self.source == "program":
            yield Move(name, "press", 1.0, ((0xC0 | c, n),))
        elif self.source == "note":
            yield Move(name, "press", 1.0, ((0x90 | c, n, 127),))
            yield Move(name, "release", 0.0, ((0x80 | c, n, 0),))
        elif self.source == "pitchbend":
            for value, msb, lsb in ((1.0, 127, 127), (0.0, 0, 0), (0.5, 64, 0)):
                yield Move(name, "absolute", value, ((0xE0 | c, lsb, msb),))
        elif self.source == "cc14":
            for msb, lsb in ((127, 127), (0, 0), (64, 1)):
                value = (msb * 128 + lsb) / 16383
                yield Move(name, "absolute", value, ((0xB0 | c, n, msb), (0xB0 | c, n + 32, lsb)))
        elif self.encoding != "absolute":
            for clicks, data in CLICKS[self.encoding].items():
                yield Move(name, "relative", clicks, ((0xB0 | c, n, data),))
        elif self.pressed:
            yield Move(name, "press", 1.0, ((0xB0 | c, n, 127),))
            yield Move(name, "release", 0.0, ((0xB0 | c, n, 0),))
        else:
            for data in (127, 0, 64):
                yield Move(name, "absolute", data / 127, ((0xB0 | c, n, data),))


@dataclass
class Sheet:
    """One profile's text, and what its device has received."""

    raw: dict[str, Any]
    received: list[bytes] = field(default_factory=list)
    outgoing: deque[tuple[Message, ...]] = field(default_factory=deque)

    @property
    def id(self) -> str:
        """The profile's."""
        return str(self.raw["id"])

    @property
    def port(self) -> str:
        """What a driver could call it."""
        name = str(_list(self.raw["match"])[0])
        return "Keystation 49" if name == "*" else name

    @property
    def device(self) -> str:
        """How the instrument calls what is plugged in: what no profile knows has the name of its port."""
        return "keystation-49" if self.port.startswith("Keystation") else self.id

    def messages(self, key: str) -> list[bytes]:
        """Of ``init`` or ``exit``."""
        return [bytes.fromhex(text) for text in _list(self.raw.get(key, []))]

    def rows(self) -> list[Row]:
        """Every control, once for each way in which it speaks."""
        return [each for row in self.raw["controls"] for each in _rows(row)]

    def lit(self) -> dict[str, Row]:
        """Controls with a light, by name."""
        return {row.control: row for row in self.rows() if row.light}

    def colour(self, row: Row) -> str:
        """One that the light can show exactly: the first of its palette, else red."""
        palettes = [part["palette"] for part in _list(self.raw["lights"][row.light]) if "palette" in part]
        return next((name for palette in palettes for name in palette if name != "off"), "red")

    def shining(self, row: Row) -> list[bytes]:
        """What must have reached a light that shows ``colour`` steadily and fully."""
        return [_lit(part, row) for part in _list(self.raw["lights"][row.light]) if "each" not in part]

    def missing(self, received: list[bytes]) -> list[str]:
        """Controls of which a message that lights them has not come."""
        return [name for name, row in self.lit().items() if not set(self.shining(row)) <= set(received)]

    def dark(self, row: Row, played: bool = False) -> list[bytes]:
        """What must reach it at the end; a ring is left where the hand has turned it.

        played: every channel has been played, so that a light without one of its own is on the last.
        """
        parts = [part for part in _list(self.raw["lights"][row.light]) if "each" not in part and "echo" not in part]
        spoken = replace(row, channels=(row.channels or ANY_CHANNEL)[-1:]) if played and row.source != "none" else row
        return [_dark(part, spoken) for part in parts]

    def play(self, move: Move) -> None:
        """Send it when its turn comes."""
        self.outgoing.append(move.messages)


def _lit(part: dict[str, Any], row: Row) -> bytes:
    palette = [(name, value) for name, value in part.get("palette", {}).items() if name != "off"]
    if part["send"] == "sysex":
        return _filled(part["sysex"], row.at, RED, _steady(palette[0][1]) if palette else 0)
    if palette:
        value = _steady(palette[0][1])
    elif "by_style" in part:
        value = int(part["by_style"]["steady"])
    elif "hue" in part:
        value = int(part["hue"]["0"])
    else:
        value = int(part.get("level", part.get("saturation", "")).split("..")[1])
    return _message(part, row, value)


def _dark(part: dict[str, Any], row: Row) -> bytes:
    if part["send"] == "sysex":
        return _filled(part["sysex"], row.at, (0, 0, 0), int(part.get("palette", {}).get("off", 0)))
    for kind in ("palette", "by_style"):
        if kind in part:
            return _message(part, row, int(part[kind]["off"]))
    if "hue" in part:
        return _message(part, row, int(part["hue"]["0"]))
    return _message(part, row, int(part.get("level", part.get("saturation", "")).split("..")[0]))


def _message(part: dict[str, Any], row: Row, value: int) -> bytes:
    """On the light's own channel, or the control's; of several, the last is the brightest."""
    channel = part.get("channel", "same")
    steady = channel["steady"] if isinstance(channel, dict) else channel
    choice = row.channels if steady == "same" else [int(each) for each in _list(steady)]
    number = choice[0 if steady == "same" else -1] if choice else 1
    return bytes(({"note": 0x90, "cc": 0xB0}[part["send"]] | number - 1, row.at, value))


def _filled(template: str, number: int, colour: tuple[int, int, int], value: int) -> bytes:
    holes = {"{n}": number, "{v}": value}
    for name, part in zip("rgb", colour, strict=True):
        holes |= {f"{{{name}7}}": part // 2, f"{{{name}h}}": part // 128, f"{{{name}l}}": part % 128}
    return bytes(holes[token] if token in holes else int(token, 16) for token in template.split())


def _steady(entry: Any) -> int:
    return int(entry["steady"] if isinstance(entry, dict) else entry)


def _rows(row: dict[str, Any]) -> list[Row]:
    source = next((key for key in ("note", "cc", "cc14", "program", "pitchbend") if key in row), "none")
    names = [name for text in _list(row["name"]) for name in _expand(text)]
    spoken = [] if source in ("none", "pitchbend") else _numbers(row[source])
    numbers, places = spoken or [0] * len(names), _numbers(row["at"]) if "at" in row else spoken or [0] * len(names)
    channel = row.get("channel", "any")
    channels = () if channel == "any" else tuple(int(each) for each in _list(channel))
    return [
        Row(name, source, channels, number, row.get("encoding", "absolute"), row.get("light", ""), at)
        for name, number, at in zip(names, numbers, places, strict=True)
    ]


def _numbers(value: Any) -> list[int]:
    return [int(number) for text in _list(value) for number in _expand(text)]


def _expand(text: str) -> list[str]:
    found = _RANGE.fullmatch(text)
    if not found:
        return [text]
    before, first, last, after = found.groups()
    return [f"{before}{number}{after}" for number in range(int(first), int(last) + 1)]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def sheets(folder: Path) -> list[Sheet]:
    """All profiles of a folder; every scalar stays text."""
    loaded = [yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader) for path in sorted(folder.glob("*.yaml"))]
    return [Sheet(raw) for raw in loaded]


class Hardware:
    """One JACK client with a pair of ports for every sheet."""

    def __init__(self, sheets: list[Sheet]) -> None:
        """Plugged in."""
        import jack

        self.client = jack.Client("a2j", no_start_server=True)
        self._ports = [self._plug(sheet, number) for number, sheet in enumerate(sheets, 20)]
        self._process = self._run  # kept: the library does not
        self.client.set_process_callback(self._process)
        self.client.activate()

    def _plug(self, sheet: Sheet, number: int) -> tuple[Sheet, Any, Any]:
        names = [f"{sheet.port} [{number}] ({way}): {sheet.port}" for way in ("capture", "playback")]
        out = self.client.midi_outports.register(names[0])
        return sheet, out, self.client.midi_inports.register(names[1])

    def _run(self, frames: int) -> None:
        for sheet, out, into in self._ports:
            out.clear_buffer()
            for at in range(A_CYCLE):
                for message in sheet.outgoing.popleft() if sheet.outgoing else ():
                    out.write_midi_event(at, bytes(message))
            sheet.received.extend(bytes(data) for _, data in into.incoming_midi_events())

    def unplug(self) -> None:
        """Gone."""
        self.client.deactivate()
        self.client.close()
