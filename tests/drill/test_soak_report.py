"""What is watched becomes curves, verdicts and sentences; the page shows all of it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree

import psutil
import pytest

from liveriff.drill import soak_watch
from liveriff.drill.soak_page import chart, page
from liveriff.drill.soak_report import Watched, faults
from liveriff.drill.soak_watch import Held


def watched(hours: float = 10.0, leak_mb_h: float = 0.0, lost_handles: int = 0) -> Watched:
    made = Watched()
    for i in range(601):
        at = hours * i / 600
        engine = Held(60.0 + leak_mb_h * at, 10.0, 5.0, 90.0, 20 + lost_handles * i // 600, 6, at)
        processes = {"engine": engine, "player": Held(80.0, 10.0, 5.0, 110.0, 12, 5, at)}
        made.look(at, processes | ({"renderer+": engine} if i < 10 else {}), 4, 1)
    made.told({"s": 3600 * hours * i / 600, "tasks": 9, "slots": 20, "blocks": 400_000} for i in range(601))
    return made


def test_a_set_that_stays_flat_passes() -> None:
    verdicts = watched().verdicts(10.0)
    assert faults(verdicts, {"off_frames": 0.7}, 999.0) == []
    assert {each.name for each in verdicts} >= {"memory: all", "memory: player", "handles: engine", "engine: tasks"}


def test_a_process_that_was_there_for_a_while_is_not_judged() -> None:
    assert not any("renderer+" in each.name for each in watched().verdicts(10.0))


@pytest.mark.parametrize(
    ("made", "last", "said"),
    [
        (watched(leak_mb_h=3.0), {}, "memory: engine grew by 22.5"),
        (watched(lost_handles=20), {}, "handles: engine grew by"),
        (watched(), {"off_frames": 1.2}, "1.20 frames off its beat"),
        (watched(), {"grid_off_frames": 2.0}, "2.00 frames off its beat"),
        (watched(), {"player_restarts": 1}, "player restarts: 1."),
    ],
)
def test_what_grows_or_drifts_or_dies_is_told(made: Watched, last: dict[str, float], said: str) -> None:
    assert any(said in fault for fault in faults(made.verdicts(10.0), last))


def test_all_processes_together_have_a_limit() -> None:
    made = watched()
    verdicts = made.verdicts(10.0)
    assert made.most_mb == 200.0  # while a second renderer was there
    assert faults(verdicts, {}, made.most_mb) == []
    assert faults(verdicts, {}, 1201.0) == ["All processes took up to 1201 MB; 1200 are allowed."]


def test_what_chunks_lie_in_is_judged_by_itself() -> None:
    made = watched()
    assert made.memory["all"][-1][1] == 110.0
    assert made.shared["shared"][-1][1] == 20.0


def test_a_larger_share_of_libraries_is_no_leak() -> None:
    """Another program that had mapped them, too, has ended."""
    made = Watched()
    for i in range(601):
        more = 20.0 * (i > 400)
        made.look(i / 60, {"engine": Held(60.0 + more, 10.0, 5.0 + more, 90.0, 20, 6, 0.0)}, 4, 1)
    assert faults(made.verdicts(10.0), {}) == []


@pytest.mark.parametrize(("grown_mb", "faults_told"), [(30.0, 0), (150.0, 2)])
def test_holes_of_a_heap_are_no_leak_of_the_renderer_but_a_leak_is(grown_mb: float, faults_told: int) -> None:
    made = Watched()
    for i in range(601):
        made.look(i / 600, {"renderer": Held(500.0 + grown_mb * i / 600, 10.0, 5.0, 700.0, 20, 1, 0.0)}, 4, 1)
    assert len(faults(made.verdicts(1.0), {})) == faults_told


def test_slots_of_pads_may_be_many_but_none_may_be_astray() -> None:
    made = Watched()
    made.told({"s": 60.0 * i, "pad_slots": 16 + i / 10, "pad_slots_astray": 3} for i in range(601))
    assert faults(made.verdicts(10.0), {}) == []
    made.told({"s": 36000 + 60.0 * i, "pad_slots": 76, "pad_slots_astray": 3 + i / 20} for i in range(601))
    assert "engine: pad_slots_astray grew by" in faults(made.verdicts(20.0), {})[0]


def test_the_page_is_whole_and_has_every_curve() -> None:
    made = watched(leak_mb_h=3.0)
    html = page("A <soak>", {"hours": "10"}, made.verdicts(10.0), made.charts())
    assert "A &lt;soak&gt;" in html
    assert html.count("<svg") == 8
    assert "grows" in html
    assert "http" not in html.replace("http-equiv", ""), "nothing is fetched"


@pytest.mark.parametrize("curve", [[(0.0, 0.0)], [(0.0, 1.0), (2.0, 3000.0)], [(0.5 * i, i % 7) for i in range(2000)]])
def test_a_chart_is_drawn_inside_its_picture(curve: list[tuple[float, float]]) -> None:
    picture = ElementTree.fromstring(chart({"one": curve, "another": curve}))
    wide, high = (float(word) for word in picture.attrib["viewBox"].split()[2:])
    for line in picture.findall("polyline"):
        for point in line.attrib["points"].split():
            x, y = map(float, point.split(","))
            assert 0 <= x <= wide
            assert 0 <= y <= high


def test_a_process_is_looked_at_from_outside(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "file").write_text("x")
    assert soak_watch.files(tmp_path) == 1
    assert soak_watch.segments(os.getpid(), tmp_path) == 0
    (tmp_path / f"liveriff-{os.getpid()}-slots").write_text("")
    assert soak_watch.segments(os.getpid(), tmp_path) == 1
    code = "import time; held = bytearray(40 << 20); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", code]) as child:
        for _ in range(200):
            held = soak_watch.held(psutil.Process(child.pid))
            if held is not None and held.rss_mb > 40:
                break
            time.sleep(0.05)
        assert held is not None
        assert held.rss_mb > 40
        assert held.threads == 1
        child.kill()
    assert soak_watch.family(child.pid) == {}


@pytest.mark.parametrize(
    ("command", "direct", "name"),
    [
        (["python", "-c", "from multiprocessing.resource_tracker import main;main(5)"], True, "tracker"),
        (["python", "-c", "from multiprocessing.forkserver import main; main(1)"], True, "forkserver"),
        (["python", "-c", "from multiprocessing.forkserver import main; main(1)"], False, "renderer"),
        (["python", "-c", "from multiprocessing.spawn import spawn_main; spawn_main()"], True, "player"),
        (["sleep", "1"], True, "other"),
    ],
)
def test_children_are_told_apart(command: list[str], direct: bool, name: str) -> None:
    assert soak_watch.duty(command, direct) == name


@pytest.mark.parametrize(
    ("looks", "player", "renderer"),
    [
        ([{"engine": 1, "player": 2, "renderer": 3}] * 3, 0, 0),
        ([{"player": 2}, {"player": 2, "player+": 4}, {"player": 4, "player+": 2}], 0, 0),  # and where they come from
        ([{"player": 2, "renderer": 3}, {"player": 2}, {"player": 2, "renderer": 9}], 0, 1),
        ([{"player": 2, "player+": 4}, {"player": 4}, {"player": 4, "player+": 7}, {"player": 4, "player+": 8}], 2, 0),
    ],
)
def test_who_was_started_again_is_counted_from_outside(looks: list[dict[str, int]], player: int, renderer: int) -> None:
    lives = soak_watch.Lives()
    for look in looks:
        lives.look(look)
    assert (lives.restarts("player"), lives.restarts("renderer")) == (player, renderer)
