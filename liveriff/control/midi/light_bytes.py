"""One light to the bytes that a controller understands, by the rules of its profile. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from liveriff.control.midi.colours import NEAR, RGB, as_hsv, distance, nearest, parse_colour, scale
from liveriff.control.midi.profile import Part
from liveriff.control.surface import Light, Style

_STATUS = {"note": 0x90, "cc": 0xB0}
BLACK: RGB = (0, 0, 0)
DIM = 0.3  # a lamp that is only on or off shows nothing of less: "there is something here" would look like "on"


@dataclass(frozen=True)
class Place:
    """Where a light is: the number it listens to, and the channel it speaks on, 1..16."""

    number: int
    channel: int


def rgb(light: Light) -> RGB:
    """The colour of a light at full brightness; black if it is off or written wrongly."""
    try:
        return parse_colour(light.colour) if light.colour else BLACK
    except ValueError:
        return BLACK


def dark(light: Light) -> bool:
    """Whether nothing shines."""
    return light.level <= 0 or rgb(light) == BLACK


def encode(part: Part, place: Place, light: Light) -> bytes:
    """The message of one part; empty where this part leaves the device alone."""
    if part.send == "sysex":
        return fill(part.template, place.number, light, value(part, light))
    if part.echo and not light.colour:
        return b""  # off would turn the encoder to zero, and with it what the hand has set
    if part.template and not _in_palette(part, light):
        return fill(part.template, place.number, light, 0)
    status = _STATUS[part.send] | (_channel(part, place, light) - 1)
    return bytes((status, place.number, value(part, light)))


def encode_all(part: Part, lights: list[Light]) -> bytes:
    """The message that sets several lights at once, in the order of their numbers."""
    blocks = " ".join(fill(part.each, 0, light, value(part, light)).hex(" ") for light in lights)
    return bytes.fromhex(part.template.replace("{all}", blocks))


def fill(template: str, number: int, light: Light, value: int) -> bytes:
    """Put a light into a SysEx template."""
    colour = BLACK if dark(light) else scale(rgb(light), min(1.0, light.level))
    holes: dict[str, int] = {"{n}": number, "{v}": value}
    for name, strength in zip("rgb", colour, strict=True):
        holes |= {f"{{{name}7}}": strength >> 1, f"{{{name}h}}": strength >> 7, f"{{{name}l}}": strength & 127}
    return bytes(holes[token] if token in holes else int(token, 16) for token in template.split())


def value(part: Part, light: Light) -> int:
    """The data byte: velocity, controller value or a SysEx byte, 0..127."""
    if part.value == "palette":
        return _palette(part, light)
    if part.value == "by_style":
        return (
            part.by_style["off"]
            if dark(light) or light.level < DIM
            else part.by_style.get(light.style, part.by_style["steady"])
        )
    if part.value == "hue":
        return _hue(part.hues, as_hsv(rgb(light)).hue)
    if part.value == "saturation":
        return _within(part, as_hsv(rgb(light)).saturation)
    return _within(part, 0.0 if dark(light) else light.level)


def _within(part: Part, share: float) -> int:
    return part.low + round((part.high - part.low) * max(0.0, min(1.0, share)))


def _palette(part: Part, light: Light) -> int:
    if dark(light):
        return part.off
    sought = _sought(part, light)
    near = nearest(sought, part.palette)
    if light.level < DIM and 2 * max(sought) < max(near):  # darkness is nearer than anything the lamp can show
        return part.off
    values = part.palette[near]
    return values.get(light.style, values["steady"])


def _sought(part: Part, light: Light) -> RGB:
    """The colour to look for: dimmed, unless the brightness goes by the channel."""
    dims = len(part.channels.get("steady", ())) > 1
    return rgb(light) if dims else scale(rgb(light), min(1.0, light.level))


def _in_palette(part: Part, light: Light) -> bool:
    """Whether the palette is good enough. Only a steady light can be set by SysEx, so the others must make do."""
    if dark(light) or light.style != "steady":
        return True
    sought = _sought(part, light)
    return distance(sought, nearest(sought, part.palette)) < NEAR


def _channel(part: Part, place: Place, light: Light) -> int:
    """The channel, which on some devices says the style and the brightness."""
    if not part.channels:
        return place.channel
    choice = part.channels.get(_style(part.channels, light), part.channels["steady"])
    step = round(max(0.0, min(1.0, light.level)) * (len(choice) - 1))
    return choice[step]


def _style(channels: Mapping[Style, tuple[int, ...]], light: Light) -> Style:
    return light.style if light.style in channels and not dark(light) else "steady"


def _hue(anchors: tuple[tuple[int, int], ...], hue: float) -> int:
    """Between the nearest two anchors on the circle; the nearer end outside of them."""
    low, high = min(degrees for degrees, _ in anchors), max(degrees for degrees, _ in anchors)
    turns = [hue + turn for turn in (0, -360, 360)]
    inside = [turn for turn in turns if low <= turn <= high]
    if not inside:
        ends = [(abs(turn - degrees), number) for turn in turns for degrees, number in anchors]
        return min(ends)[1]
    ordered = sorted(anchors)
    for (d0, v0), (d1, v1) in pairwise(ordered):
        if d0 <= inside[0] <= d1:
            return round(v0 + (v1 - v0) * (inside[0] - d0) / (d1 - d0))
    return ordered[-1][1]
