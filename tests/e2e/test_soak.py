"""A short soak faster than time, with the real engine, player, renderer and clients; and what its report says."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.e2e


def test_a_minute_of_a_set_by_its_own_clock_leaves_nothing_and_stays_on_the_beat(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "liveriff", "soak", "--hours", "0.012", "--out", str(tmp_path / "out"), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, f"{done.stdout[:2000]}\n{done.stderr}\n{(tmp_path / 'out' / 'engine.log').read_text()}"
    report = json.loads(done.stdout)
    assert report["passed"]
    assert report["faults"] == []
    assert report["hours"] == pytest.approx(0.012, abs=0.003)
    assert report["off_frames"] <= 1.0
    assert report["grid_off_frames"] == 0.0
    assert report["swapped"] >= 1  # a busy machine is late with others
    assert report["rendered"] > 4
    assert report["clients_events"] > 10
    assert report["clients_visits"] + report["clients_listeners"] + report["clients_refused"] >= 3
    assert {"engine", "player", "renderer", "forkserver", "all"} <= set(report["curves"]["Memory of their own (MB)"])
    assert (report["segments_left"], report["files_left"]) == (0, 0)
    html = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert html.count("<svg") >= 5


def test_in_time_the_beats_are_added_up_from_the_log(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "liveriff", "soak", "--real-time", "--hours", "0.006", "--out", str(tmp_path)]
    subprocess.run([*command, "--json"], capture_output=True, text=True, timeout=280)  # what grows is not asked here
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["beats_counted"]
    assert report["grid_off_frames"] == 0.0
    assert not any("beat" in fault for fault in report["faults"])
