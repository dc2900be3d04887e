"""Bass lines, chords, melodies and arpeggios of a loop. Pure; circular mono at 44.1 kHz."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from liveriff.train.material import patterns
from liveriff.train.material.envelopes import Dice
from liveriff.train.material.instruments import INSTRUMENTS
from liveriff.train.material.kernels import RATE, Sound, add_circular
from liveriff.train.material.patterns import Note, pick
from liveriff.train.material.style import Style
from liveriff.train.material.tones import Patch

__all__ = ["BEATS", "Played", "Setting", "arpeggio", "harmony", "instrument", "line", "pick", "tune"]

BEATS = 8
_PENTATONIC = {"minor": (0, 2, 3, 4, 6), "major": (0, 1, 2, 4, 5)}


@dataclass(frozen=True)
class Setting:
    """What the stems of one piece share. swing: how late every second sixteenth is, in sixteenths."""

    style: Style
    bpm: float
    tonic: int
    mode: str
    swing: float
    progression: tuple[int, ...]

    @property
    def frames(self) -> int:
        """Length of the loop."""
        return round(BEATS * 60.0 / self.bpm * RATE)

    def frame(self, step: float) -> int:
        """Where a sixteenth lies."""
        late = self.swing if int(step) % 2 else 0.0
        return round((step + late) * self.frames / patterns.STEPS)

    @property
    def step_s(self) -> float:
        """Seconds of a sixteenth."""
        return 15.0 / self.bpm

    def pitch(self, degree: int, base: int) -> int:
        """MIDI note of a scale degree above the tonic at or above ``base``."""
        return patterns.pitch(self.tonic, self.mode, degree, base)


@dataclass(frozen=True)
class Played:
    """A stem's sound with the MIDI notes it played, in order; chords by their lowest note."""

    sound: Sound
    pitches: tuple[int, ...]


class _Player:
    """Notes added to a loop; a note heard before is not rendered again."""

    def __init__(self, setting: Setting, patch: Patch) -> None:
        self.loop = np.zeros(setting.frames, np.float32)
        self._setting, self._patch = setting, patch
        self._kept: dict[tuple[int, float], Sound] = {}

    def play(self, pitch: int, step: float, length: float, gain: float) -> None:
        """Add a note of ``length`` sixteenths."""
        key = (pitch, round(length, 2))
        if key not in self._kept:
            self._kept[key] = self._patch.note(pitch, length * self._setting.step_s)
        add_circular(self.loop, self._kept[key], self._setting.frame(step), gain)


def accent(step: float, dice: Dice) -> float:
    """Loudness of a note: the stronger its place, the louder."""
    return 0.7 + 0.06 * patterns.weight(step) + float(dice.uniform(-0.05, 0.0))


def line(setting: Setting, patch: Patch, rows: Sequence[Note], base: int, gate: float, dice: Dice) -> Played:
    """A bass line: steps of a figure above the chord's root, within an octave and a half above ``base``."""
    player, pitches = _Player(setting, patch), []
    for note in rows:
        degree = patterns.degree_at(setting.progression, note.step) + note.value
        place = setting.pitch(degree, base)
        place = place - 12 if place > base + 18 else place
        player.play(place, note.step, note.length * gate, accent(note.step, dice))
        pitches.append(place)
    return Played(player.loop, tuple(pitches))


def harmony(
    setting: Setting, patch: Patch, rows: Sequence[Note], base: int, dice: Dice, gate: float = 0.9, strum_s: float = 0.0
) -> Played:
    """Chords on a rhythm; stacked, or each in the octave above ``base`` so that voices move by steps.

    strum_s: seconds from one string to the next, downwards on the beat and upwards off it.
    """
    player, pitches = _Player(setting, patch), []
    close, inversion = dice.random() < 0.6, int(dice.integers(3))
    size = setting.style.chords
    for note in rows:
        degree = patterns.degree_at(setting.progression, note.step)
        if close:
            tones = patterns.close_chord(setting.tonic, setting.mode, degree, size, base)
        else:
            tones = patterns.chord(setting.tonic, setting.mode, degree, size, base, inversion)
        gain = accent(note.step, dice) / float(np.sqrt(len(tones)))
        for string, tone in enumerate(tones if note.step % 4 == 0 else tones[::-1]):
            player.play(tone, note.step + string * strum_s / setting.step_s, note.length * gate, gain)
        pitches.append(tones[0])
    return Played(player.loop, tuple(pitches))


def arpeggio(setting: Setting, patch: Patch, rows: Sequence[Note], base: int, dice: Dice) -> Played:
    """Chord tones one after the other: up, down, both ways, or in drawn order."""
    shape = pick(dice, ("up", "down", "both", "drawn", "drawn"))
    span = int(dice.integers(3, 7))
    order = {
        "up": list(range(span)), "down": list(range(span))[::-1],
        "both": [*range(span), *range(span - 2, 0, -1)], "drawn": [int(k) for k in dice.integers(0, span, 8)],
    }[shape]  # fmt: skip
    degrees = []
    for index, note in enumerate(rows):
        octave, third = divmod(order[index % len(order)], 3)
        degrees.append(patterns.degree_at(setting.progression, note.step) + 7 * octave + 2 * third)
    return _melody(setting, patch, rows, degrees, base, float(dice.uniform(0.5, 1.0)), dice)


def tune(setting: Setting, patch: Patch, rows: Sequence[Note], base: int, dice: Dice) -> Played:
    """A walk on the scale that rests on chord tones and comes again in the second bar, perhaps with another end."""
    scale = _PENTATONIC[setting.mode] if dice.random() < 0.65 else tuple(range(7))
    ladder = [degree + 7 * octave for octave in (-1, 0, 1) for degree in scale]
    first = [note for note in rows if note.step < patterns.STEPS // 2]
    place, walk = len(scale) + int(dice.integers(0, 3)), []
    for _ in first:
        place = int(np.clip(place + dice.integers(-2, 3), len(scale) - 2, len(ladder) - 3))
        walk.append(place)
    last = [place + int(dice.integers(-1, 2)) for place in walk] if dice.random() < 0.35 else walk
    count = len(rows) - len(first)
    path = [*walk, *(last[index % len(last)] if last else len(scale) for index in range(count))]
    degrees = [_rested(setting, note, ladder[step]) for note, step in zip(rows, path, strict=True)]
    return _melody(setting, patch, rows, degrees, base, float(dice.uniform(0.7, 1.1)), dice)


def _rested(setting: Setting, note: Note, degree: int) -> int:
    """On strong and long notes the nearest tone of the chord, else the degree itself."""
    if note.step % 8 and note.length < 4:
        return degree
    root = patterns.degree_at(setting.progression, note.step)
    return min(range(degree - 3, degree + 4), key=lambda each: ((each - root) % 7 not in (0, 2, 4), abs(each - degree)))


def _melody(
    setting: Setting, patch: Patch, rows: Sequence[Note], degrees: list[int], base: int, gate: float, dice: Dice
) -> Played:
    player, pitches = _Player(setting, patch), []
    for index, (note, degree) in enumerate(zip(rows, degrees, strict=True)):
        after = rows[index + 1].step if index + 1 < len(rows) else patterns.STEPS
        length = max(note.length, min(2, after - note.step))
        pitches.append(setting.pitch(degree, base))
        player.play(pitches[-1], note.step, length * gate, accent(note.step, dice))
    return Played(player.loop, tuple(pitches))


def instrument(name: str, dice: Dice) -> Patch:
    """A neighbour of the named instrument's patch."""
    return INSTRUMENTS[name].varied(dice)
