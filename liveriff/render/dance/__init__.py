"""Dance Diffusion: diffusion of the samples themselves, for one-shots and loops. No torch here.

A model is one checkpoint (``dance:FOLDER``, ``dance:owner/name``, a name in models.yaml) or, as plain ``dance``, all
that models.yaml lists for this backend: the category chooses among them, because the networks are told nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from liveriff.errors import ModelError
from liveriff.params.words import CHUNKS, HITS
from liveriff.render.backend import PATHS, BackendFactory, BackendInfo
from liveriff.render.checkpoints import Checkpoint, own_folder, table
from liveriff.render.dance.card import Card, card_of
from liveriff.render.dance.settings import from_options
from liveriff.render.hub import fingerprint, licence_of

BEATS = (4, 8, 16)
CODE = "1"
"""Changes whenever the same checkpoint, job and seed would sound otherwise."""

ALL = Checkpoint("dance", "dance", "")
"""Stands for every checkpoint that models.yaml lists."""

_TARGET = "liveriff.render.dance.backend:Dance"
_HONOURED = ("seed", "seed_drift", "steps", "strength", "source")


def categories_of(checkpoint: Checkpoint) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Categories of loops and of one-shots; all of them where the table names none."""
    if checkpoint.categories is None and checkpoint.one_shots is None:
        return CHUNKS, HITS
    return checkpoint.categories or (), checkpoint.one_shots or ()


def describe(checkpoint: Checkpoint) -> BackendInfo:
    """What is known of one checkpoint; ModelError or UsageError where it or its entry is wrong."""
    card = card_of(checkpoint)
    settings = from_options(checkpoint.options, f"the model {checkpoint.name!r}")
    loops, shots = categories_of(checkpoint)
    return BackendInfo(
        name=checkpoint.name,
        version=fingerprint(card.folder, f"{CODE} {sorted(checkpoint.options.items())}"),
        title=checkpoint.title or _title(checkpoint, card),
        licence=checkpoint.licence or licence_of(card.folder) or licence_of(card.folder.parent) or "unknown",
        sample_rate=None,
        channels=card.channels,
        beats=BEATS if loops else (),
        categories=loops,
        one_shots=shots,
        honours=frozenset(PATHS[field] for field in _HONOURED),
        default_steps=settings.steps,
    )


def _title(checkpoint: Checkpoint, card: Card) -> str:
    folder = card.folder.parent if card.folder.name == "unet" else card.folder
    return f"Dance Diffusion {checkpoint.model if '/snapshots/' in str(folder) else folder.name}"


def describe_all(name: str = "dance", options: Mapping[str, Any] | None = None) -> BackendInfo:
    """What is known of all checkpoints of the table together; ModelError where it has none."""
    infos = [describe(checkpoint) for checkpoint in listed(options)]
    return replace(
        infos[0],
        name=name,
        version="-".join(info.version for info in infos),
        title="Dance Diffusion",
        licence=" and ".join(dict.fromkeys(info.licence for info in infos)),
        channels=max(info.channels for info in infos),
        beats=BEATS if any(info.categories for info in infos) else (),
        categories=_joined([info.categories for info in infos], CHUNKS),
        one_shots=_joined([info.one_shots for info in infos], HITS),
        honours=infos[0].honours | {PATHS["category"]},
    )


def listed(options: Mapping[str, Any] | None = None) -> tuple[Checkpoint, ...]:
    """The table's checkpoints of this backend, with more ``options``; ModelError where there is none."""
    entries = [checkpoint for checkpoint in table().values() if checkpoint.backend == "dance"]
    found = tuple(replace(checkpoint, options={**checkpoint.options, **(options or {})}) for checkpoint in entries)
    if not found:
        raise ModelError(
            f"no Dance Diffusion checkpoint is listed in {own_folder() / 'models.yaml'}; "
            "list one there, or name one as dance:FOLDER or dance:owner/name."
        )
    return found


def _joined(groups: list[tuple[str, ...]], order: tuple[str, ...]) -> tuple[str, ...]:
    there = dict.fromkeys(word for group in groups for word in group)
    return (*(word for word in order if word in there), *(word for word in there if word not in order))


def variant(checkpoint: Checkpoint) -> BackendFactory:
    """The factory of one checkpoint, or of all that are listed, with other options."""
    return BackendFactory(checkpoint.name, lambda: info_of(checkpoint), _TARGET, (checkpoint,))


def info_of(checkpoint: Checkpoint) -> BackendInfo:
    """What is known of what a name stands for: a checkpoint, or without its path all that are listed."""
    return describe(checkpoint) if checkpoint.model else describe_all(checkpoint.name, checkpoint.options)


BACKEND = BackendFactory("dance", describe_all, _TARGET, variant=variant)
