"""What a job says in words, for models that are told nothing else: category, prompt, tempo and key. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from liveriff.music.pitch import Key
from liveriff.wire.job import Job

LOOPS = {"drums": "drum loop", "bass": "bass line loop", "synth": "synthesizer loop", "mix": "music loop"}
SHOTS = {
    "kick": "kick drum, one shot",
    "snare": "snare drum, one shot",
    "hat": "hi-hat, one shot",
    "clap": "hand clap, one shot",
    "tom": "tom drum, one shot",
    "perc": "percussion hit, one shot",
    "bass": "bass note, one shot",
    "synth": "synthesizer note, one shot",
    "fx": "sound effect, one shot",
}
_KEYED = ("bass", "synth", "mix")
"""Categories with notes: drums are told no key."""


def words(job: Job, prompt: str, prompts: Mapping[str, str]) -> str:
    """A prompt as the model is told it; ``prompts`` has other words for categories.

    "drum loop, dusty breaks, 128 BPM": the order and the words are those of the data that such models are trained
    with, where tempo and key stand at the end as numbers and names.
    """
    kind = prompts.get(job.category, (LOOPS if job.beats else SHOTS).get(job.category, ""))
    tempo = f"{round(job.bpm_cents / 100)} BPM" if job.beats else ""
    keyed = job.tonic is not None and job.category in _KEYED
    key = Key(job.tonic, job.mode).name if keyed and job.tonic is not None else ""
    return ", ".join(part for part in (kind, prompt.strip(), tempo, key) if part)
