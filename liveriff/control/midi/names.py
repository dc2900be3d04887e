"""Port names: what systems add to a device's name, taken away again. Pure.

The same device is ``APC mini mk2 Control`` (macOS), ``MIDIIN2 (APC mini mk2) 3`` (Windows),
``APC mini mk2:APC mini mk2 Control 24:0`` (ALSA), ``a2j:APC mini mk2 [24] (capture): APC mini mk2 Control`` (JACK).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

OWN = "liveriff"
"""Our clients' names begin so; their ports are never opened as controllers."""
NEVER = ("midi through", "monitor", f"{OWN}-")

_ALSA_NUMBERS = re.compile(r"\s+\d+:\d+$")
_SECOND_UNIT = re.compile(r"(^|\()\s*\d{1,2}- ")
_BRIDGE = re.compile(r"^(a2j|midi-bridge)\s*:\s*")
_BRIDGED = re.compile(r"\s*\[\d+\]|\s*\((capture|playback)\)")
_WINDOWS_OUT = re.compile(r"\bmidiout(\d+)\b")
_CLIENT_NUMBER = re.compile(r"\[(\d+)\]|\s(\d+):\d+$")
_INDEX = re.compile(r"\s+\d+$")
_WORDS = re.compile(r"[^a-z0-9]+")


def normalise(port: str) -> str:
    """Lower case, without what depends on the socket, the order of plugging and the direction."""
    name = _ALSA_NUMBERS.sub("", port.strip().lower())
    name = _BRIDGED.sub("", _BRIDGE.sub("", name))
    name = _WINDOWS_OUT.sub(r"midiin\1", name)
    return _SECOND_UNIT.sub(r"\1", name).strip()


def without_index(name: str) -> str:
    """A normalised name without the index that Windows appends; many real names end in a digit, so try both."""
    return _INDEX.sub("", name)


def matches(name: str, patterns: Iterable[str]) -> int:
    """Length of the longest of these parts in a normalised name, 0 if none is in it.

    Parts are plain text, not regular expressions; a wanted index is looked for first, because the name is unstripped.
    """
    return max((len(part) for part in patterns if part.lower() in name), default=0)


def ours_or_none(port: str) -> bool:
    """Whether a port is our own, a loop of the system, or a monitor."""
    name = normalise(port)
    return name.startswith(f"{OWN}:") or name == OWN or any(part in name for part in NEVER)


def client(port: str) -> tuple[str, str]:
    """What the input and the output of one device have in common: the client's name, and its number if it tells one."""
    number = _CLIENT_NUMBER.search(port)
    name, colon, _ = port.partition(":")
    return (name if colon else port, next(filter(None, number.groups())) if number else "")


def slug(port: str) -> str:
    """A short name for a device that no profile knows: ``keystation-49``."""
    client, _, rest = without_index(normalise(port)).partition(":")
    words = _WORDS.sub("-", rest if client in ("system", "") else client).strip("-")
    return words[:40] or "midi"


def prefer_second(names: list[str], patterns: Iterable[str]) -> list[str]:
    """Of one profile's ports on Windows: if MIDIIN2 (X) is a port that the profile asks for, plain X is another."""
    wanted = [part.lower() for part in patterns if part.lower().startswith("midiin2")]
    second = [name for name in names if any(part in normalise(name) for part in wanted)]
    return second or names
