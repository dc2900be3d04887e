"""Who may give a deck or a pad which model: over the registry, and over OSC with one notice."""

from __future__ import annotations

from pathlib import Path

import pytest

from liveriff.engine.deckmodels import OWN, DeckModels
from liveriff.errors import UsageError
from liveriff.params.registry import Registry

PATH = "/deck/2/model"
OUTSIDE = ("osc:10.0.0.3:9000", "midi:knobs", "door:4", "http://10.0.0.3")


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Registry:
    """With a performer's own model, and one that the command line has named by its path."""
    monkeypatch.setenv("LIVERIFF_HOME", str(tmp_path))
    (tmp_path / "models.yaml").write_text("funk: {backend: riffusion, model: ./funk}\n")
    registry = Registry()
    registry.set("/deck/1/model", "dance:/home/me/kicks", "cli")
    DeckModels(registry)
    return registry


@pytest.mark.parametrize("origin", OUTSIDE)
@pytest.mark.parametrize("model", ["test-tone", "funk", "riffusion", "dance:/home/me/kicks"])
def test_installed_and_listed_models_may_be_chosen_by_all(registry: Registry, origin: str, model: str) -> None:
    registry.set(PATH, model, origin)
    assert registry.get(PATH) == model


@pytest.mark.parametrize("origin", OUTSIDE)
@pytest.mark.parametrize(
    "model", ["dance:/tmp/x", "riffusion:../x.safetensors", "funk?mask=/etc/passwd", "dance:owner/name", "", "nothing"]
)
def test_paths_and_options_may_not(registry: Registry, origin: str, model: str) -> None:
    told: list[object] = []
    registry.subscribe(told.append)
    with pytest.raises(UsageError, match="use one of embedded"):
        registry.set(PATH, model, origin)
    assert registry.get(PATH) == "embedded"
    assert told == []


def test_a_transaction_with_a_refused_model_is_taken_back(registry: Registry) -> None:
    with pytest.raises(UsageError):
        registry.restore({"/deck/2/seed": 77, PATH: "dance:/tmp/x"}, "osc:1")
    assert registry.get("/deck/2/seed") != 77


@pytest.mark.parametrize("origin", OWN)
def test_what_the_performers_own_files_name_may_be_chosen_again(registry: Registry, origin: str) -> None:
    registry.set(PATH, "dance:/home/me/hats", origin)
    registry.set(PATH, "embedded", "osc:1")
    registry.set(PATH, "dance:/home/me/hats", "osc:1")
    assert registry.get(PATH) == "dance:/home/me/hats"
    assert registry.undo()
    assert registry.get(PATH) == "embedded"


def test_a_pad_may_be_given_what_a_deck_may_or_the_performances_model(registry: Registry) -> None:
    registry.set("/pad/64/model", "funk", "osc:1")
    with pytest.raises(UsageError, match="use one of embedded"):
        registry.set("/pad/64/model", "dance:/tmp/x", "osc:1")
    assert registry.get("/pad/64/model") == "funk"
    registry.set("/pad/64/model", "", "osc:1")
    assert registry.get("/pad/64/model") == ""


def test_the_nearest_name_is_told(registry: Registry) -> None:
    with pytest.raises(UsageError, match="Did you mean funk"):
        registry.set(PATH, "funky", "osc:1")
