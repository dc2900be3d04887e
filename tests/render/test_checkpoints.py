"""Names of models: backends, paths, hub ids and the performer's own table."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from liveriff.errors import ModelError, UsageError
from liveriff.render.catalog import find
from liveriff.render.checkpoints import Checkpoint, from_name, table
from liveriff.render.hub import fingerprint, is_id, licence_of, locate, weights_in


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LIVERIFF_HOME", str(tmp_path))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    return tmp_path


def test_without_a_table_there_are_backends_and_paths(home: Path) -> None:
    assert table() == {}
    assert from_name("funk") is None
    assert from_name("riffusion:/a:b") == Checkpoint("riffusion:/a:b", "riffusion", "/a:b")
    assert from_name("riffusion:") is None


def test_the_table_names_checkpoints(home: Path) -> None:
    (home / "models.yaml").write_text(
        "funk:\n  backend: riffusion\n  model: ./funk\n  categories: [bass]\n  options: {scheduler: lcm}\n"
        "hub: {backend: riffusion, model: a/b, licence: MIT, title: B}\n"
    )
    assert table()["funk"] == Checkpoint(
        "funk", "riffusion", str(home / "funk"), categories=("bass",), options={"scheduler": "lcm"}
    )
    assert table()["hub"].model == "a/b"
    assert find("funk").name == "funk"
    with pytest.raises(UsageError, match="Did you mean funk"):
        find("fun")


def test_options_may_follow_a_name(home: Path) -> None:
    (home / "models.yaml").write_text("funk: {backend: riffusion, model: /f, options: {steps: 3, layout: stereo}}\n")
    told = from_name("funk?steps=4&negative=a b, c&circular=false")
    assert told is not None
    assert told.model == "/f"
    assert told.name == "funk?steps=4&negative=a b, c&circular=false"
    assert told.options == {"steps": 4, "layout": "stereo", "negative": "a b, c", "circular": False}
    assert from_name("riffusion:/x?steps=4") == Checkpoint(
        "riffusion:/x?steps=4", "riffusion", "/x", options={"steps": 4}
    )
    assert from_name("riffusion?steps=4") == Checkpoint("riffusion?steps=4", "riffusion", "", options={"steps": 4})
    for wrong in ("funk?steps", "funk?=4", "funk?steps=[1"):
        with pytest.raises(UsageError):
            from_name(wrong)
    (home / "models.yaml").write_text("riffusion: {backend: riffusion, model: ./m, options: {scheduler: lcm}}\n")
    with pytest.raises(ModelError, match=str(home / "m")):
        find("riffusion?steps=4").info()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: [", "cannot be read"),
        ("- a", "no table of models|not a table"),
        ("a: riffusion", "needs at least backend and model"),
        ("a: {backend: riffusion}", "'a' needs model"),
        ("a: {backend: riffusion, model: b, optoins: {}}", "Did you mean options"),
        ("a: {backend: riffusion, model: b, options: 3}", "options is a table"),
        ("a: {backend: riffusion, model: b, categories: bass}", "categories is a list"),
    ],
)
def test_a_wrong_table_is_one_sentence(home: Path, text: str, says: str) -> None:
    (home / "models.yaml").write_text(text)
    with pytest.raises(UsageError, match=says):
        find("anything")
    assert find("test-tone").info().name == "test-tone"


def test_a_backend_without_checkpoints_says_so(home: Path) -> None:
    with pytest.raises(UsageError, match="plays its own model only"):
        find("test-tone:/x")
    with pytest.raises(UsageError, match="Did you mean riffusion"):
        find("rifusion:/x")


def test_places(home: Path) -> None:
    assert is_id("riffusion/riffusion-model-v1")
    assert not any(is_id(name) for name in ("/a/b", "./a/b", "~/a", "a", "a/b/c"))
    (home / "m").mkdir()
    assert locate(str(home / "m")) == (home / "m").resolve()
    with pytest.raises(ModelError, match="get it with `liveriff models get no/such`"):
        locate("no/such")
    with pytest.raises(ModelError, match="there is no model at"):
        locate(str(home / "none"))


def test_a_cached_model_is_found_offline(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the hub's own folder format."""
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(home / "hub"))
    base = home / "hub" / "models--some--model"
    (base / "refs").mkdir(parents=True)
    (base / "refs" / "main").write_text("0" * 40)
    (base / "snapshots" / ("0" * 40)).mkdir(parents=True)
    assert locate("some/model") == base / "snapshots" / ("0" * 40)


def test_the_fingerprint_tells_weights_and_settings_not_places_and_times(home: Path) -> None:
    for name in ("one", "two"):
        (home / name / "unet").mkdir(parents=True)
        (home / name / "unet" / "a.safetensors").write_bytes(bytes(range(256)) * 40000)
        (home / name / "config.json").write_text("{}")
    os.utime(home / "two" / "config.json", (0, 0))
    first = fingerprint(home / "one")
    assert fingerprint(home / "two") == first
    assert fingerprint(home / "one", "lcm") != first
    (home / "two" / "config.json").write_text("{ }")
    assert fingerprint(home / "two") != first
    (home / "two" / "config.json").write_text("{}")
    changed = bytearray((home / "two" / "unet" / "a.safetensors").read_bytes())
    for place in range(0, len(changed), 1000):  # as training does: everywhere
        changed[place] ^= 1
    (home / "two" / "unet" / "a.safetensors").write_bytes(changed)
    assert fingerprint(home / "two") != first


def test_only_safetensors_are_weights(home: Path) -> None:
    (home / "m").mkdir()
    (home / "m" / "model.bin").write_bytes(b"x")
    with pytest.raises(ModelError, match="pickled"):
        weights_in(home / "m")
    with pytest.raises(ModelError, match=r"not a \.safetensors"):
        weights_in(home / "m" / "model.bin")


def test_the_licence_is_the_cards(home: Path) -> None:
    assert licence_of(home) == ""
    (home / "README.md").write_text("---\nlicense: creativeml-openrail-m\ntags:\n- x\n---\n# A model\n")
    assert licence_of(home) == "creativeml-openrail-m"
