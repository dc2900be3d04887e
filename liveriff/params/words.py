"""The words a performer chooses from, and the one helper that guesses which was meant. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

DECKS = (1, 2, 3, 4)
BANKS = 4
PER_BANK = 16
PADS = tuple(range(1, BANKS * PER_BANK + 1))
"""Bank by bank: 1 to 16 are the first."""

TONICS = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
"""Pitch classes by name; the index is the pitch class."""

TONIC_ALIASES = {"Db": "C#", "Eb": "D#", "Gb": "F#", "Ab": "G#", "Bb": "A#", "Cb": "B", "E#": "F", "Fb": "E", "B#": "C"}
MODES = ("major", "minor")
MODE_ALIASES = {"maj": "major", "ionian": "major", "min": "minor", "m": "minor", "aeolian": "minor"}

QUANTA = ("off", "1/16", "beat", "bar", "phrase")
"""Grids that a change can wait for; a phrase is four bars."""

CHUNKS = ("drums", "bass", "synth", "mix")
"""Categories of loops."""

HITS = ("kick", "snare", "hat", "clap", "perc", "bass", "synth", "fx", "tom")
"""Categories of one-shots."""

KIT = (
    *("kick", "snare", "hat", "clap"),
    *("kick", "snare", "hat", "perc"),
    *("perc", "perc", "bass", "bass"),
    *("synth", "synth", "fx", "fx"),
)
"""What the sixteen pads of a bank are where nobody has said otherwise, from the bottom left, row by row."""

VELOCITIES = ("linear", "soft", "hard", "fixed")
"""How a pad answers to force: evenly, loud at a light touch, loud at a hard one only, always in full."""

PLAYED = ("master", *(f"deck {n}" for n in DECKS))
"""What is played, apart."""

INPUT = "input"
CAPTURED = (*PLAYED, INPUT)
"""What a pad can take a piece of."""

NOTES = ("1/16", "1/8", "3/16", "1/4", "3/8", "1/2", "3/4", "1")
"""Lengths of notes, as parts of a whole one."""

CURVES = ("smooth", "cut")
"""How the crossfader lets go of a side: by a quarter of a cosine, or at the very end, for scratching."""

LOOPED = ("off", "1/16", "1/8", "1/4", "1/2", "1", "2", "4", "8")
"""Lengths of a slice that a deck repeats, in beats."""

REPEATED = LOOPED[:6]
"""Those that are held under a finger."""

TAKEOVERS = ("jump", "pickup", "scale", "relative")
"""What a knob does while it stands elsewhere than its value."""


NEAR = 0.6
"""How alike two words must be for one to be meant by the other, 0 to 1 as ``difflib`` tells it."""


def did_you_mean(word: str, options: Iterable[str]) -> str:
    """A sentence to append, " Did you mean X?", or nothing where no option is near."""
    by_folded = {option.casefold(): option for option in options}
    # Cut, because matching costs the product of the lengths and the word may come from anywhere.
    near = _nearest(word[:100].casefold(), by_folded)
    return f" Did you mean {by_folded[near]}?" if near else ""


def _nearest(word: str, options: Iterable[str]) -> str:
    """What ``difflib.get_close_matches(n=1)`` finds, "" for nothing. That looks closely at every option that is near;
    here only at those which may be nearer than the nearest so far, as thousands of parameters are alike."""
    matcher, best = difflib.SequenceMatcher(), (NEAR, "")
    matcher.set_seq2(word)
    for option in options:
        matcher.set_seq1(option)
        ratios = (matcher.real_quick_ratio, matcher.quick_ratio, matcher.ratio)  # each at most the one before it
        if all(ratio() >= best[0] for ratio in ratios):
            best = max(best, (matcher.ratio(), option))
    return best[1]
