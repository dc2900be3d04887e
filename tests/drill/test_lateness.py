"""Who was late for the audio server: the player's blocks are its own, others' are not."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pytest

from liveriff.drill import needs
from liveriff.drill.jackserver import JackServer
from liveriff.drill.judge import judge, missed
from liveriff.drill.lateness import SERVER, in_words, late, of_player
from liveriff.drill.outcome import FAILED, PASSED, Outcome
from liveriff.drill.table import FAULTS

LOG = """\
JackEngine::XRun: client = liveriff was not finished, state = Triggered
JackEngine::XRun: client = liveriff-ear was not finished, state = Running
JackEngine::XRun: client liveriff-01 finished after current callback
JackTimedDriver::Process XRun = 24 usec
JackEngine::XRun: client = a hand of somebody was not finished, state = Running
Process: graph not finished!
"""


def test_the_log_names_who_was_late() -> None:
    counts = late(LOG)
    assert counts == {"liveriff": 1, "liveriff-01": 1, "liveriff-ear": 1, SERVER: 1, "a hand of somebody": 1}
    assert of_player(counts) == 2
    assert of_player(late("")) == 0
    assert in_words({"liveriff": 1, "liveriff-ear": 3}) == "liveriff-ear 3, liveriff 1"


@pytest.mark.parametrize(
    ("outcome", "count"),
    [
        (Outcome("x", "", "", ear="jack", underruns=5.0, late=late(LOG)), 2),
        (Outcome("x", "", "", ear="jack", underruns=5.0, late={"liveriff-ear": 5}), 0),
        (Outcome("x", "", "", ear="jack", late_blocks=3.0, late={"liveriff-ear": 3}), 3),  # only one is named a block
        (Outcome("x", "", "", ear="file", underruns=1.0), 1),
    ],
)
def test_the_players_lateness_is_told_from_that_of_others(outcome: Outcome, count: int) -> None:
    assert missed(outcome) == count


@pytest.mark.skipif(bool(needs.first_missing(("jack",))), reason="there is no JACK server to be late for")
@pytest.mark.parametrize(("name", "verdict"), [("liveriff", FAILED), ("liveriff-ear", PASSED)])
def test_a_player_that_misses_a_block_fails_and_a_recorder_that_does_is_only_told(
    tmp_path: Path, name: str, verdict: str
) -> None:
    with JackServer(tmp_path / "jackd.log") as server:
        mark = _late_client(server, name)
        outcome = Outcome("calm", "", "", ear="jack", rendered_s=1.0, status=0, late=late(server.said(mark)))
    assert outcome.late.get(name, 0) >= 1
    outcome.missed = missed(outcome)
    judge(FAULTS[0], outcome, renders=True, complaints=[])
    assert outcome.verdict == verdict
    assert all("the player was late" in reason for reason in outcome.why)


def _late_client(server: JackServer, name: str) -> int:
    """A client that takes longer than a block lasts, once it has begun; the server's mark from before that."""
    jack: Any = pytest.importorskip("jack")
    client, slow = jack.Client(name, servername=server.name, no_start_server=True), threading.Event()
    port = client.outports.register("out")

    def process(_: int) -> None:
        port.get_array().fill(0.0)
        if slow.is_set():
            time.sleep(0.05)

    client.set_process_callback(process)
    with client:
        client.connect(port, "system:playback_1")
        time.sleep(0.5)
        mark = server.mark()
        slow.set()
        time.sleep(0.5)
        slow.clear()
        time.sleep(0.3)
    return mark
