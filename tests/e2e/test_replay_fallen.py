"""A performance in which the player was killed, played again from its log: every life of it, to the frame."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile

from e2e.command import Playing, wait_until
from e2e.controls import replayed, samples
from e2e.house import TONE

pytestmark = [pytest.mark.e2e, pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="nothing can be killed here")]


def test_both_lives_of_a_player_come_again(tmp_path: Path) -> None:
    log, again = tmp_path / "set.jsonl", tmp_path / "again.wav"
    rim = ("--osc", "off", "--door", "off", "--midi", "off")
    playing = Playing(tmp_path, "--sink=null", f"--log={log}", f"--record={tmp_path / 'tape.wav'}", *rim, *TONE)
    try:
        playing.sounds()
        time.sleep(3.0)
        player = playing.player()
        assert player is not None
        player.send_signal(signal.SIGKILL)
        assert wait_until(lambda: any("goes on where it was" in line for line in playing.said), 60), playing.said
        time.sleep(3.0)
        playing.stop()
        done = playing.end()
    finally:
        playing.abandon()
    assert done.status == 0, done.err
    assert done.report["player_restarts"] == 1
    replay = replayed(tmp_path, log, again)
    assert replay.status == 0, replay.err
    assert replay.report["differing"] == []
    played = samples(again)
    for tape in sorted(tmp_path.glob("tape*.wav")):
        heard, _ = soundfile.read(tape, dtype="float32")
        heard = heard[: len(heard) // 48000 * 48000]  # its last part second may have been cut by the kill
        loud = np.flatnonzero(np.abs(heard).max(axis=1) > 0.01)
        assert len(loud), tape
        first = int(loud[0])
        assert found(heard[first : first + 48000], played), tape
    assert len(sorted(tmp_path.glob("tape*.wav"))) == 2
    assert os.path.getsize(again) > 0


def found(piece: np.ndarray, whole: np.ndarray) -> bool:
    """Whether the piece is somewhere in the whole, sample by sample."""
    for place in np.flatnonzero((whole[: len(whole) - len(piece) + 1] == piece[0]).all(axis=1)):
        if np.array_equal(whole[place : place + len(piece)], piece):
            return True
    return False
