"""The table of faults, and what each needs."""

from __future__ import annotations

import random
import re

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
