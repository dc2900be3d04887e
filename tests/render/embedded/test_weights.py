"""The folder of weights: what is written is read back, and what is missing or broken is refused by name."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import torch

from liveriff.errors import ModelError
from liveriff.render.embedded.model import load, save, untrained
from liveriff.render.embedded.weights import MANIFEST, checked_manifest, has_part, write_manifest


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    save(untrained(), tmp_path, {"state": "untrained"})
    return tmp_path


def test_what_is_saved_is_loaded_in_half_precision(folder: Path) -> None:
    model, back = untrained(), load(folder)
    for name, parameter in model.unet.state_dict().items():
        assert torch.equal(parameter.half().float(), back.unet.state_dict()[name])
    assert checked_manifest(folder).notes == {"state": "untrained"}
    assert sum(path.stat().st_size for path in folder.rglob("*")) < 40_000_000


def test_the_version_follows_the_weights(folder: Path) -> None:
    first = checked_manifest(folder).version
    assert save(untrained(), folder, {"other": "notes"}) == first
    assert save(untrained(seed=1), folder, {}) != first


def test_a_missing_file_is_named_with_the_remedy(folder: Path) -> None:
    victim = next((folder / "unet").glob("*.safetensors"))
    victim.unlink()
    with pytest.raises(ModelError, match=r"unet.*is missing; reinstall liveriff or run `liveriff train export`"):
        load(folder)


def test_a_changed_byte_is_found(folder: Path) -> None:
    victim = next((folder / "codec").glob("*.safetensors"))
    content = bytearray(victim.read_bytes())
    content[-1] ^= 1
    victim.write_bytes(content)
    with pytest.raises(ModelError, match=r"codec.*is corrupted"):
        checked_manifest(folder)


@pytest.mark.parametrize("text", [None, "not json", "{}", '{"version": 1, "files": 3}'])
def test_a_manifest_that_cannot_be_read_is_refused(folder: Path, text: str | None) -> None:
    (folder / MANIFEST).unlink()
    if text is not None:
        (folder / MANIFEST).write_text(text)
    with pytest.raises(ModelError, match=MANIFEST):
        checked_manifest(folder)


def test_a_net_that_may_be_there_is_digested_when_it_is(folder: Path) -> None:
    first = checked_manifest(folder)
    assert not has_part("vocoder", folder)
    (folder / "vocoder").mkdir()
    (folder / "vocoder" / "config.json").write_text("{}")
    second = write_manifest(folder, {})
    assert has_part("vocoder", folder)
    assert has_part("codec", folder)
    assert second.version != first.version
    (folder / "vocoder" / "config.json").write_text("{ }")
    with pytest.raises(ModelError, match=r"vocoder.*is corrupted"):
        checked_manifest(folder)


def test_a_net_that_must_be_there_is_missed(folder: Path) -> None:
    shutil.rmtree(folder / "text")
    with pytest.raises(OSError, match="text"):
        write_manifest(folder, {})
