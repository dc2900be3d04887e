"""The drill as a person would run it: faults done to real performances, and a report that says what became of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from e2e.command import run
from liveriff.drill.jackserver import missing
from liveriff.drill.needs import first_missing
from liveriff.drill.report import read

pytestmark = pytest.mark.e2e
TONE = ("--model", "test-tone")


@pytest.mark.skipif(bool(first_missing(("signals",))), reason="processes cannot be killed here")
def test_a_killed_renderer_is_not_heard(tmp_path: Path) -> None:
    done = run(
        tmp_path, "drill", "--faults=renderer-killed", "--ear=file", "--json", f"--out={tmp_path / 'out'}", *TONE
    )
    report = read(tmp_path / "out" / "report.json")
    (outcome,) = report.faults
    assert json.loads(done.out)["faults"][0]["name"] == "renderer-killed"
    assert outcome.ear == "file"
    assert (outcome.dropped, outcome.left, outcome.status) == (0, [], 0)
    assert outcome.seconds > 5.0
    assert outcome.rendered_s is not None
    assert any("renderer left" in text for second, text in outcome.told if second > 0)
    assert max(outcome.levels) > 0.05
    assert done.status == (0 if report.good else 1)
    assert "renderer-killed" in (tmp_path / "out" / "index.html").read_text()
    table = run(tmp_path, "drill", "--markdown", str(tmp_path / "out" / "report.json"))
    assert "| The renderer is killed. | 0 |" in table.out


@pytest.mark.skipif(
    bool(missing() or first_missing(("signals", "jack"))), reason="there is no JACK server to listen through"
)
def test_a_killed_player_is_a_hole_with_the_same_music_after_it(tmp_path: Path) -> None:
    run(tmp_path, "drill", "--faults=player-killed", f"--out={tmp_path / 'out'}", *TONE)
    (outcome,) = read(tmp_path / "out" / "report.json").faults
    assert outcome.ear == "jack"
    assert 0.0 < outcome.longest_gap_s < 8.0  # how long on a busy machine is not asked here
    assert any("goes on where it was" in text for _, text in outcome.told)
    assert outcome.likeness is not None
    assert outcome.phase_ms is not None
    assert (outcome.left, outcome.status) == ([], 0)


def test_what_is_asked_for_wrongly_is_one_sentence(tmp_path: Path) -> None:
    for wrong in ("--faults=nonsense", "--markdown=absent.json", "--kills=-1", "--ear=left"):
        done = run(tmp_path, "drill", wrong, f"--out={tmp_path / 'out'}")
        assert done.status == 2
        assert len(done.err.strip().splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_the_list_names_every_fault(tmp_path: Path) -> None:
    rows = json.loads(run(tmp_path, "drill", "--list", "--json").out)
    assert {"calm", "engine-killed", "disk-full"} <= {row["name"] for row in rows}
    assert run(tmp_path, "drill", "--list", "--faults=calm").out.count("\n") == 1
