"""A performance that stands still: readings as an engine would publish them, for pictures and tests of screens."""

from __future__ import annotations

from liveriff.params.registry import Registry
from liveriff.params.words import KIT
from liveriff.ui.local import LocalLink

BANKS = {
    1: ("four on the floor, tight house drums", "breakbeat, dusty, shuffled", "909 techno kick, rumble"),
    2: ("warm sub bass, round", "acid 303 line, squelching", "reese bass, wide"),
    3: ("glass bells, shimmering", "warm analog pad, slow chords", "organ stabs, deep house"),
    4: ("warehouse texture, dark", "vinyl noise, distant voices"),
}
SCENES = ("ambient", "drum-and-bass", "dub", "hip-hop", "house", "techno")
PRESETS = (
    "808-bass",
    "acid",
    "ambient-drift",
    "boom-bap",
    "breakbeat",
    "dub-bass",
    "dub-chords",
    "funk-bass",
    "soft-pulse",
)
CHUNKS = (
    "playing\t0.0\t1.00\tdrums\t201\t0.00\tfour on the floor, tight house drums",
    "landing\t1.4\t1.00\tdrums\t202\t0.25\tfour on the floor > breakbeat",
    "rendering\t5.3\t0.42\tdrums\t203\t0.50\tfour on the floor > breakbeat",
    "planned\t9.1\t0.00\tdrums\t204\t0.50\tfour on the floor > breakbeat",
)
LOG = (
    *(f"22:{10 + at // 6:02}:{at % 6 * 10:02}\tMessage {at} of the evening." for at in range(30)),
    "22:16:02\tAKAI LPD8 mk2 is back; its bindings hold.",
    "22:16:40\tThe renderer was late once; the loop of deck 2 went on.",
    "22:17:05\tRecording to set-2231.wav.",
)
MONITOR = (
    "akai-lpd8-mk2\tknob/1\t0.504\t/deck/1/alpha",
    "akai-lpd8-mk2\tpad/3\tpressed 0.79\t/pad/3/trigger",
    "akai-lpd8-mk2\tpad/3\treleased\t/pad/3/trigger",
    "some-box-midi-1\tcc/1/20\t64/127\t-",
)
LEARNING = (
    "controllers\tAKAI LPD8 mk2, Some Box",
    "target\t/deck/1/alpha",
    "hint\tcc/1/20: knob or fader, 7 bits. Accept, or move another control.",
    "device\tsome-box-midi-1",
    "control\tcc/1/20",
    "kind\tabsolute",
    "bits\t7",
    "confidence\t0.60",
    "live\tsome-box-midi-1  cc/1/20  64/127",
    "messages\t4",
    "conflict\tcc/1/20 is bound to /deck/2/pan, which it will no longer move.",
    "bound\takai-lpd8-mk2\tknob/1\teverywhere\tdefault",
)
PROCESSES = (
    "engine\t4711\t7\t88\trunning",
    "player\t4712\t3\t61\trunning",
    "renderer\t4720\t96\t412\trendering",
    "forkserver\t4713\t0\t290\tsleeping",
)
READINGS: dict[str, object] = {
    "/status/beat": 33.5,
    "/status/bar": "9.2.3",
    "/status/lead_s": 6.2,
    "/status/underruns": 0,
    "/status/late_blocks": 2,
    "/status/late_chunks": 1,
    "/status/refused_chunks": 0,
    "/status/renderer": "ready",
    "/status/x_realtime": 8.1,
    "/status/cpu": 0.61,
    "/status/load": 0.07,
    "/status/latency": 11.6,
    "/status/peak": -6.2,
    "/status/peak/left": -6.2,
    "/status/peak/right": -7.0,
    "/status/rms": -14.8,
    "/status/reduction_db": 0.0,
    "/status/midi": "AKAI LPD8 mk2, Some Box",
    "/status/clock": "internal",
    "/status/recording": "set-2231.wav",
    "/status/log": "\n".join(LOG),
    "/status/message": "Recording to set-2231.wav.",
    "/status/processes": "\n".join(PROCESSES),
    "/status/hands": "/deck/1/level\t0.250\n/deck/2/alpha\t1.000\n/pad/1/level\t0.300",
    "/midi/monitor": "\n".join(MONITOR),
    "/learn/state": "controllers\tAKAI LPD8 mk2, Some Box\nhint\tSet /learn to a parameter to bind a control to it.",
}


def staged() -> LocalLink:
    """A link on which a set is being played."""
    registry = Registry()
    link = LocalLink(registry)
    for path, value in READINGS.items():
        registry.publish(path, value)
    _decks(registry, link)
    _pads(registry)
    registry.set("/tempo/bpm", 124.0, "engine")
    registry.set("/scene", "house", "engine")
    link.nodes["/scene"]["OFFERS"] = list(SCENES)
    return link


def learning(link: LocalLink) -> LocalLink:
    """The same while a control is being learnt."""
    link.registry.set("/learn", "/deck/1/alpha", "engine")
    link.registry.publish("/learn/state", "\n".join(LEARNING))
    return link


def _decks(registry: Registry, link: LocalLink) -> None:
    for deck, bank in BANKS.items():
        registry.set(f"/deck/{deck}/prompt/a", bank[0], "engine")
        registry.set(f"/deck/{deck}/prompt/b", bank[1], "engine")
        registry.set(f"/deck/{deck}/alpha", 0.25 * (deck - 1), "engine")
        registry.publish(f"/deck/{deck}/chunks", "\n".join(CHUNKS))
        registry.publish(f"/deck/{deck}/state", "playing")
        registry.publish(f"/deck/{deck}/position", 0.4)
        registry.publish(f"/deck/{deck}/peak", -9.0 - deck)
        registry.publish(f"/deck/{deck}/queue", 1.4)
        registry.publish(f"/deck/{deck}/progress", 0.42)
        registry.publish(f"/deck/{deck}/spectrogram", spectrogram(deck))
        for which in "ab":
            link.nodes[f"/deck/{deck}/prompt/{which}"]["OFFERS"] = list(bank)
        link.nodes[f"/deck/{deck}/preset"]["OFFERS"] = list(PRESETS)
    registry.set("/deck/2/preset", "acid", "engine")
    registry.set("/deck/4/mute", True, "engine")


def _pads(registry: Registry) -> None:
    for pad, category in enumerate(KIT, 1):
        registry.publish(f"/pad/{pad}/state", "rendering" if pad in (6, 14) else "empty" if pad == 16 else "ready")
        registry.publish(f"/pad/{pad}/progress", 0.4 if pad in (6, 14) else 1.0)
        registry.set(f"/pad/{pad}/prompt", f"{category}, short and dry" if pad % 3 == 0 else "", "engine")
    registry.publish("/pad/1/voices", 1)


def spectrogram(deck: int) -> bytes:
    """64 rows of 128 bytes: hits on the beats below, a line that rises."""
    rows = []
    for row in range(64):
        beat = [200 - 3 * row if column % 16 < 5 and row < 30 else 0 for column in range(128)]
        line = [220 if abs(row - 10 * deck - column // 8) < 2 else 0 for column in range(128)]
        rows.append(bytes(max(0, a, b) for a, b in zip(beat, line, strict=True)))
    return b"".join(rows)
