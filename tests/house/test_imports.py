"""Rooms stay apart: each is imported in an interpreter of its own, and what came along is looked at.

A deferred import can only be proved deferred this way; import-linter reads the text, this runs it.
"""

from __future__ import annotations

import subprocess
import sys

import pytest

TORCH = {"torch", "diffusers", "safetensors"}
SCREEN = {"textual"}
CONTROL = {"rtmidi", "rtmidi2", "mido", "pythonosc", "aiohttp", "zeroconf", "py2tosc"}
AUDIO = {"sounddevice"}

ROOMS = [
    ("liveriff", TORCH | SCREEN | CONTROL | AUDIO | {"numpy"}),
    ("liveriff.music.grid", TORCH | SCREEN | CONTROL | AUDIO | {"numpy"}),
    ("liveriff.params.registry", TORCH | SCREEN | CONTROL | AUDIO | {"numpy"}),
    ("liveriff.wire.messages", TORCH | SCREEN | CONTROL | AUDIO),
    ("liveriff.wire.chunks", TORCH | SCREEN | CONTROL | AUDIO),
    ("liveriff.cli.app", TORCH | SCREEN | CONTROL | AUDIO | {"numpy", "numba"}),
    ("liveriff.cli.play", TORCH | SCREEN | CONTROL | AUDIO),
    ("liveriff.engine.hub", TORCH | SCREEN | CONTROL | AUDIO | {"numba"}),
    ("liveriff.engine.scenes", TORCH | SCREEN | CONTROL | AUDIO),
    ("liveriff.engine.rim", TORCH | SCREEN | CONTROL | AUDIO),
    ("liveriff.engine.hands", TORCH | SCREEN | AUDIO),
    ("liveriff.control.door.client", TORCH | SCREEN | AUDIO),
    ("liveriff.player.worker", TORCH | SCREEN | CONTROL),
    ("liveriff.render.catalog", TORCH | SCREEN | CONTROL | AUDIO | {"numba"}),
    ("liveriff.render.embedded", TORCH | SCREEN | CONTROL | AUDIO),
    ("liveriff.render.testtone", TORCH | SCREEN | CONTROL | AUDIO),
    ("liveriff.render.dance", TORCH | SCREEN | CONTROL | AUDIO),
    ("liveriff.render.worker", SCREEN | CONTROL | AUDIO),
]


def loaded_by(module: str) -> set[str]:
    """Top-level names in sys.modules after importing one module in a new interpreter."""
    code = f"import sys, {module}; print(' '.join({{name.partition('.')[0] for name in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize(("module", "forbidden"), ROOMS, ids=[room for room, _ in ROOMS])
def test_a_room_brings_nothing_that_belongs_elsewhere(module: str, forbidden: set[str]) -> None:
    assert loaded_by(module) & forbidden == set()


def test_backends_are_described_without_torch() -> None:
    code = (
        "import sys; from liveriff.render.catalog import find; find('test-tone').info(); print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
