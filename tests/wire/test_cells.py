"""Cells in shared memory: what one side writes the other reads, whatever became of the writer."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from liveriff.errors import LiveriffError
from liveriff.wire.cells import Cells

NAMES = ("frame", "clock_s")


@pytest.fixture
def cells() -> Iterator[Cells]:
    made = Cells(f"liveriff-test-{os.getpid()}", NAMES, create=True)
    yield made
    made.close()


def test_the_other_side_reads_what_was_published(cells: Cells) -> None:
    other = Cells(f"liveriff-test-{os.getpid()}", NAMES)
    cells.publish({"frame": 480.0, "clock_s": 1.5})
    assert other.snapshot() == {"frame": 480.0, "clock_s": 1.5}
    other.close()


def test_other_names_are_refused(cells: Cells) -> None:
    with pytest.raises(LiveriffError, match="another version"):
        Cells(f"liveriff-test-{os.getpid()}", ("frame", "clock"))


def test_a_writer_that_died_while_it_wrote_spoils_nothing_for_the_next(cells: Cells) -> None:
    cells._cells[1] = 7  # odd: it was writing
    cells["frame"] = 99.0
    cells.clear()
    assert cells.snapshot() == {"frame": 0.0, "clock_s": 0.0}
    assert cells._cells[1] % 2 == 0
