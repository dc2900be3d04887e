"""What a style is: what a drummer, a bassist and a keyboard player do in it.

Drum patterns: 16 or 32 sixteenths, X accent, x hit, o soft, g ghost, r two thirty-seconds, t a triplet. Bass figures: a
scale step above the chord's root (0, 2, 4, 7 is the octave), - holds, . rests. Rhythms of chords and melodies: x
strikes, - holds, . rests. Progressions: scale degrees of the half bars (4). Lists are written in one string.
"""

from __future__ import annotations

from dataclasses import dataclass

Progression = tuple[int, ...]


def of(listed: str) -> tuple[str, ...]:
    """The entries of a list written with commas; an entry named twice is drawn twice as often."""
    return tuple(entry.strip() for entry in listed.split(","))


def walks(listed: str) -> tuple[Progression, ...]:
    """Progressions from their digits: "0055 0536"."""
    return tuple(tuple(int(degree) for degree in entry) for entry in listed.split())


REST = "................"
FOUR = "X...X...X...X..."
BACK = "....X.......X..."
HALF = "........X......."
EIGHTHS = "x.o.x.o.x.o.x.o."
OFF = "..x...x...x...x."
SIXTEENTHS = "xoxoxoxoxoxoxoxo"

MINOR = walks("0000 0000 0055 0033 0066 0536 0056 0340 0065")
MAJOR = walks("0000 0033 0453 0534 0044 0304 0514 0354")
VAMP = walks("0000 0000 0000 0033 0055 0005")
JAZZ = walks("1400 0514 0325 0014 0354")


@dataclass(frozen=True)
class Style:
    """One style. Fields named like drum roles hold alternative patterns.

    backbeat, hats, percs: drum roles that the snare, hat and perc patterns are played on; feel: moods that are true of
    all its drums; fills: chance of a fill; crash: chance of a crash on the first beat; late_ms: how far behind the grid
    backbeat and hats may lie; parts: roles of its harmony; chords: notes a chord has (2 is root and fifth); major:
    chance of a major key; pump: chance of sidechain; wet: reverb 0..1; dirt: chance of saturation or lo-fi; low: MIDI
    notes its bass may begin at; high: the same for melodies; beatless: chance that a mix has no drums; era: moods.
    """

    name: str
    bpm: tuple[float, float]
    kits: tuple[str, ...]
    kick: tuple[str, ...] = (FOUR,)
    snare: tuple[str, ...] = (BACK,)
    hat: tuple[str, ...] = (EIGHTHS, SIXTEENTHS)
    open: tuple[str, ...] = (REST,)
    perc: tuple[str, ...] = (REST,)
    ride: tuple[str, ...] = (REST,)
    backbeat: tuple[str, ...] = ("snare",)
    hats: tuple[str, ...] = ("hat", "hat", "hat", "shaker")
    percs: tuple[str, ...] = ("perc", "perc", "tom", "rim")
    feel: tuple[str, ...] = ()
    fills: float = 0.15
    crash: float = 0.08
    swing: tuple[float, float] = (0.0, 0.0)
    late_ms: float = 0.0
    basses: tuple[str, ...] = ("saw bass",)
    figures: tuple[str, ...] = ("0---0---0---0---",)
    low: tuple[int, ...] = (28, 31, 36, 40)
    parts: tuple[str, ...] = ("pad", "keys", "keys", "lead", "arp")
    chords: int = 3
    progressions: tuple[Progression, ...] = MINOR
    major: float = 0.3
    pads: tuple[str, ...] = ("saw pad",)
    keys: tuple[str, ...] = ("stab",)
    leads: tuple[str, ...] = ("pluck",)
    high: tuple[int, ...] = (55, 60, 62, 67)
    comps: tuple[str, ...] = ("x---x---x---x---",)
    runs: tuple[str, ...] = ("x.x.x.x.x.x.x.x.",)
    pump: float = 0.0
    wet: float = 0.3
    dirt: float = 0.1
    beatless: float = 0.05
    era: tuple[str, ...] = ("electronic",)
