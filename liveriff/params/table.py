"""The instrument, declared once: every parameter with its range, unit, curve, default, rate and documentation.

OSC addresses, MIDI learn, widgets, scenes, flags and the reference page are views of this table. {n} stands for the
deck or the pad; the deck's readings under /heard are made from its chunk-rate entries, not declared again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from liveriff.params.kinds import Countdown, Decibel, Exponential, Integer, Linear, Reading, Stops, Value
from liveriff.params.kinds_worded import Blob, Choice, Lines, Optional, OwnNumber, OwnWhole, Text, Toggle, Trigger
from liveriff.params.spec import Spec
from liveriff.params.words import (
    BANKS,
    CAPTURED,
    CHUNKS,
    CURVES,
    DECKS,
    HITS,
    KIT,
    LOOPED,
    MODE_ALIASES,
    MODES,
    NOTES,
    PADS,
    QUANTA,
    REPEATED,
    TAKEOVERS,
    TONIC_ALIASES,
    TONICS,
    VELOCITIES,
)

LEVEL = Decibel(-60.0, 6.0)
SEND = Decibel(-60.0, 0.0)
EQ = Decibel(-40.0, 6.0)
UNIT = Linear(0.0, 1.0)
BOTH_WAYS = Linear(-1.0, 1.0)
LEANING = Optional(UNIT)
GUIDANCE = OwnNumber(Linear(1.0, 12.0, 2, click=0.25))
STEPS = OwnWhole(Integer(1, 150))
SEED = Integer(0, 2**31 - 1)
QUANTUM = Choice(QUANTA, {"none": "off", "sixteenth": "1/16"})
NOTE_LENGTHS = Choice(NOTES)

GLOBAL = (
    Spec("/tempo/bpm", Linear(40.0, 240.0, 2, click=0.1), 124.0, "chunk", "Tempo of everything.", "BPM"),
    Spec("/tempo/tap", Trigger(), 0.0, "block", "Tap the tempo; four taps are enough.", access="w"),
    Spec("/tempo/nudge", Trigger(-1.0, 1.0), 0.0, "block", "Moves all beats later, below 0 earlier.", "beats", "w"),
    Spec("/tempo/offset", Linear(-200.0, 200.0, 1, click=1.0), 0.0, "block",
         "Plays so much later than the clock that is followed; below 0 earlier.", "ms", saved=False),
    Spec("/tempo/source", Choice(("internal", "midi", "link")), "internal", "load", "Who sets the tempo.", saved=False),
    Spec("/key/tonic", Choice(TONICS, TONIC_ALIASES), "A", "chunk", "Key note that new chunks are made in."),
    Spec("/key/mode", Choice(MODES, MODE_ALIASES), "minor", "chunk", "Mode that new chunks are made in."),
    Spec("/quantum", QUANTUM, "bar", "chunk", "Grid that a new chunk waits for; off patches it in at once."),
    Spec("/play", Toggle(), True, "block", "Runs the transport; off fades the decks out.", saved=False),
    Spec("/stop", Trigger(), 0.0, "block", "Stops the transport.", access="w"),
    Spec("/panic", Trigger(), 0.0, "block", "Silences everything that sounds, at once.", access="w"),
    Spec("/scene", Text(), "", "load", "Loads a scene by name; the music goes on meanwhile.", saved=False,
         asks=True),
    Spec("/undo", Trigger(), 0.0, "block", "Takes back the last gesture.", access="w"),
    Spec("/redo", Trigger(), 0.0, "block", "Does again what was taken back.", access="w"),
    Spec("/scene/save", Text(), "", "load", "Saves what is set now as a scene of that name.", saved=False),
    Spec("/record", Toggle(), False, "block", "Records what is played to a file.", saved=False),
    Spec("/record/format", Choice(("wav", "flac")), "wav", "load", "Format of the next recording.", saved=False),
    Spec("/record/stems", Toggle(), False, "load", "Records decks, pads and effects to files of their own as well.",
         saved=False),
    Spec("/record/chunks", Toggle(), False, "load", "Keeps every chunk and pad sound, with how it was made.",
         saved=False),
    Spec("/pad/bank", Integer(1, BANKS), 1, "load", "Bank of sixteen pads under the hand; what sounds plays on."),
    Spec("/pad/kit", Text(), "", "load", "Style of whole kits in words; empty for any."),
    Spec("/pad/kit/seed", SEED, 1, "load", "Number that picks one of the endless kits."),
    Spec("/pad/kit/make", Trigger(), 0.0, "load", "Fills the present bank with another kit.", access="w"),
    Spec("/pads/level", LEVEL, 0.0, "block", "Level of all pads.", "dB"),
    Spec("/pads/capture/from", Choice(CAPTURED), CAPTURED[0], "load", "What a pad captures."),
    Spec("/pads/capture/beats", Stops((1, 2, 4, 8)), 4, "load", "How much a pad captures.", "beats"),
    Spec("/master/level", LEVEL, 0.0, "block", "Level of the whole mix.", "dB"),
    Spec("/master/crossfader", BOTH_WAYS, 0.0, "block", "Fades between decks on side a (-1) and side b (1)."),
    Spec("/master/crossfader/curve", Choice(CURVES), "smooth", "block",
         "How the crossfader lets go of a side: smoothly, or cut off at the very end."),
    Spec("/master/tone", BOTH_WAYS, 0.0, "block", "Tilts the mix: darker below 0, brighter above."),
    Spec("/master/autogain", Toggle(), True, "chunk", "Matches the loudness of chunks, so that none jumps."),
    Spec("/master/limiter", Linear(-12.0, 0.0, 2, click=0.1), -0.3, "block",
         "Ceiling that no sample of the mix passes.", "dB"),
    Spec("/delay/time", NOTE_LENGTHS, "3/16", "block", "Delay time as a note length."),
    Spec("/delay/feedback", Linear(0.0, 0.95), 0.45, "block", "How much of each echo is repeated."),
    Spec("/delay/tone", BOTH_WAYS, -0.3, "block", "Darker below 0, thinner above."),
    Spec("/delay/level", LEVEL, 0.0, "block", "Level of the delay's return.", "dB"),
    Spec("/reverb/time", Exponential(0.2, 20.0), 2.5, "block", "Time the reverb takes to die.", "s"),
    Spec("/reverb/tone", BOTH_WAYS, -0.2, "block", "Darker below 0, thinner above."),
    Spec("/reverb/level", LEVEL, 0.0, "block", "Level of the reverb's return.", "dB"),
    Spec("/input/level", LEVEL, 0.0, "block", "Level of the sound input, as it is heard and as it is taken.", "dB",
         saved=False),
    Spec("/input/monitor", Toggle(), False, "block", "Lets the sound input be heard in the mix.", saved=False),
    Spec("/input/offset", Linear(-200.0, 200.0, 1, click=1.0), 0.0, "load",
         "Takes the sound input so much later than the sound card says it comes; below 0 earlier.", "ms", saved=False),
    Spec("/cue/mix", UNIT, 0.0, "block", "What the headphones hear: cued decks (0) to the whole mix (1)."),
    Spec("/cue/level", LEVEL, -6.0, "block", "Level of the headphones, on the sound card's outputs 3 and 4.", "dB"),
)  # fmt: skip

DECK = (
    Spec("/deck/{n}/prompt/a", Text(), "", "chunk", "What the deck plays at alpha 0, in words."),
    Spec("/deck/{n}/prompt/b", Text(), "", "chunk", "What the deck plays at alpha 1, in words."),
    Spec("/deck/{n}/prompt/negative", Text(), "", "chunk", "What the deck shall not sound like, in words."),
    Spec("/deck/{n}/alpha", UNIT, 0.0, "chunk",
         "Morph from prompt a (0) to prompt b (1); heard at once where the deck's strip is ready.", felt=True),
    Spec("/deck/{n}/seed", SEED, 1, "chunk", "Number that picks one of the endless variations."),
    Spec("/deck/{n}/seed/drift", UNIT, 0.0, "chunk", "How far the variation moves to the next seed in a phrase."),
    Spec("/deck/{n}/category", Choice(CHUNKS), "mix", "chunk", "Role of the deck in the band."),
    Spec("/deck/{n}/density", LEANING, None, "chunk", "Sparse (0) to busy (1); auto leaves it to the prompt."),
    Spec("/deck/{n}/brightness", LEANING, None, "chunk", "Dark (0) to bright (1); auto leaves it to the prompt."),
    Spec("/deck/{n}/strength", UNIT, 1.0, "chunk",
         "How far a chunk may leave its source sound, or its model's seed image."),
    Spec("/deck/{n}/source", Choice(("none", "previous", "deck", "file", "input")), "none", "chunk",
         "Sound that new chunks start from."),
    Spec("/deck/{n}/source/deck", Integer(DECKS[0], DECKS[-1]), 1, "chunk", "Deck whose sound is the source."),
    Spec("/deck/{n}/source/file", Text(), "", "chunk", "Sound file of the library that is the source, by name."),
    Spec("/deck/{n}/guidance", GUIDANCE, None, "chunk",
         "How literally the prompt is taken; auto for the model's own."),
    Spec("/deck/{n}/steps", STEPS, None, "chunk",
         "Denoising steps at most, fewer when time is short; auto for the model's own."),
    Spec("/deck/{n}/beats", Stops((4, 8, 16)), 8, "chunk", "Length of the loop.", "beats"),
    Spec("/deck/{n}/model", Text(), "embedded", "load", "Model that renders the deck."),
    Spec("/deck/{n}/preset", Text(), "", "load", "Gives the deck the sound of a preset by name.", saved=False,
         asks=True),
    Spec("/deck/{n}/preset/bars", Integer(0, 64), 0, "load", "Bars in which a preset takes over; 0 is at once.",
         saved=False),
    Spec("/deck/{n}/preset/save", Text(), "", "load", "Saves the deck's sound as a preset of that name.", saved=False),
    Spec("/deck/{n}/next", Trigger(), 0.0, "chunk", "Asks for another variation now.", access="w"),
    Spec("/deck/{n}/fill", Trigger(), 0.0, "chunk", "Plays a fill up to the next bar, then the loop as it was.",
         access="w"),
    Spec("/deck/{n}/fill/beats", Stops((1, 2, 4)), 1, "block", "Length of a fill.", "beats"),
    Spec("/deck/{n}/loop", Choice(LOOPED), "off", "block", "Repeats the slice under the playhead, beats long."),
    Spec("/deck/{n}/loop/halve", Trigger(), 0.0, "block", "Halves the repeated slice.", access="w"),
    Spec("/deck/{n}/loop/double", Trigger(), 0.0, "block", "Doubles the repeated slice.", access="w"),
    Spec("/deck/{n}/repeat", Choice(REPEATED), "off", "block", "Repeats a short slice while held, beats long.",
         saved=False),
    Spec("/deck/{n}/evolve", Integer(0, 16), 0, "block", "Another variation every so many phrases; 0 for never.",
         "phrases"),
    Spec("/deck/{n}/swap", Trigger(), 0.0, "block", "Prompts a and b change places; nothing is heard of it.",
         access="w"),
    Spec("/deck/{n}/copy", Trigger(float(DECKS[0]), float(DECKS[-1])), 1.0, "chunk",
         "Takes the sound of the deck of this number.", access="w"),
    Spec("/deck/{n}/back", Trigger(), 0.0, "chunk", "Returns to the sound heard before.", access="w"),
    Spec("/deck/{n}/freeze", Toggle(), False, "block", "Keeps the present loop; nothing new lands."),
    Spec("/deck/{n}/level", LEVEL, -12.0, "block", "Fader; four decks at -12 dB together just reach full scale.", "dB"),
    Spec("/deck/{n}/eq/low", EQ, 0.0, "block", "Low band; the floor kills it.", "dB"),
    Spec("/deck/{n}/eq/mid", EQ, 0.0, "block", "Middle band; the floor kills it.", "dB"),
    Spec("/deck/{n}/eq/high", EQ, 0.0, "block", "High band; the floor kills it.", "dB"),
    Spec("/deck/{n}/filter", BOTH_WAYS, 0.0, "block", "Low-pass below 0, high-pass above, open at 0."),
    Spec("/deck/{n}/send/delay", SEND, -60.0, "block", "Level sent to the delay.", "dB"),
    Spec("/deck/{n}/send/reverb", SEND, -60.0, "block", "Level sent to the reverb.", "dB"),
    Spec("/deck/{n}/pan", BOTH_WAYS, 0.0, "block", "Left (-1) to right (1)."),
    Spec("/deck/{n}/width", Linear(0.0, 2.0), 1.0, "block", "Stereo width: 0 mono, 1 as rendered, 2 wide."),
    Spec("/deck/{n}/mute", Toggle(), False, "block", "Silences the deck; its loop runs on."),
    Spec("/deck/{n}/solo", Toggle(), False, "block", "Silences the decks that are not soloed, too."),
    Spec("/deck/{n}/cue", Toggle(), False, "block", "Sends the deck to the headphones, before its fader."),
    Spec("/deck/{n}/side", Choice(("a", "thru", "b")), "thru", "block", "Side of the crossfader, or past it."),
    Spec("/deck/{n}/queue", Countdown(), -1.0, None, "Time until the next chunk lands; -1 for never.", "s", "r"),
    Spec("/deck/{n}/state", Text(), "", None, "What the deck is doing, in words.", access="r"),
    Spec("/deck/{n}/progress", Reading(), 0.0, None, "Share of the next chunk that is rendered, 0 to 1.", access="r"),
    Spec("/deck/{n}/strip", Reading(), 0.0, None, "Share of the morph that is rendered and heard at once, 0 to 1.",
         access="r"),
    Spec("/deck/{n}/position", Reading(), 0.0, None, "Place in the loop, 0 to 1.", access="r"),
    Spec("/deck/{n}/peak", Reading(1), -120.0, None, "Peak of the last block after the fader.", "dBFS", "r"),
    Spec("/deck/{n}/spectrogram", Blob(), b"", None, "The loop: 64 rows from low to high, 128 bytes each.", access="r"),
    Spec("/deck/{n}/chunks", Lines(), "", None,
         "A line a chunk: state, seconds to it, share rendered, category, seed, alpha, prompt; apart by tabs.",
         access="r"),
    Spec("/deck/{n}/coming", Blob(), b"", None, "The next chunk while it is made, as the spectrogram; else empty.",
         access="r"),
)  # fmt: skip

PAD = (
    Spec("/pad/{n}/trigger", Trigger(on_release=True), 0.0, "block", "Plays the pad at a velocity; 0 lets it go.",
         access="w"),
    Spec("/pad/{n}/stop", Trigger(), 0.0, "block", "Stops the pad.", access="w"),
    Spec("/pad/{n}/category", Choice(HITS), "perc", "chunk", "Kind of sound on the pad."),
    Spec("/pad/{n}/prompt", Text(), "", "chunk", "The pad's sound in words."),
    Spec("/pad/{n}/model", Text(), "", "load", "Model that renders the pad; empty for the performance's."),
    Spec("/pad/{n}/seed", SEED, 1, "chunk", "Number that picks one of the endless variations."),
    Spec("/pad/{n}/reroll", Trigger(), 0.0, "chunk", "Asks for another variation.", access="w"),
    Spec("/pad/{n}/morph", UNIT, 0.0, "chunk", "Morph towards another pad, heard at the next stroke.", felt=True),
    Spec("/pad/{n}/morph/with", Integer(0, PADS[-1]), 0, "chunk", "Pad that is morphed towards; 0 for the next seed."),
    Spec("/pad/{n}/pitch", Linear(-24.0, 24.0, 2, click=1.0), 0.0, "block", "Transposes the pad.", "semitones"),
    Spec("/pad/{n}/level", LEVEL, -6.0, "block", "Level of the pad at full velocity.", "dB"),
    Spec("/pad/{n}/mode", Choice(("one-shot", "gate", "loop")), "one-shot", "block", "What holding the pad means."),
    Spec("/pad/{n}/choke", Integer(0, 8), 0, "block", "Pads of one group cut each other; 0 is none."),
    Spec("/pad/{n}/quantum", QUANTUM, "off", "block", "Grid that a hit waits for."),
    Spec("/pad/{n}/start", UNIT, 0.0, "block", "Where in the sound a stroke begins."),
    Spec("/pad/{n}/end", UNIT, 1.0, "block", "Where in the sound a stroke ends."),
    Spec("/pad/{n}/reverse", Toggle(), False, "block", "Plays the sound backwards."),
    Spec("/pad/{n}/velocity", Choice(VELOCITIES), "linear", "block", "How force becomes loudness."),
    Spec("/pad/{n}/send/delay", SEND, -60.0, "block", "Level sent to the delay.", "dB"),
    Spec("/pad/{n}/send/reverb", SEND, -60.0, "block", "Level sent to the reverb.", "dB"),
    Spec("/pad/{n}/capture", Trigger(), 0.0, "load", "Takes what was just heard into the pad, on the grid.",
         access="w"),
    Spec("/pad/{n}/load", Text(), "", "load", "Sound file of the library that the pad plays; empty for its words."),
    Spec("/pad/{n}/save", Text(), "", "load", "Saves the pad's sound to the library under a name.", saved=False),
    Spec("/pad/{n}/clear", Trigger(), 0.0, "load", "Empties the pad.", access="w"),
    Spec("/pad/{n}/state", Text(), "", None, "What the pad is doing: empty, waiting, rendering or ready.", access="r"),
    Spec("/pad/{n}/progress", Reading(), 0.0, None, "Share of the pad's next sound that is rendered, 0 to 1.",
         access="r"),
    Spec("/pad/{n}/voices", Reading(0), 0.0, None, "How many strokes of the pad sound.", access="r"),
)  # fmt: skip

STATUS = (
    Spec("/status/beat", Reading(3), 0.0, None, "Beats since the start.", "beats", "r"),
    Spec("/status/bar", Text(), "1.1.1", None, "Bar, beat and sixteenth, counted from 1.", access="r"),
    Spec("/status/frame", Reading(0), 0.0, None, "Frames the sound card has taken.", "frames", "r"),
    Spec("/status/lead_s", Reading(), 0.0, None, "Least time from chunk ready to its turn, last minute.", "s", "r"),
    Spec("/status/underruns", Reading(0), 0.0, None, "Holes in the sound that the sound card reported.", access="r"),
    Spec("/status/late_blocks", Reading(0), 0.0, None, "Blocks that took longer to mix than they last.", access="r"),
    Spec("/status/late_chunks", Reading(0), 0.0, None, "Chunks that missed their turn; the loop went on.", access="r"),
    Spec("/status/refused_chunks", Reading(0), 0.0, None, "Chunks that a model could not make.", access="r"),
    Spec("/status/renderer", Text(), "starting", None, "State of the renderer, in words.", access="r"),
    Spec("/status/x_realtime", Reading(), 0.0, None, "Seconds of music rendered a second.", access="r"),
    Spec("/status/cpu", Reading(), 0.0, None, "Share of the machine's processors in use, 0 to 1.", access="r"),
    Spec("/status/load", Reading(), 0.0, None, "Share of a block's time spent mixing it, 0 to 1.", access="r"),
    Spec("/status/latency", Reading(1), 0.0, None, "Delay of the sound card's buffer.", "ms", "r"),
    Spec("/status/peak", Reading(1), -120.0, None, "Peak of the last block of the mix.", "dBFS", "r"),
    Spec("/status/peak/left", Reading(1), -120.0, None, "Peak of the mix's left channel.", "dBFS", "r"),
    Spec("/status/peak/right", Reading(1), -120.0, None, "Peak of the mix's right channel.", "dBFS", "r"),
    Spec("/input/peak", Reading(1), -120.0, None, "Peak of the sound input, after its level.", "dBFS", "r"),
    Spec("/status/rms", Reading(1), -120.0, None, "Loudness of the mix.", "dBFS", "r"),
    Spec("/status/reduction_db", Reading(1), 0.0, None, "What the limiter takes off.", "dB", "r"),
    Spec("/status/midi", Text(), "", None, "The MIDI controllers that are there.", access="r"),
    Spec("/status/clock", Text(), "internal", None, "Whose clock is followed, and how well.", access="r"),
    Spec("/status/message", Text(), "", None, "The last thing the performer should know.", access="r"),
    Spec("/status/log", Lines(), "", None, "The last 50 messages, oldest first: time and words, apart by a tab.",
         access="r"),
    Spec("/status/recording", Text(), "", None, "Name of the file that is being recorded.", access="r"),
    Spec("/status/processes", Lines(), "", None,
         "A line a process: name, pid, % of a core, MB of memory, state; apart by tabs.", access="r"),
)  # fmt: skip

LEARN = (
    Spec("/learn", Text(), "", "load", "Parameter that waits for a control to be bound to it; empty for none.",
         saved=False),
    Spec("/learn/accept", Trigger(), 0.0, "block", "Binds the control that was moved.", access="w"),
    Spec("/learn/clear", Trigger(), 0.0, "block", "Unbinds the parameter that is being learnt.", access="w"),
    Spec("/learn/undo", Trigger(), 0.0, "block", "Takes back the last binding or clearing.", access="w"),
    Spec("/learn/takeover", Choice(TAKEOVERS), "pickup", "load",
         "What the control does while it stands elsewhere than its value.", saved=False),
    Spec("/learn/invert", Toggle(), False, "load", "Turns the control round.", saved=False),
    Spec("/learn/low", UNIT, 0.0, "load", "Part of the travel where the control begins, 0 to 1.", saved=False),
    Spec("/learn/high", UNIT, 1.0, "load", "Part of the travel where the control ends, 0 to 1.", saved=False),
    Spec("/learn/state", Lines(), "", None, "What learning has understood: lines of a key and a value, apart by tabs.",
         access="r"),
    Spec("/learn/map", Lines(), "", None,
         "A line a control that does something now: device, control, what it moves, layer; apart by tabs.",
         access="r"),
    Spec("/midi/monitor", Lines(), "", None,
         "The last moves of controllers, oldest first: device, control, value, what it moves; apart by tabs.",
         access="r"),
    Spec("/status/hands", Lines(), "", None,
         "A line a control that stands elsewhere than its value: path and its place, 0 to 1; apart by a tab.",
         access="r"),
)  # fmt: skip

BY_NUMBER: Mapping[str, tuple[Value, ...]] = {
    "/deck/{n}/category": CHUNKS,
    "/pad/{n}/category": KIT * BANKS,
    "/pad/{n}/seed": PADS,
    "/pad/{n}/choke": tuple(1 + bank if category == "hat" else 0 for bank in range(BANKS) for category in KIT),
}
"""Defaults that differ by number: together the four decks are a band, and the sixteen pads of a bank a kit."""

NUMBER = "{n}"
_HEARD = "/deck/{n}/heard"


def _heard(specs: tuple[Spec, ...]) -> Iterator[Spec]:
    """For each thing a chunk is made with, the reading of what the chunk now playing was made with."""
    for spec in specs:
        if spec.kind.held and spec.rate in ("chunk", "load") and spec.saved:
            path = spec.path.replace("/deck/{n}", _HEARD)
            doc = f"In the chunk now playing: {spec.doc[0].lower()}{spec.doc[1:]}"
            yield replace(spec, path=path, rate=None, doc=doc, access="r", felt=False)


def _numbered(specs: tuple[Spec, ...], numbers: tuple[int, ...]) -> Iterator[Spec]:
    for n in numbers:
        for spec in specs:
            default = BY_NUMBER[spec.path][n - 1] if spec.path in BY_NUMBER else spec.default
            yield replace(spec, path=spec.path.replace(NUMBER, str(n)), pattern=spec.path, default=default)


def _all() -> Iterator[Spec]:
    yield from (replace(spec, pattern=spec.path) for spec in GLOBAL)
    yield from _numbered((*DECK, *_heard(DECK)), DECKS)
    yield from _numbered(PAD, PADS)
    yield from (replace(spec, pattern=spec.path) for spec in (*STATUS, *LEARN))


SPECS: tuple[Spec, ...] = tuple(_all())
TABLE: Mapping[str, Spec] = MappingProxyType({spec.path: spec for spec in SPECS})


def panel_names() -> tuple[str, ...]:
    """Paths of the values that the player reads every block, in the order of the table."""
    return tuple(s.path for s in SPECS if (s.rate == "block" or s.felt) and s.access == "rw" and s.kind.held)


def panel_value(spec: Spec, value: Value) -> float:
    """A value as the panel carries it.

    User units; a choice is its index, a toggle 0 or 1; a level at its floor is minus infinity dB, so that
    10 ** (dB / 20) is exactly 0.
    """
    return spec.kind.number(value)
