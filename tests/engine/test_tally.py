"""What is counted: the shortest lead, of the whole performance and of the last minute."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveriff.engine.tally import LEAD_S, Tally


def told(leads: list[tuple[float, float]], monkeypatch: pytest.MonkeyPatch) -> Tally:
    """A tally to which these were told: seconds, lead."""
    tally = Tally()
    for at, lead_s in leads:
        monkeypatch.setattr(time, "monotonic", lambda at=at: at)
        tally.ready(lead_s)
    return tally


def test_the_reading_rises_again_when_a_short_lead_is_a_minute_old(monkeypatch: pytest.MonkeyPatch) -> None:
    tally = told([(0.0, 3.0), (10.0, 0.1), (30.0, 2.0), (50.0, 4.0)], monkeypatch)
    assert tally.recent_lead_s(50.0) == 0.1
    assert tally.recent_lead_s(10.0 + LEAD_S + 1) == 2.0
    assert tally.recent_lead_s(30.0 + LEAD_S + 1) == 4.0
    assert tally.recent_lead_s(1000.0) == 4.0, "the last one stands while there is none since"
    assert tally.lead_s == 0.1, "of the whole performance"


def test_before_any_chunk_there_is_none() -> None:
    assert Tally().recent_lead_s(5.0) == 0.0


@given(st.lists(st.tuples(st.floats(0, 20), st.floats(-1, 9)), min_size=1, max_size=30), st.floats(0, 100))
def test_it_is_the_least_of_those_that_are_not_old(steps: list[tuple[float, float]], after: float) -> None:
    with pytest.MonkeyPatch.context() as patch:
        moment, leads = 0.0, []
        for wait, lead in steps:
            moment += wait
            leads.append((moment, lead))
        tally = told(leads, patch)
        now = moment + after
        fresh = [lead for at, lead in leads if now - at <= LEAD_S] or [leads[-1][1]]
        assert tally.recent_lead_s(now) == min(fresh)
