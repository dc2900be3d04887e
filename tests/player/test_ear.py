"""The sound input in the mixer: bit for bit into the ring, into the mix only when it is monitored, and as it was when
it is played again."""

from __future__ import annotations

import os
from collections.abc import Iterator

import numpy as np
import pytest

from liveriff.player import scalar, vector
from liveriff.player.desk import Desk
from liveriff.player.ear import LEVEL, LONGEST_BLOCK, MONITOR, Ear
from liveriff.player.kernels import Kernels, table
from liveriff.player.listening import Sound
from liveriff.player.mixer import Mixer
from liveriff.player.panel import Panel
from liveriff.wire.past import Past

RATE = 48000
NOISE = np.random.default_rng(3).uniform(-0.3, 0.3, (40000, 2)).astype(np.float32)
KERNELS = {"scalar": table("scalar", scalar), "vector": table("vector", vector)}


class Source:
    """Plays ``sound`` from frame 0 on."""

    device, lost, delay_s = "test", "", 0.01

    def __init__(self, sound: Sound) -> None:
        self.sound = sound

    def read(self, out: Sound, frame: int) -> None:
        part = self.sound[frame : frame + len(out)]
        out.fill(0.0)
        out[: len(part)] = part

    def close(self) -> None:
        pass


class Stand:
    """A mixer that hears ``sound``."""

    def __init__(self, ring: Past | None, kernels: Kernels, sound: Sound = NOISE, levelled: bool = False) -> None:
        self.panel = Panel((LEVEL, MONITOR))
        self.mixer = Mixer(RATE, kernels, lambda _: None, Desk(self.panel))
        self.ear = self.mixer.ear = Ear(Source(sound), RATE, kernels, self.panel, levelled)
        self.ear.keep(ring)

    def play(self, *blocks: int) -> Sound:
        """What leaves in blocks of these lengths."""
        outs = [np.zeros((block, 2), np.float32) for block in blocks]
        for out in outs:
            self.mixer.next_block(out)
        return np.concatenate(outs)

    def set(self, level: float, monitor: bool) -> None:
        self.panel.put((0, 1), (level, float(monitor)))


@pytest.fixture
def ring() -> Iterator[Past]:
    made = Past(f"liveriff-{os.getpid()}-testear", RATE, create=True, rings=1, seconds=1)
    yield made
    made.close()


@pytest.fixture(params=list(KERNELS))
def kernels(request: pytest.FixtureRequest) -> Kernels:
    return KERNELS[request.param]


def test_it_is_kept_to_the_bit_and_not_heard(ring: Past, kernels: Kernels) -> None:
    stand = Stand(ring, kernels)
    assert not stand.play(256, 256, 100).any()
    np.testing.assert_array_equal(ring.read(0, 0, 612), NOISE[:612])
    assert stand.ear.peak == pytest.approx(np.abs(NOISE[512:612]).max())


def test_monitored_it_is_heard_at_its_level_behind_the_limiter(ring: Past, kernels: Kernels) -> None:
    stand = Stand(ring, kernels)
    stand.set(0.0, True)
    heard, late = stand.play(*[256] * 30), stand.mixer.limiter.depth
    np.testing.assert_array_equal(heard[6000:], NOISE[6000 - late : 7680 - late])
    rising = np.abs(heard[late : late + 400]) / np.maximum(np.abs(NOISE[:400]), 1e-9)
    assert rising[:16].max() < 0.2  # it fades in
    stand.set(0.0, False)
    assert not stand.play(*[256] * 16)[3500:].any()
    assert stand.ear.silent


def test_the_level_is_in_what_is_kept_and_in_what_is_heard(ring: Past, kernels: Kernels) -> None:
    stand = Stand(ring, kernels)
    stand.set(-20.0, True)
    heard, late = stand.play(*[256] * 40), stand.mixer.limiter.depth
    kept = ring.read(0, 9000, 500)
    np.testing.assert_allclose(kept, NOISE[9000:9500] * 0.1, atol=1e-7)
    np.testing.assert_array_equal(heard[9000 + late : 9500 + late], kept)


def test_blocks_of_any_length_sound_the_same(ring: Past, kernels: Kernels) -> None:
    played = []
    for blocks in ([256] * 32, [1, 255, 1000, 3000, 3936], [8192]):
        stand = Stand(ring, kernels)
        stand.set(-6.0, True)
        played.append(stand.play(*blocks))
    assert len(played[2]) == LONGEST_BLOCK
    np.testing.assert_array_equal(played[0], played[1])
    np.testing.assert_array_equal(played[0], played[2])


def test_what_is_kept_plays_again_as_it_was(ring: Past, kernels: Kernels) -> None:
    first = Stand(ring, kernels)
    first.set(-9.0, True)
    played = first.play(*[256] * 20)
    kept = ring.read(0, 0, 5120)
    assert kept is not None
    again = Stand(None, kernels, kept, levelled=True)
    again.set(-9.0, True)
    np.testing.assert_array_equal(again.play(*[256] * 20), played)


def test_nothing_is_heard_that_cannot_be_kept(ring: Past, kernels: Kernels) -> None:
    stand = Stand(None, kernels)
    stand.set(0.0, True)
    assert not stand.play(*[256] * 8).any()
    stand.ear.keep(ring)
    assert stand.play(*[256] * 8).any()


def test_what_is_no_number_is_silence(ring: Past, kernels: Kernels) -> None:
    broken = NOISE[:256].copy()
    broken[10], broken[20, 1] = np.nan, np.inf
    stand = Stand(ring, kernels, broken)
    stand.set(0.0, True)
    assert np.isfinite(stand.play(256, 256)).all()
    kept = ring.read(0, 0, 256)
    assert kept is not None
    assert kept[10].tolist() == [0.0, 0.0]
    assert np.isfinite(kept).all()


def test_it_leaves_with_the_music(ring: Past, kernels: Kernels) -> None:
    stand = Stand(ring, kernels)
    stand.set(0.0, True)
    stand.play(*[256] * 8)
    stand.mixer.leave(480)
    assert not stand.mixer.silent
    stand.play(*[256] * 40)
    assert stand.mixer.silent
