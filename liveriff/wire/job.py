"""The job: everything needed to make a chunk again, bit for bit. Pure data; crosses every process boundary."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace

from liveriff.music.grid import frames_of


@dataclass(frozen=True)
class Job:
    """A frozen snapshot of the settings of one chunk.

    model, model_version: backend name and the digest of its weights; category: drums, bass, synth, mix for loops,
    kick, snare, hat, clap, perc, bass, synth, fx, tom for one-shots; alpha: 0 is prompt_a, 1 is prompt_b; negative:
    what is not wanted, in words; seed_drift: 0..1, the way from the noise of ``seed`` to that of ``seed_b`` (slerp), or
    of ``seed + 1`` where that is None;
    tonic: 0 (C) to 11, or None; density, brightness: 0..1, or None to leave it to the prompt; strength: 0..1, how far
    from ``source`` (an absolute path of a sound file, or "") the result may go; beats: length of a loop (0 means a
    one-shot of ``milliseconds``); canvas_bpm_cents: the tempo it was conceived at; bpm_cents: the tempo it is decoded
    for; rate: frames a second; lead: alpha of the chunk whose phases it is decoded with, so that the points of a strip
    fit each other, or None for phases of its own; source_id: digest of the source's sound, which then names it in place
    of its path; transpose: semitones by which a loop is decoded higher; fill_beats, fill_end, fill_seed: the loop with
    so many beats before the beat ``fill_end`` made anew, with noise of another seed; 0 beats for none.
    """

    model: str = "embedded"
    model_version: str = ""
    category: str = "mix"
    prompt_a: str = ""
    prompt_b: str = ""
    negative: str = ""
    alpha: float = 0.0
    seed: int = 0
    seed_drift: float = 0.0
    seed_b: int | None = None
    tonic: int | None = None
    mode: str = "minor"
    density: float | None = None
    brightness: float | None = None
    guidance: float = 3.0
    steps: int = 4
    strength: float = 1.0
    source: str = ""
    beats: int = 8
    milliseconds: int = 0
    canvas_bpm_cents: int = 12000
    bpm_cents: int = 12000
    rate: int = 44100
    lead: float | None = None
    source_id: str = ""
    transpose: int = 0
    fill_beats: int = 0
    fill_end: int = 0
    fill_seed: int = 0

    @property
    def frames(self) -> int:
        """Exact length of the chunk in frames."""
        if self.beats:
            return frames_of(self.beats, self.bpm_cents, self.rate)
        return (self.milliseconds * self.rate + 500) // 1000

    def retimed(self, bpm_cents: int) -> Job:
        """The same spectrogram decoded for another tempo."""
        return replace(self, bpm_cents=bpm_cents)

    def beside(self, alpha: float) -> Job:
        """The chunk at another alpha, decoded to fit this one: a point of its strip."""
        lead = self.alpha if self.lead is None else self.lead
        return replace(self, alpha=alpha, lead=None if alpha == lead else lead)

    @property
    def leading(self) -> Job:
        """The chunk whose phases this one is decoded with."""
        return self if self.lead is None else replace(self, alpha=self.lead, lead=None)

    @property
    def whole(self) -> Job:
        """The loop that a fill belongs to."""
        return replace(self, fill_beats=0, fill_end=0, fill_seed=0) if self.fill_beats else self

    @property
    def key(self) -> str:
        """Digest that names the chunk's audio."""
        return _digest(asdict(self._named))

    @property
    def _named(self) -> Job:
        """The same wherever its source lies."""
        return replace(self, source="") if self.source_id else self

    @property
    def canvas_key(self) -> str:
        """Digest that names the spectrogram: tempo, rate, pitch and phases of the decoding do not matter to it."""
        return _digest(asdict(replace(self._named, bpm_cents=0, rate=0, lead=None, transpose=0)))


def _digest(fields: dict[str, object]) -> str:
    return hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()[:32]
