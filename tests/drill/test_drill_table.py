"""The table of faults, and what each needs."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from liveriff.control.osc.packets import MalformedError, parse
from liveriff.drill import needs
from liveriff.drill.faults_network import spoilt
from liveriff.drill.table import FAULTS, chosen
from liveriff.errors import UsageError


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_row_is_whole(fault: object) -> None:
    from liveriff.drill.table import Fault

    assert isinstance(fault, Fault)
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", fault.name)
    assert fault.sentence.endswith(".")
    assert fault.expected.endswith(".")
    assert set(fault.needs) <= set(needs.MISSING)
    assert fault.ear in ("any", "file")
    re.compile(fault.says)
    act = fault.act()
    assert act.hold_s >= 0
    if fault.limits.dropped is None:  # a gap is allowed: it must be heard in the time of an audience
        assert "jack" in fault.needs
        assert fault.limits.gap_s > 0
    if fault.limits.phase_ms is not None:
        assert act.rests
    if fault.limits.recovery_s is not None:
        assert act.renders


def test_names_are_one_each_and_chosen_in_the_tables_order() -> None:
    names = [fault.name for fault in FAULTS]
    assert len(set(names)) == len(names)
    assert [fault.name for fault in chosen("")] == names
    assert [fault.name for fault in chosen("flood, calm")] == ["calm", "flood"]
    with pytest.raises(UsageError, match=r"no 'playr-killed'.*player-killed"):
        chosen("playr-killed")


def test_what_cannot_be_done_here_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(needs.sys, "platform", "win32")
    for need in ("signals", "limits", "terminal"):
        assert needs.first_missing((need,))
    monkeypatch.setattr(needs.jackserver.shutil, "which", lambda name: None)
    assert "JACK" in needs.first_missing(("jack",))
    assert needs.first_missing(()) == ""


def test_garbage_is_mostly_garbage() -> None:
    dice, refused = random.Random(1), 0
    for _ in range(400):
        try:
            parse(spoilt(dice))
        except MalformedError:
            refused += 1
    assert 200 < refused < 400


def test_what_is_damaged_is_refused_by_who_reads_it(tmp_path: Path) -> None:
    from liveriff.drill.faults_files import BROKEN, FilesBroken
    from liveriff.drill.home import Home
    from liveriff.drill.liveset import Plan
    from liveriff.engine.library import fetched
    from liveriff.engine.scenes import load_scene
    from liveriff.engine.scenes_presets import load_preset

    home = Home(tmp_path / "home")
    FilesBroken().prepare(Plan(home, [], "test-tone", tmp_path))
    scene, preset, sound = (home.performer / name for name in BROKEN)
    for file, read in ((scene, load_scene), (preset, load_preset)):
        with pytest.raises(UsageError, match=file.name):
            read(str(file))
    with pytest.raises(UsageError, match=r"drill-sound\.wav cannot be read as sound"):
        fetched(sound, 48000, 1.0)


def test_damaged_weights_are_refused_by_who_reads_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from liveriff.drill.faults_files import DAMAGED, WeightsBroken
    from liveriff.drill.home import Home
    from liveriff.drill.liveset import Plan
    from liveriff.errors import ModelError
    from liveriff.render.catalog import find

    home = Home(tmp_path / "home")
    WeightsBroken().prepare(Plan(home, [], "test-tone", tmp_path))
    monkeypatch.setenv("LIVERIFF_HOME", str(home.performer))
    changed, cut = (find(name) for name in DAMAGED)
    with pytest.raises(ModelError, match=r"drill-changed.*corrupted"):
        changed.info()
    assert cut.info().name == "drill-cut", "its manifest agrees"
    with pytest.raises(ModelError, match=r"drill-cut.*is broken"):
        cut.create().load("cpu")


def test_what_was_not_counted_is_told() -> None:
    from liveriff.drill.faults_network import Flood, Garbage, uncounted

    report = {"osc": {"malformed": 30, "wrong": 0}, "door": {"unreadable": 9}}
    assert uncounted(report, 100, Garbage.least) == []
    assert uncounted({**report, "osc": {"malformed": 1}}, 100, Garbage.least) == [
        "100 were sent, and osc has counted 1 (malformed, unknown, wrong, refused)."
    ]
    assert len(uncounted({"osc": None}, 100, Garbage.least)) == 2
    assert len(uncounted({"osc": {"received": 20}}, 100, Flood.least)) == 1
    assert uncounted({"osc": {"received": 100}}, 100, Flood.least) == []


@pytest.mark.parametrize(("values", "wrong"), [([], 0), ([0.0, 0.05, 0.1], 0), ([0.5, 0.52, -1.0, -0.9], 1)])
def test_a_value_that_jumps_is_told(values: list[float], wrong: int) -> None:
    from liveriff.drill.faults_audio import jumps

    assert len(jumps(values)) == wrong


def test_what_the_pulled_controller_turns_is_turned_by_no_other_hand() -> None:
    from itertools import islice

    from liveriff.drill.faults_audio import BOUND, TURNED
    from liveriff.drill.hands import moves

    assert f'path = "{TURNED}"' in BOUND
    assert TURNED not in {path for path, _ in islice(moves(), 200)}


def test_fewer_steps_are_seen() -> None:
    from liveriff.drill.faults_model import fewer
    from liveriff.drill.watch import Reading

    readings = [Reading(1.0, "/deck/1/heard/steps", 4), Reading(2.0, "/deck/2/heard/steps", 2)]
    assert not fewer(readings, 0.0)
    assert fewer([*readings, Reading(3.0, "/deck/1/heard/steps", 3)], 2.5)
    assert not fewer([*readings, Reading(3.0, "/deck/1/heard/steps", 3)], 3.5), "it had fallen before"


def test_that_chunks_take_longer_is_told() -> None:
    from liveriff.drill.faults_model import slower
    from liveriff.drill.watch import Reading

    readings = [
        Reading(at, "/status/x_realtime", value) for at, value in ((0.0, 0.0), (1.0, 14.0), (1.5, 5.0), (2.0, 6.0))
    ]
    slow = Reading(6.0, "/status/x_realtime", 1.4)
    assert not slower(readings, 1.8)
    assert slower([*readings, slow], 2.5)
    assert not slower([*readings, slow], 0.5), "nothing before it to compare with"
    assert not slower([*readings, slow], 7.0), "it was slow before"
    assert not slower([*readings, Reading(6.0, "/status/x_realtime", 3.0)], 2.5), "other work of the machine"
