"""Which models a performance is started with: the decks' and the pads', all looked for before anything is opened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from liveriff.cli.performance import Performance, Show
from liveriff.engine.options import PlayOptions
from liveriff.errors import UsageError
from liveriff.params.words import DECKS
from liveriff.render.catalog import find


@contextmanager
def performance(*settings: str, model: str = "") -> Iterator[Performance]:
    """One that is ready to be run."""
    made = Performance("house", settings, model, PlayOptions(sink="null"), Show())
    try:
        yield made
    finally:
        made.hub.stage.player.close()


def test_a_pads_model_that_is_none_is_told_before_anything_is_opened() -> None:
    told = r"there is no model 'test-ton'.*Did you mean test-tone\?"
    with pytest.raises(UsageError, match=told), performance("/pad/3/model=test-ton"):
        pass


def test_the_weights_of_pads_models_are_known_too() -> None:
    with performance("/pad/3/model=test-tone") as made:
        versions, keyed = made._models("", elsewhere=False)
    assert versions == {name: find(name).info().version for name in ("embedded", "test-tone")}
    assert keyed == {"embedded", "test-tone"}


def test_one_model_for_all_is_for_pads_too() -> None:
    with performance("/pad/3/model=embedded", "/deck/2/model=embedded", model="test-tone") as made:
        assert {made.registry.get(f"/deck/{deck}/model") for deck in DECKS} == {"test-tone"}
        assert made.registry.get("/pad/3/model") == ""
