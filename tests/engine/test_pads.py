"""What the pads want, have and give back."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from liveriff.engine.modelbook import Known
from liveriff.engine.pads import STRIP, PadBook, Sample, Want, pad_job, want
from liveriff.params.registry import Registry
from liveriff.params.words import BANKS, KIT, PADS
from liveriff.wire.messages import Load

FIRST = 20
EMBEDDED = Known("embedded", "v")
BANK = PADS[:16]


def cast(_: int) -> Known:
    return EMBEDDED


def wants(registry: Registry, pads: tuple[int, ...] = BANK) -> dict[int, Want]:
    return {pad: want(registry, pad, 48000, cast) for pad in pads}


def lent(book: PadBook) -> int:
    slot = book.lend()
    assert slot is not None
    return slot


def test_a_pad_asks_for_its_category_and_a_kit_is_what_the_pads_of_a_bank_are() -> None:
    jobs = [each.job for each in wants(Registry(), PADS).values()]
    assert [job.category for job in jobs] == list(KIT * BANKS)
    assert len({job.key for job in jobs}) == len(PADS)
    assert all(job.beats == 0 and 0 < job.frames <= 8 * 48000 for job in jobs)


def test_the_tempo_means_nothing_to_a_one_shot() -> None:
    registry = Registry()
    before = wants(registry)
    registry.set("/tempo/bpm", 150)
    assert wants(registry) == before


def test_a_pad_is_made_by_its_own_model_up_to_the_other_end_of_its_morph() -> None:
    registry = Registry()
    registry.restore({"/pad/1/morph/with": 2, "/pad/1/prompt": "a", "/pad/2/prompt": "b"})
    models = {1: Known("big", "1", 25, 7.0), 2: Known("small", "2")}
    numbers = {}
    for morph in (0.0, 0.5, 0.99, 1.0):
        job = want(registry, 1, 48000, models.__getitem__, morph).job
        numbers[morph] = (job.model, job.model_version, job.steps, job.guidance, job.prompt_b)
    assert numbers == {
        0.0: ("big", "1", 25, 7.0, "a"),
        0.5: ("big", "1", 25, 7.0, "b"),
        0.99: ("big", "1", 25, 7.0, "b"),
        1.0: ("small", "2", 4, 3.0, "b"),
    }


def test_what_cannot_be_had_now_keeps_no_other_pad_waiting() -> None:
    registry, book = Registry(), PadBook(FIRST, 20)
    found = book.missing(wants(registry), {1}, lambda job: job.category != "kick")
    assert found is not None
    assert found[0] == 2
    assert book.missing(wants(registry), to_be_had=lambda _: False) is None


def test_silent_pads_come_first_and_then_in_order() -> None:
    registry, book = Registry(), PadBook(FIRST, 20)
    for pad in BANK:
        found = book.missing(wants(registry))
        assert found is not None
        assert found[0] == pad
        slot = lent(book)
        assert book.owns(slot)
        book.loaded(pad, found[1], slot)
    assert book.missing(wants(registry)) is None
    registry.set("/pad/5/seed", 99)
    assert book.missing(wants(registry))[0] == 5  # type: ignore[index]


def test_a_pad_that_was_struck_in_vain_goes_before_all_others() -> None:
    registry, book = Registry(), PadBook(FIRST, 20)
    assert book.missing(wants(registry), {7})[0] == 7  # type: ignore[index]
    book.loaded(7, wants(registry)[7], lent(book))
    assert book.missing(wants(registry), {7})[0] == 1  # type: ignore[index]


def test_what_failed_is_not_tried_again_until_something_else_is_asked_for() -> None:
    registry, book = Registry(), PadBook(FIRST, 20)
    pad, wanted = book.missing(wants(registry))  # type: ignore[misc]
    book.failed(pad, wanted.job)
    assert book.missing(wants(registry))[0] == 2  # type: ignore[index]
    registry.set("/pad/1/prompt", "dusty kick")
    assert book.missing(wants(registry))[0] == 1  # type: ignore[index]


# --- morphs --------------------------------------------------------------------------------------------------------


def test_a_morph_ends_at_the_other_pads_sound_and_begins_at_its_own() -> None:
    registry = Registry()
    alone = wants(registry)
    registry.set("/pad/1/morph/with", 2)
    for morph, expected in ((0.0, alone[1].job), (1.0, alone[2].job)):
        registry.set("/pad/1/morph", morph)
        assert wants(registry)[1].job == expected
    registry.set("/pad/1/morph", 0.4)
    job = wants(registry)[1].job
    assert (job.prompt_a, job.prompt_b, job.alpha, job.category) == ("kick", "snare", 0.4, "kick")
    assert (job.seed, job.seed_b, job.seed_drift) == (1, 2, 0.4)
    registry.set("/pad/1/morph", 0.6)
    assert wants(registry)[1].job.category == "snare"


def test_a_morph_with_itself_or_nobody_goes_to_the_next_seed() -> None:
    registry = Registry()
    registry.set("/pad/3/morph", 0.5)
    job = wants(registry)[3].job
    assert (job.seed_drift, job.seed_b, job.alpha) == (0.5, None, 0.0)
    registry.set("/pad/3/morph/with", 3)
    assert wants(registry)[3].job == job


def test_a_strip_is_filled_from_where_the_morph_stands_and_joins_the_sound() -> None:
    registry, book = Registry(), PadBook(FIRST, 20)
    registry.set("/pad/1/morph", 0.6)
    assert book.gap(1, wants(registry)[1]) is None  # nothing sounds yet
    assert [load.alone for load in book.loaded(1, wants(registry)[1], lent(book))] == [True]
    order = []
    while (at := book.gap(1, wants(registry)[1])) is not None:
        order.append(at)
        loads = book.loaded(1, want(registry, 1, 48000, cast, at), lent(book), exact=False)
        assert book.missing({1: wants(registry)[1]}) is None
        assert loads[0].morph == at
        assert not any(load.alone for load in loads)
    assert order[0] == 0.5
    assert sorted(order) == list(STRIP)
    registry.set("/pad/1/morph", 0.3)
    slot = lent(book)
    loads = book.loaded(1, wants(registry)[1], slot)
    assert loads == [Load(1, slot, 48000, morph=0.3, alone=False), Load(1, None, 0, morph=0.6, alone=False)]
    registry.set("/pad/1/prompt", "another")
    assert [load.alone for load in book.loaded(1, wants(registry)[1], lent(book))] == [True]
    assert list(book.states[1].points) == [0.3]


@given(st.lists(st.tuples(st.sampled_from(["turn", "words", "strip", "sample", "empty", "thin", "die"]),
                          st.floats(0, 1)), max_size=40))  # fmt: skip
def test_what_the_player_holds_is_what_the_book_says_and_no_slot_is_lost(moves: list[tuple[str, float]]) -> None:
    registry, book = Registry(), PadBook(FIRST, 10)
    held: dict[float, int] = {}

    def obey(load: Load) -> None:
        gone = [at for at in held if load.alone or at == load.morph]
        for at in gone:
            book.give_back(held.pop(at))  # the player answers Released
        if load.slot is not None:
            held[load.morph] = load.slot

    for move, value in moves:
        wanted = wants(registry)[1]
        if move == "turn":
            registry.set("/pad/1/morph", value)
        elif move == "words":
            registry.set("/pad/1/seed", int(value * 1000))
        elif move == "empty":
            obey(book.emptied(1))
        elif move == "sample":
            obey(book.sampled(1, Sample("x", lent(book), 100)))
        elif move == "thin":
            for load in book.thinned(1):
                obey(load)
        elif move == "die":
            held.clear()
            for load in book.player_died():
                obey(load)
        else:
            at = book.gap(1, wanted)
            made = wanted if at is None else want(registry, 1, 48000, cast, at)
            for load in book.loaded(1, made, lent(book), at is None):
                obey(load)
        assert set(held.values()) == book.states[1].slots
        assert book.lending.free == 10 - len(held)


def test_after_the_death_of_a_player_only_what_pads_play_stays_lent() -> None:
    book = PadBook(FIRST, 3)
    wanted = want(Registry(), 1, 48000, cast)
    other = replace(wanted, ends=(wanted.job, wanted.job))
    for each in (wanted, other):  # the second takes the place of the first, which the player still holds
        book.loaded(1, each, lent(book))
    assert book.lending.free == 1
    assert [load.pad for load in book.player_died()] == [1]
    assert book.lending.free == 2


def test_the_job_alone_is_that_of_morph_0() -> None:
    registry = Registry()
    registry.set("/pad/1/morph", 0.5)
    assert pad_job(registry, 1, 48000, cast) == wants(registry)[1].ends[0]
