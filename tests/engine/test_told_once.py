"""A model that is damaged is told of once, though every job of it fails: again where something has changed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

from liveriff.engine.hearing import Hearing
from liveriff.engine.moment import InFlight
from liveriff.engine.options import FALLBACK_MODEL
from liveriff.engine.tally import Tally
from liveriff.engine.troubles import MOST_TOLD, Troubles
from liveriff.params.registry import Registry
from liveriff.wire.job import Job
from liveriff.wire.messages import Refused

JOB = Job(prompt_a="techno", model="cut")
WHY = "the weights of cut are damaged."


@dataclass
class Stage:
    """What ``Hearing`` needs of one where all that is rendered is refused."""

    flight: InFlight | None = None
    told: list[str] = field(default_factory=list)
    registry: Registry = field(default_factory=Registry)
    troubles: Troubles = field(default_factory=Troubles)
    tally: Tally = field(default_factory=Tally)

    def __post_init__(self) -> None:
        nothing: Any = SimpleNamespace(owns=lambda slot: True, give_back=lambda slot: None)
        self.pads, self.notice = nothing, self.told.append
        self.renderer = SimpleNamespace(flight=lambda request: self.flight)
        self.hearing = Hearing(self, lambda error: None)  # type: ignore[arg-type]

    def refuse(self, job: Job, reason: str = WHY, deck: int = 1) -> int:
        """A chunk is refused; how many sentences are told of it."""
        before = len(self.told)
        self.flight = InFlight(1, deck, job, slot=0)
        self.hearing.message(Refused(1, reason))
        return len(self.told) - before


def jobs(count: int) -> list[Job]:
    return [replace(JOB, seed=seed) for seed in range(count)]


def test_a_set_with_a_damaged_model_is_told_of_it_once() -> None:
    stage = Stage()
    for job in jobs(50):
        stage.refuse(job)
        stage.refuse(job)
    assert len(stage.told) == 2
    assert WHY in stage.told[0]
    assert "plays in its place" in stage.told[1]
    assert stage.tally.refused == 100, "all are counted"


def test_figures_make_no_other_trouble_and_another_reason_does() -> None:
    stage = Stage()
    first, second, third = jobs(3)
    assert stage.refuse(first, "it peaks at 1.31, above full scale.") == 1
    assert stage.refuse(second, "it peaks at 1.27, above full scale.") == 0
    assert stage.refuse(third, WHY) == 1


def test_it_is_told_again_where_the_model_has_rendered_since() -> None:
    stage = Stage()
    first, second = jobs(2)
    stage.refuse(first)
    stage.troubles.cleared(replace(first, model=FALLBACK_MODEL))  # what stands in mends nothing
    assert stage.refuse(second) == 0
    stage.troubles.cleared(first)
    assert stage.refuse(replace(second, seed=9)) == 1


def test_it_is_told_again_where_a_hand_asks_for_the_model_anew() -> None:
    stage = Stage()
    first, second, third = jobs(3)
    stage.refuse(first)
    stage.registry.publish("/deck/1/heard/model", "cut")
    assert stage.refuse(second) == 0
    stage.registry.set("/deck/2/model", "cut", "hand")
    assert stage.refuse(third, deck=2) == 1


def test_no_more_is_remembered_than_a_person_reads() -> None:
    troubles = Troubles()
    assert sum(troubles.is_news("m", f"<object at {n}>") for n in range(1000)) == MOST_TOLD
