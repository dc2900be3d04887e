"""Ableton Link against another implementation of it, in a network of its own where only the loopback is."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from liveriff.control.clock import link
from liveriff.control.clock.link import LinkClock
from liveriff.errors import UsageError

PEER = Path(__file__).with_name("link_peer.py")
ALONE = "ip link set lo up && ip link set lo multicast on && ip route add 224.0.0.0/4 dev lo && exec {} {} {}"


def missing() -> str:
    """Why the peers cannot meet here."""
    for module in ("link", "aalink"):
        if importlib.util.find_spec(module) is None:
            return f"{module} is not installed (pip install linkpython-extern aalink)"
    if not shutil.which("unshare") or not shutil.which("ip"):
        return "unshare and ip are needed for a network of its own"
    if subprocess.run(["unshare", "-rn", "true"], capture_output=True).returncode:
        return "this system allows no network namespaces"
    return ""


MISSING = missing()


def meet(what: str) -> dict[str, float]:
    """Run both peers in one process, in a network namespace; returns what they saw."""
    shell = ALONE.format(sys.executable, PEER, what)
    done = subprocess.run(["unshare", "-rn", "sh", "-c", shell], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    seen: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return seen


@pytest.mark.skipif(bool(MISSING), reason=MISSING)
def test_joining_takes_the_sessions_tempo_and_both_hear_one_phase() -> None:
    seen = meet("join")
    assert seen["peers"] == 1
    assert seen["ours"] == pytest.approx(97.0, abs=0.01)
    assert seen["theirs"] == pytest.approx(97.0, abs=0.01)
    assert abs(seen["phase_ms"]) <= 5


@pytest.mark.skipif(bool(MISSING), reason=MISSING)
def test_tempo_goes_both_ways_and_keeps_the_phase() -> None:
    seen = meet("both")
    assert seen["theirs"] == pytest.approx(133.0, abs=0.01)
    assert abs(seen["phase_ms"]) <= 5
    assert seen["ours_after"] == pytest.approx(88.0, abs=0.01)
    assert abs(seen["phase_after_ms"]) <= 5


def test_without_the_library_one_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(UsageError, match=r"liveriff\[link\]"):
        LinkClock().open(120.0)


def test_a_clock_that_is_not_open_says_nothing() -> None:
    clock = LinkClock()
    assert clock.lead(0.0) is None
    assert not clock.set_tempo(100.0)
    assert clock.peers == 0
    clock.set_playing(True)
    clock.close()
