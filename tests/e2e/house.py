"""The house scene as the end-to-end tests play it, and the jobs that the engine must make of it."""

from __future__ import annotations

from liveriff.engine.scenes import apply, load_scene
from liveriff.engine.wishes import Setting, job_for
from liveriff.params.registry import Registry
from liveriff.params.words import DECKS
from liveriff.render.catalog import find
from liveriff.wire.job import Job

RATE = 48000
BEAT_S = 60 / 124
TONE = ("--model", "test-tone")


def expected_job(settings: dict[str, object], deck: int, phrase: int = 0) -> Job:
    """The job that the command makes of the house scene with these settings."""
    registry = Registry()
    apply(load_scene("house"), registry)
    for path, value in {**settings, **{f"/deck/{n}/model": "test-tone" for n in DECKS}}.items():
        registry.set(path, value)
    return job_for(registry, deck, phrase, Setting(RATE, {"test-tone": find("test-tone").info().version}))


def solo(deck: int) -> list[str]:
    """Settings that leave one deck, at unity; the others have no prompt, so the music begins with it, and its chunks
    are heard as they are rendered."""
    silent = [f"--set=/deck/{n}/prompt/a=" for n in DECKS if n != deck]
    flat = {"eq/low": 0, "eq/mid": 0, "eq/high": 0, "filter": 0, "send/delay": -60, "send/reverb": -60}
    return [
        *silent,
        "--set=/master/autogain=off",
        *(f"--set=/deck/{deck}/{name}=0" for name in ("eq/low", "eq/mid", "eq/high", "filter")),
        *(f"--set=/deck/{deck}/send/{name}=-60" for name in ("delay", "reverb")),
        f"--set=/deck/{deck}/level=0",
        f"--set=/deck/{deck}/pan=0",
        f"--set=/deck/{deck}/width=1",
        *(f"--set=/deck/{deck}/{name}={value}" for name, value in flat.items()),
    ]
