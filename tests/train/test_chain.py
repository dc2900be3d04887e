"""Which stage follows which; a stage that fails ends the others."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from liveriff.cli.app import orderly
from liveriff.errors import UsageError
from liveriff.train import chain


class Process:
    """A stage that ends after it was looked at a few times."""

    def __init__(self, words: list[str], looks: int, code: int, log: list[str]) -> None:
        self.words, self.looks, self.code, self.log = words, looks, code, log
        self.stage = words[4]
        log.append(f"{self.stage} begins")

    def poll(self) -> int | None:
        """None while it runs."""
        self.looks -= 1
        if self.looks > 0:
            return None
        self.log.append(f"{self.stage} ends")
        return self.code

    def terminate(self) -> None:
        """Asked to stop."""
        self.log.append(f"{self.stage} is stopped")

    def wait(self, seconds: float) -> None:
        """Waited for."""


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What happens to stages; ``LOOKS`` says how long each takes."""
    seen: list[str] = []
    monkeypatch.setattr(chain.time, "sleep", lambda seconds: None)
    monkeypatch.setattr(
        chain.subprocess, "Popen", lambda words: Process(words, LOOKS.get(words[4], 2), FAILS.get(words[4], 0), seen)
    )
    yield seen
    FAILS.clear()


LOOKS = {"data": 6, "vocoder": 20, "codec": 3}
FAILS: dict[str, int] = {}


def _plan(tmp_path: Path, device: str) -> chain.Plan:
    return chain.Plan(tmp_path, tmp_path / "weights", 1.0, device, 40, 60, 2)


def _silent(line: str) -> None:
    pass


def test_on_a_cpu_one_stage_follows_the_other(tmp_path: Path, log: list[str]) -> None:
    chain.run_all(_plan(tmp_path, "cpu"), _silent)
    stages = ["data", "codec", "latents", "unet", "distil", "vocoder", "export", "eval"]
    assert log == [f"{stage} {what}" for stage in stages for what in ("begins", "ends")]


def test_what_is_not_to_be_judged_is_not(tmp_path: Path, log: list[str]) -> None:
    chain.run_all(replace(_plan(tmp_path, "cpu"), judged=False), _silent)
    assert log[-1] == "export ends"


def test_who_is_asked_to_end_stops_the_stages(tmp_path: Path, log: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chain.time, "sleep", lambda seconds: os.kill(os.getpid(), signal.SIGTERM))
    with pytest.raises(SystemExit), orderly():
        chain.run_all(_plan(tmp_path, "cpu"), _silent)
    assert log == ["data begins", "data is stopped"]


def test_on_a_graphics_card_what_need_not_wait_does_not(
    tmp_path: Path, log: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chain, "pick", lambda name: torch.device("cuda"))
    monkeypatch.setattr(chain, "shards_of", lambda work, kind: [Path()] * log.count("data begins") * 99)
    chain.run_all(_plan(tmp_path, "cuda"), _silent)
    place = log.index
    assert place("codec begins") < place("data ends") < place("latents begins")
    assert place("vocoder begins") < place("latents ends") < place("unet begins")
    assert place("unet ends") < place("distil begins") < place("vocoder ends") < place("export begins")


def test_a_stage_that_fails_is_told_and_ends_the_others(
    tmp_path: Path, log: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    FAILS["codec"] = 2
    monkeypatch.setattr(chain, "pick", lambda name: torch.device("cuda"))
    monkeypatch.setattr(chain, "shards_of", lambda work, kind: [Path()] * 99)
    with pytest.raises(UsageError, match="train codec` ended with status 2"):
        chain.run_all(_plan(tmp_path, "cuda"), _silent)
    assert log[-1] == "data is stopped"
    assert "latents begins" not in log


def test_the_hours_are_shared_out_whole() -> None:
    assert sum(chain.SHARES.values()) == pytest.approx(1.0)
    assert sum(chain.BESIDE[stage] for stage in ("codec", "unet", "distil")) == pytest.approx(1.0)
    assert chain.BESIDE["vocoder"] == pytest.approx(chain.BESIDE["unet"] + chain.BESIDE["distil"])
