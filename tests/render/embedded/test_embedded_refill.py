"""Fills by the embedded model: only the beats that were asked for are made anew, and a fill of drums is busier."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from liveriff.render.backend import Cancelled
from liveriff.render.embedded.backend import Embedded
from liveriff.wire.job import Job

JOB = Job(category="drums", prompt_a="techno drums", prompt_b="techno drums", seed=2, beats=8, fill_seed=77)
COLUMNS = 64  # a beat


def test_only_the_beats_that_were_asked_for_are_made_anew_and_a_fill_can_be_cancelled() -> None:
    model = Embedded()
    base = model.canvas(JOB, lambda _step, _of: True)
    fill = replace(JOB, fill_beats=1, fill_end=4)
    made = model.refill(base, fill, lambda _step, _of: True)
    before, after = (np.asarray(canvas.values, np.float32)[0] for canvas in (base, made))
    changed = np.abs(after - before).max(axis=0) > 0
    assert not changed[: 3 * COLUMNS].any()
    assert not changed[4 * COLUMNS :].any()
    assert float(np.abs(after - before)[:, 3 * COLUMNS : 4 * COLUMNS].mean()) > 0.01
    again = model.refill(base, fill, lambda _step, _of: True)
    np.testing.assert_array_equal(again.values, made.values)
    with pytest.raises(Cancelled):
        model.refill(base, fill, lambda step, _of: step < 2)
