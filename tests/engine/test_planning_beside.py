"""What goes along with a deck's job: what the other decks want and nobody renders."""

from __future__ import annotations

import pytest

from liveriff.engine.moment import InFlight
from liveriff.wire.job import Job
from tests.engine.test_renderer_time import Renderer, World


class Recording(Renderer):
    """Remembers what was to be carried along."""

    room = 1  # type: ignore[assignment]

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.beside: list[tuple[Job, ...]] = []

    def submit(
        self, deck: int, job: Job, slot: int, *rest: object, beside: tuple[Job, ...] = (), **more: object
    ) -> None:
        self.beside.append(beside)
        super().submit(deck, job, slot)


@pytest.fixture
def world() -> World:
    made = World(chunk_s=0.5, shot_s=0.1)
    made.stage.renderer = made.renderer = Recording(made)
    made.stage.renderer.room = 1
    return made


def test_at_the_start_all_decks_go_along_with_the_first(world: World) -> None:
    world.planning.look()
    (flight,), (beside,) = world.renderer.flights, world.stage.renderer.beside
    wanted = {wish.now for wish in world.stage.wishes.values()}
    assert set(beside) == wanted - {flight.job}
    assert len(beside) == 3


def test_where_another_renderer_is_free_nothing_goes_along(world: World) -> None:
    world.stage.renderer.room = 2
    job = Job()
    world.planning.look()
    assert world.planning._next(job) == ()


def test_what_is_being_rendered_does_not_go_along(world: World) -> None:
    world.planning.look()
    wanted = [wish.now for wish in world.stage.wishes.values() if wish.now is not None]
    world.renderer.flights = tuple(InFlight(n, n, job) for n, job in enumerate(wanted[:2], 1))
    assert set(world.planning._next(wanted[2])) == {wanted[3]}
