"""The figures of `liveriff bench` as rows: where each lies, how it is told, what it should reach. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

MOST, LEAST = "at most", "at least"


@dataclass(frozen=True)
class Row:
    """A figure. path: where it lies, "/" between keys; unit: after the number; scale: what it is multiplied by; aim:
    what it should be ``which``, in the unit told."""

    label: str
    path: str
    unit: str
    digits: int = 2
    scale: float = 1.0
    which: str = ""
    aim: float = 0.0


@dataclass(frozen=True)
class Told:
    """A row with its number."""

    row: Row
    value: float

    @property
    def text(self) -> str:
        """The number with its unit."""
        return f"{self.value:.{self.row.digits}f} {self.row.unit}".strip()

    @property
    def aim(self) -> str:
        """What it should be, or ""."""
        row = self.row
        return f"{row.which} {row.aim:g} {row.unit}" if row.which else ""

    @property
    def reached(self) -> bool:
        """Whether it is what it should be."""
        row = self.row
        return not row.which or (self.value <= row.aim if row.which == MOST else self.value >= row.aim)


@dataclass(frozen=True)
class Comparison:
    """The same work by several ways, ours first: labels and where their numbers lie."""

    title: str
    unit: str
    digits: int
    scale: float
    ways: tuple[tuple[str, str], ...]


MS, US, PERCENT = 1e3, 1.0, 100.0

GROUPS: tuple[tuple[str, tuple[Row, ...]], ...] = (
    ("From the command to the first downbeat", (
        Row("played before (chunks kept)", "first_sound/cached_s", "s", which=MOST, aim=2),
        Row("nothing kept", "first_sound/cold_s", "s", which=MOST, aim=6),
    )),
    ("A performance: the default scene, four decks, pads being made, null sink", (
        Row("processor time, of one core", "set/cpu", "%", 0, PERCENT),
        Row("processor time, of the machine", "set/cpu_share", "%", 0, PERCENT),
        Row("memory of all processes", "set/memory_mb", "MB", 0, which=MOST, aim=1000),
        Row("of it: engine", "set/processes/engine/memory_mb", "MB", 0),
        Row("of it: player", "set/processes/player/memory_mb", "MB", 0),
        Row("of it: renderer", "set/processes/renderer/memory_mb", "MB", 0),
        Row("of it: where renderers are forked from", "set/processes/forkserver/memory_mb", "MB", 0),
        Row("late blocks", "set/late_blocks", "", 0, which=MOST, aim=0),
        Row("underruns", "set/underruns", "", 0, which=MOST, aim=0),
    )),
    ("Rendering, two bars at 120 BPM, default steps", (
        Row("from the job to the chunk, median", "rendering/waits/median_s", "s"),
        Row("95 of 100 within", "rendering/waits/p95_s", "s", which=MOST, aim=0.5),
        Row("faster than it plays", "rendering/waits/x_realtime", "times", 1, which=LEAST, aim=8),
        Row("a strip of five alphas", "rendering/waits/strip_s", "s"),
        Row("a kept chunk at another tempo", "rendering/waits/redecode_s", "s"),
        Row("drums", "rendering/loops/drums/seconds", "s"),
        Row("bass", "rendering/loops/bass/seconds", "s"),
        Row("synth", "rendering/loops/synth/seconds", "s"),
        Row("mix", "rendering/loops/mix/seconds", "s"),
        Row("a one-shot of half a second: kick", "rendering/one_shots/kick/seconds", "s"),
    )),
    ("Mixing, a block of 256 frames (5.3 ms)", (
        Row("four decks at rest", "mixing/rest_us/median", "µs", 0),
        Row("four decks, varispeed and crossfades", "mixing/busy_us/median", "µs", 0),
        Row("four decks, all effects", "mixing/effects_us/median", "µs", 0),
        Row("the same, varispeed, crossfades and 64 voices", "mixing/full_us/median", "µs", 0),
        Row("of the block's time", "mixing/full_share", "%", 0, PERCENT, MOST, 50),
        Row("99 of 100 blocks of these within", "mixing/full_us/p99", "µs", 0),
        Row("without numba: at rest", "mixing/numpy_us/median", "µs", 0),
        Row("without numba: all, and 16 voices", "mixing/numpy_full_us/median", "µs", 0, which=MOST, aim=5333),
        Row("loading the compiled kernels", "mixing/load_kernels_s", "s"),
    )),
)  # fmt: skip

SCREEN = (
    Row("of one core", "cpu_share", "%", 0, PERCENT),
    Row("frames a second", "frames_per_s", "", 0),
    Row("written", "bytes_per_s", "MB/s", 2, 1e-6),
    Row("from a key to its answer, median", "key_to_screen_p50_ms", "ms", 0),
    Row("95 of 100 within", "key_to_screen_p95_ms", "ms", 0),
)

COMPARISONS = (
    Comparison("5.12 s of sound from its mel picture", "s", 2, 1.0, (
        ("liveriff, 10 passes", "rendering/decoders/ours_seconds"),
        ("Griffin-Lim as usual, 32 passes (torch)", "rendering/other_decoders/plain/seconds"),
        ("torchaudio, 32 passes", "rendering/other_decoders/torchaudio/seconds"),
        ("librosa, 32 passes", "rendering/other_decoders/librosa/seconds"),
        ("Riffusion's settings, 32 passes", "rendering/decoders/riffusion_seconds"),
        ("the same with its first mel inverse", "rendering/decoders/sgd_seconds"),
    )),
    Comparison("its mel error, analysed again", "", 3, 1.0, (
        ("liveriff, 10 passes", "rendering/decoders/ours_error"),
        ("Griffin-Lim as usual, 32 passes (torch)", "rendering/other_decoders/plain/error"),
        ("torchaudio, 32 passes", "rendering/other_decoders/torchaudio/error"),
        ("librosa, 32 passes", "rendering/other_decoders/librosa/error"),
        ("Riffusion's settings, 32 passes", "rendering/decoders/riffusion_error"),
    )),
    Comparison("a block of four decks with effects, not the same ones", "ms", 3, 1e-3, (
        ("liveriff, numba: isolators of 48 dB an octave", "mixing/effects_us/median"),
        ("liveriff, numpy: the same", "mixing/numpy_effects_us/median"),
        ("pedalboard (JUCE): shelves, ladder, Freeverb", "mixing/others/pedalboard/median"),
    )),
)  # fmt: skip


def told(results: Mapping[str, Any], rows: tuple[Row, ...]) -> Iterator[Told]:
    """The rows that were measured."""
    for row in rows:
        value = at(results, row.path)
        if value is not None:
            yield Told(row, value * row.scale)


def compared(results: Mapping[str, Any], comparison: Comparison) -> list[tuple[str, float]]:
    """Label and number of the ways that were measured; nothing where there is nothing to compare."""
    ways = [(label, at(results, path)) for label, path in comparison.ways]
    found = [(label, value * comparison.scale) for label, value in ways if value is not None]
    return found if len(found) > 1 else []


def at(results: Mapping[str, Any], path: str) -> float | None:
    """The number at a path; None where there is none."""
    found: Any = results
    for key in path.split("/"):
        found = found.get(key) if isinstance(found, Mapping) else None
    return float(found) if isinstance(found, (int, float)) and not isinstance(found, bool) else None
