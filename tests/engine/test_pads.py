"""What the pads want, have and give back."""

from __future__ import annotations

from liveriff.engine.pads import PadBook, pad_job
from liveriff.params.registry import Registry
from liveriff.params.words import KIT, PADS

FIRST = 20


def jobs(registry: Registry) -> dict[int, object]:
    return {pad: pad_job(registry, pad, 48000, "embedded", "v") for pad in PADS}


def test_a_pad_asks_for_its_category_and_a_kit_is_what_sixteen_pads_are() -> None:
    wanted = jobs(Registry())
    assert [job.category for job in wanted.values()] == list(KIT)  # type: ignore[attr-defined]
    assert len({job.key for job in wanted.values()}) == 16  # type: ignore[attr-defined]
    assert all(job.beats == 0 and 0 < job.frames <= 8 * 48000 for job in wanted.values())  # type: ignore[attr-defined]


def test_the_tempo_means_nothing_to_a_one_shot() -> None:
    registry = Registry()
    before = jobs(registry)
    registry.set("/tempo/bpm", 150)
    assert jobs(registry) == before


def test_silent_pads_come_first_and_then_in_order() -> None:
    registry, book = Registry(), PadBook(FIRST, 20)
    for pad in PADS:
        found = book.missing(jobs(registry))  # type: ignore[arg-type]
        assert found is not None
        assert found[0] == pad
        slot = book.lend()
        assert slot is not None
        assert book.owns(slot)
        book.loaded(pad, found[1], slot)
    assert book.missing(jobs(registry)) is None  # type: ignore[arg-type]
    registry.set("/pad/5/seed", 99)
    assert book.missing(jobs(registry))[0] == 5  # type: ignore[arg-type, index]


def test_a_pad_that_was_struck_in_vain_goes_before_all_others() -> None:
    registry, book = Registry(), PadBook(FIRST, 20)
    assert book.missing(jobs(registry), {7})[0] == 7  # type: ignore[arg-type, index]
    slot = book.lend()
    assert slot is not None
    book.loaded(7, jobs(registry)[7], slot)  # type: ignore[index]
    assert book.missing(jobs(registry), {7})[0] == 1  # type: ignore[arg-type, index]


def test_what_failed_is_not_tried_again_until_something_else_is_asked_for() -> None:
    registry, book = Registry(), PadBook(FIRST, 20)
    pad, job = book.missing(jobs(registry))  # type: ignore[arg-type, misc]
    book.failed(pad, job)
    assert book.missing(jobs(registry))[0] == 2  # type: ignore[arg-type, index]
    registry.set("/pad/1/prompt", "dusty kick")
    assert book.missing(jobs(registry))[0] == 1  # type: ignore[arg-type, index]


def test_after_the_death_of_a_player_only_what_pads_play_stays_lent() -> None:
    book = PadBook(FIRST, 3)
    job = pad_job(Registry(), 1, 48000, "embedded", "v")
    for _ in range(2):  # the second takes the place of the first, which the player still holds
        slot = book.lend()
        assert slot is not None
        book.loaded(1, job, slot)
    assert book.lending.free == 1
    assert list(book.player_died()) == [1]
    assert book.lending.free == 2
