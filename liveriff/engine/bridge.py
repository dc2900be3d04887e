"""What sounds while a chunk in another key is made: the one that plays, moved to the new tonic. Pure."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace

from liveriff.engine.moment import Chunk
from liveriff.music.pitch import way
from liveriff.wire.job import Job

KEYLESS = ("drums",)


def bridge(want: Job | None, heading: Chunk | None, keyed: Container[str]) -> Job | None:
    """The chunk that a deck is heading for, by the short way from its tonic to that of ``want``; None where there is no
    way to go. keyed: models that hear which key they are to play in; others would go back to the old pitch."""
    if want is None or heading is None:
        return None
    there, tonic = heading.job, want.tonic
    if there.tonic is None or tonic is None or there.tonic == tonic or there.category in KEYLESS:
        return None
    if there.model not in keyed or want.model not in keyed:
        return None
    return replace(there, transpose=way(there.tonic, tonic), bpm_cents=want.bpm_cents)
