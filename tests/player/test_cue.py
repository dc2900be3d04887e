"""The headphones' outputs: the mix stays what it is, and the cue comes beside it."""

from __future__ import annotations

import numpy as np

from liveriff.player.cue import LONGEST_BLOCK, Outputs
from liveriff.player.kernels import Kernels
from liveriff.player.meters import Meters
from liveriff.player.player import Player
from liveriff.player.sink import ClockSink

from .rig import NUMBA, RATE, Rig, noise


def _player(rig: Rig) -> Player:
    return Player(rig.mixer, Meters(RATE, None), ClockSink(RATE, 256, "test"), None, None)


def _rig(kernels: Kernels = NUMBA) -> Rig:
    rig = Rig(kernels=kernels)
    rig.swap(noise(24000), at=0)
    rig.grid()
    rig.mixer.desk.fx.cues[0] = (1.0, 0.0, 0.0, 1.0)
    return rig


def test_four_outputs_carry_the_mix_and_the_cue() -> None:
    two, four = np.zeros((2400, 2), np.float32), np.zeros((2400, 4), np.float32)
    for out in (two, four):
        player = _player(_rig())
        for at in range(0, 2400, 240):
            player.fill(out[at : at + 240])
        assert not player.fault
    np.testing.assert_array_equal(four[:, :2], two)
    late = 2000
    np.testing.assert_allclose(four[late:, 2:], two[late:], rtol=2e-3)  # at the fader's 0 dB both are the deck


def test_a_block_longer_than_is_common_has_room() -> None:
    outputs, out = Outputs(), np.zeros((LONGEST_BLOCK + 100, 4), np.float32)
    main, cue = outputs.take(out)
    assert cue is not None
    main.fill(0.25)
    cue.fill(-0.5)
    outputs.put(out)
    assert (out == np.array([0.25, 0.25, -0.5, -0.5], np.float32)).all()
