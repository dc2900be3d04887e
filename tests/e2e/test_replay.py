"""A performance and its replay: the same samples, with everything that a performer may do in between."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest
import soundfile

from .command import run
from .controls import parse, play_script, replayed, samples
from .house import TONE
from .longset import script

pytestmark = pytest.mark.e2e

SCRIPT = """
# a hand on everything, in nine seconds
0.2 /record/stems 1
0.3 /record/chunks 1
0.4 /record 1
0.5 /deck/1/level -30 > 0 in 1
0.6 /pad/1/trigger 1.0
0.9 /pad/2/trigger 0.6
1.0 /deck/2/alpha 0 > 1 in 2
1.2 /deck/1/eq/low 0 > -40 in 0.5
1.5 /deck/3/filter 0 > 0.8 in 1
1.8 /deck/1/send/delay -60 > -6 in 0.3
2.0 /scene techno
3.0 /master/crossfader -1 > 1 in 1
4.2 /tempo/bpm 118
5.0 /deck/4/next 1
5.5 /deck/4/preset/bars 1
5.6 /deck/4/preset warm-pad
6.0 /pad/1/trigger 1.0
6.5 /panic 1
7.0 /play 1
7.5 /deck/1/mute 1
8.5 /record 0
"""


def test_a_line_of_a_script_is_a_control_or_a_hand_that_moves() -> None:
    controls = parse('1 /a 2 0.5 "b c"\n# no\n\n0 /b 0 > 1 in 0.04\n')
    assert [(control.at_s, control.path, control.values) for control in controls] == [
        (0.0, "/b", (0.0,)), (0.02, "/b", (0.5,)), (0.04, "/b", (1.0,)), (1.0, "/a", (2, 0.5, "b c")),
    ]  # fmt: skip


def test_what_was_played_comes_again_bit_for_bit(tmp_path: Path) -> None:
    played, again, log = tmp_path / "played.wav", tmp_path / "again.wav", tmp_path / "set.jsonl"
    options = ("--sink", f"wav:{played}", "--log", str(log), "--seconds", "10", *TONE)
    done = play_script(tmp_path, SCRIPT, *options)
    assert done.status == 0, done.err
    replay = replayed(tmp_path, log, again)
    assert replay.status == 0, replay.err
    assert replay.report["differing"] == []
    assert replay.report["whole"] is True
    assert played.read_bytes() == again.read_bytes()
    assert np.abs(samples(played)).max() > 0.05
    kinds = [json.loads(line)["kind"] for line in log.read_text().splitlines()]
    assert kinds.count("block") > 50

    (folder,) = tmp_path.rglob("recordings")
    (mix,) = (path for path in folder.glob("*.wav") if " - " not in path.name)
    stems = [soundfile.read(path)[0] for path in sorted(folder.glob("* - *.wav"))]
    heard, _ = soundfile.read(mix)
    assert len(stems) == 6
    assert {len(stem) for stem in stems} == {len(heard)}
    assert sorted(path.suffix for path in (folder / f"{mix.stem} - chunks").iterdir()).count(".json") >= 5


def test_what_a_model_made_is_made_again_bit_for_bit(tmp_path: Path) -> None:
    """By the model itself, in another process: nothing is left of what was kept."""
    played, again, log = tmp_path / "played.wav", tmp_path / "again.wav", tmp_path / "set.jsonl"
    options = ("--sink", f"wav:{played}", "--log", str(log), "--seconds", "5")
    done = play_script(tmp_path, "1 /deck/1/next 1\n", *options)
    assert done.status == 0, done.err
    replay = replayed(tmp_path, log, again, "--no-cache")
    assert replay.status == 0, replay.err
    assert replay.report["rendered"] >= 4
    assert replay.report["differing"] == []
    assert played.read_bytes() == again.read_bytes()


def test_a_replay_that_cannot_be_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "no.jsonl").write_text("nonsense\n")
    for arguments in (("no.jsonl", "x.wav"), ("absent", "x.wav"), ("no.jsonl", "x.mp3"), ("no.jsonl", "no/x.wav")):
        log, out = (str(tmp_path / each) for each in arguments)
        done = run(tmp_path, "replay", log, "--out", out)
        assert done.status == 2
        assert len(done.err.strip().splitlines()) == 1
    assert [path.name for path in tmp_path.glob("*") if path.is_file()] == ["no.jsonl"]


def test_the_last_performance_is_restored(tmp_path: Path) -> None:
    assert run(tmp_path, "play", "--headless", "--restore", "--sink", "null").status == 2
    plain = ("--headless", "--sink", "null", "--seconds", "1", "--osc", "off", "--door", "off", "--midi", "off", *TONE)
    assert run(tmp_path, "play", *plain, "--set", "/tempo/bpm=97.5", "--set", "/deck/2/pan=0.25").status == 0
    assert run(tmp_path, "play", *plain, "--restore", "--log", str(tmp_path / "b.jsonl")).status == 0
    header = json.loads((tmp_path / "b.jsonl").read_text().splitlines()[0])
    assert header["values"]["/tempo/bpm"] == 97.5
    assert header["values"]["/deck/2/pan"] == 0.25


@pytest.mark.skipif("LIVERIFF_LONG_SET" not in os.environ, reason="LIVERIFF_LONG_SET=MINUTES plays a set in real time")
def test_a_long_set_plays_without_a_hole_and_comes_again(tmp_path: Path) -> None:
    minutes = float(os.environ["LIVERIFF_LONG_SET"])
    played, again, log = tmp_path / "played.wav", tmp_path / "again.wav", tmp_path / "set.jsonl"
    options = ("--sink", f"wav:{played}", "--log", str(log), "--seconds", str(minutes * 60))
    done = play_script(tmp_path, script(minutes), *options, patience_s=minutes * 60 + 120)
    assert done.status == 0, done.err
    assert done.report["underruns"] == 0
    assert done.report["player_restarts"] == 0
    assert replayed(tmp_path, log, again).status == 0
    assert np.array_equal(samples(played), samples(again))
