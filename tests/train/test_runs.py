"""Runs stop when asked and remember; devices are picked."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest
import torch
from torch import nn

from liveriff.errors import UsageError
from liveriff.train import run
from liveriff.train.device import autocast, compiled, pick
from liveriff.train.run import Run


@pytest.fixture(autouse=True)
def _handlers() -> object:
    """The signals' handlers as they were."""
    kept = [(number, signal.getsignal(number)) for number in (signal.SIGTERM, signal.SIGINT)]
    yield
    for number, handler in kept:
        signal.signal(number, handler)


def test_a_signal_ends_a_run_after_its_step(tmp_path: Path) -> None:
    state = Run(tmp_path, "codec", 1000.0)
    state.begin()
    state.advance(1.0)
    assert state.going
    os.kill(os.getpid(), signal.SIGTERM)
    assert not state.going
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    state.save(net={"w": torch.ones(1)})
    again = Run(tmp_path, "codec", 1000.0)
    assert again.load()["net"]["w"].item() == 1.0
    assert again.step == 1
    assert again.going


def test_checkpoints_and_notes_are_due_now_and_then(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(run.time, "monotonic", lambda: now[0])
    state = Run(tmp_path, "codec", 1000.0)
    state.begin()
    due: dict[str, list[float]] = {"save": [], "note": []}
    for second in range(200):
        now[0] = float(second)
        due["save"] += [now[0]] if state.save_due() else []
        due["note"] += [now[0]] if state.note_due() else []
    assert due["save"] == [60.0, 120.0, 180.0]
    assert due["note"][:3] == [5.0, 10.0, 15.0]


def test_a_device_that_is_not_there_is_told() -> None:
    assert pick("cpu") == torch.device("cpu")
    assert pick("auto").type in ("cpu", "cuda", "mps")
    if not torch.cuda.is_available():
        with pytest.raises(UsageError, match="auto, cpu"):
            pick("cuda")


def test_matrices_are_multiplied_in_short_numbers_on_a_cpu() -> None:
    with autocast("cpu"):
        assert (torch.ones(2, 2) @ torch.ones(2, 2)).dtype is torch.bfloat16


def test_a_net_that_cannot_be_compiled_stays_as_it_is() -> None:
    net = nn.Linear(2, 2)

    def broken(fast: nn.Module) -> None:
        raise RuntimeError("no compiler")

    assert compiled(net, broken) is net


def test_the_rate_rises_falls_over_the_budget_and_may_wait(tmp_path: Path) -> None:
    state = Run(tmp_path, "align", 100.0)
    assert state.rate(1.0, warm=10) == pytest.approx(0.1)
    assert state.rate(1.0, warm=10, after=1) == 0.0
    state.step = 14
    assert state.rate(1.0, warm=10, after=10) == pytest.approx(0.5)
    state.step, state.spent = 1000, 50.0
    assert state.rate(1.0, floor=0.02) == pytest.approx(0.51)
    state.spent = 100.0
    assert state.rate(1.0, floor=0.02) == pytest.approx(0.02)


def test_the_log_tells_the_mean_loss_or_that_there_was_none(tmp_path: Path) -> None:
    state = Run(tmp_path, "align", 100.0)
    state.losses = [1.0, float("nan"), 2.0]
    state.note()
    state.losses = [float("nan")]
    state.note(error=3.0)
    one, two = (json.loads(line) for line in (tmp_path / "align.log").read_text().splitlines())
    assert one["loss"] == 1.5
    assert two == {"step": 0, "seconds": 0, "loss": None, "error": 3.0}
