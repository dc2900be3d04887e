"""The fuzzer finds what is planted, tells findings apart, and makes the same inputs again."""

from __future__ import annotations

import gc
import json
import logging
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from fuzz.hunt import Limits, apart, hunt, inputs
from fuzz.judge import Judge
from fuzz.mutate import Mutator
from fuzz.stage import Stage
from fuzz.surface import Broken, Surface

from fuzz import judge, report
from liveriff.errors import UsageError


def surface(target: Callable[[bytes], bool], **more: object) -> Surface:
    return Surface("planted", "a planted fault", lambda: target, lambda: [b"good", b"bad"], **more)  # type: ignore[arg-type]


def refuses(data: bytes) -> bool:
    raise UsageError("no.")


def raises(data: bytes) -> bool:
    if data.startswith(b"bad"):
        raise KeyError("planted")
    return True


def logs(data: bytes) -> bool:
    logging.getLogger("liveriff.planted").error("swallowed")
    return True


def works_long(data: bytes) -> bool:
    began = time.process_time()
    while time.process_time() - began < 0.05:
        pass
    return True


def never_ends(data: bytes) -> bool:
    while True:
        pass


def eats(data: bytes) -> bool:
    raise MemoryError


@pytest.mark.parametrize(
    ("target", "kind"),
    [(raises, "exception"), (logs, "logged"), (works_long, "slow"), (never_ends, "hang"), (eats, "memory")],
)
def test_a_planted_fault_is_found(target: Callable[[bytes], bool], kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judge, "GIVE_UP_S", 0.1)
    found = Judge(surface(target, slow_s=0.04)).look(b"bad")
    assert found is not None
    assert (found.kind, found.data, found.alone) == (kind, b"bad", True)


def test_the_collector_is_no_finding() -> None:
    """It looks through all objects of the process, whoever made them."""
    crowd: list[list[object]] = [[] for _ in range(500_000)]

    def collects(data: bytes) -> bool:
        for _ in range(4):
            gc.collect()
        return bool(crowd)

    seen = Judge(surface(collects, slow_s=0.04))
    assert seen.look(b"good") is None
    assert seen.tally.slowest_s < 0.04


def test_the_one_clear_error_is_no_finding() -> None:
    seen = Judge(surface(refuses))
    assert seen.look(b"bad") is None
    assert (seen.tally.refused, seen.tally.taken) == (1, 0)


def test_a_finding_like_another_is_told_once() -> None:
    seen = Judge(surface(raises))
    assert seen.look(b"bad") is not None
    assert seen.look(b"bad too") is None
    assert len(seen.tally.findings) == 1


def test_memory_that_grows_is_a_finding() -> None:
    peak = Path("/proc/self/clear_refs")
    if not peak.exists():
        pytest.skip("the most memory ever used cannot be forgotten here")
    gc.collect()  # what is given back while it grows would hide it
    peak.write_text("5")  # tests before this one may have used more
    kept: list[bytearray] = []

    def grows(data: bytes) -> bool:
        kept.append(bytearray(b"x" * (200 << 20)))
        return True

    found = Judge(surface(grows, grows_mb=16)).look(b"")
    kept.clear()
    assert found is not None
    assert found.kind == "memory"


def test_the_same_seed_makes_the_same_inputs() -> None:
    def first(seed: int) -> list[bytes]:
        made = inputs(surface(raises), Judge(surface(raises)), seed)
        return [next(made) for _ in range(200)]

    assert first(3) == first(3) != first(4)


def test_mutations_stay_within_the_length() -> None:
    mutator = Mutator(Random(1), (b"word",), 100)
    made = [mutator.of([b"abc" * 20, b""]) for _ in range(2000)]
    assert max(map(len, made)) == 100
    assert any(b"word" in each for each in made)
    assert len(set(made)) > 1000


def test_a_finding_is_kept_with_what_happened(tmp_path: Path) -> None:
    hunt(surface(raises), Limits(50), tmp_path)
    (kept,) = tmp_path.glob("*.bin")
    assert kept.read_bytes().startswith(b"bad")
    assert "KeyError: 'planted'" in kept.with_suffix(".txt").read_text()


def test_a_process_that_ends_is_a_finding(tmp_path: Path) -> None:
    def ends(data: bytes) -> bool:
        import os

        os.kill(os.getpid(), 9)
        return True

    told = apart(surface(ends), Limits(5), tmp_path)
    assert len(told["findings"]) == 5  # type: ignore[arg-type]
    assert next((tmp_path / "findings").glob("*crash*.bin")).read_bytes() == b"good"


def test_what_a_stage_must_not_become_is_told() -> None:
    stage = Stage()
    stage.registry.set("/deck/1/level", -3.0)
    stage.check()
    with pytest.raises(Broken, match="changed"):
        stage.check(untouched=True)
    stage.begin()
    stage.registry._values["/deck/1/level"] = 99.0
    stage.changed.append("/deck/1/level")
    with pytest.raises(Broken, match="99"):
        stage.check()


def test_counts_of_runs_are_added_and_a_seed_counts_once(tmp_path: Path) -> None:
    told = {"inputs": 10, "taken": 5, "refused": 5, "slowest_ms": 1, "seconds": 2.0, "findings": []}
    file = tmp_path / "counts.json"
    for seed in (1, 2, 2):
        report.add(file, "osc", told, "own", seed)
    assert sum(run["inputs"] for run in json.loads(file.read_text())["osc"].values()) == 20
    page = tmp_path / "page.md"
    page.write_text(f"before\n{report.BEGIN}\nold\n{report.END}\nafter\n")
    report.write_page(page, file)
    text = page.read_text()
    assert text.startswith("before\n")
    assert text.endswith("after\n")
    assert "| osc |" in text
    assert "| 20 |" in text
    assert "old" not in text
