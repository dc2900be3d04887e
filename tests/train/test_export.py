"""From checkpoints to weights that load."""

from __future__ import annotations

from pathlib import Path

import pytest

from liveriff.errors import UsageError
from liveriff.render.embedded.model import load, untrained
from liveriff.render.embedded.vocoder import Vocoder
from liveriff.render.embedded.weights import FOLDER, checked_manifest, has_part, read_manifest
from liveriff.train import export, unet
from liveriff.train.run import Run
from liveriff.train.unet import Nets


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """Checkpoints of random nets, without a vocoder."""
    model = untrained(seed=3)
    model.codec.mean += 0.25
    Run(tmp_path, "codec", 1.0, spent=120.0, step=7).save(net=model.codec.state_dict())
    nets = Nets(model.unet)
    Run(tmp_path, "distil", 1.0).save(average=nets.state_dict(), config=nets.config)
    return tmp_path


def test_the_checkpoints_become_weights(work: Path) -> None:
    version, size = export.export(work, work / "weights")
    manifest = checked_manifest(work / "weights")
    assert manifest.version == version
    assert manifest.notes["state"] == "trained"
    assert manifest.notes["codec"] == {"steps": 7, "minutes": 2.0}
    assert 10.0 < size < export.MOST_MB
    back = load(work / "weights")
    assert float(back.codec.mean.mean()) == 0.25
    assert back.vocoder is None
    assert bool(back.text.embed(["deep techno"]).abs().sum() > 0)


def test_a_vocoder_comes_with_them_if_there_is_one_and_goes_if_not(work: Path) -> None:
    Run(work, "vocoder", 1.0).save(best=Vocoder().state_dict())
    export.export(work, work / "weights")
    assert has_part("vocoder", work / "weights")
    assert load(work / "weights").vocoder is not None
    (work / "vocoder.pt").unlink()
    export.export(work, work / "weights")
    assert not has_part("vocoder", work / "weights")
    assert not (work / "weights" / "vocoder").exists()


def test_what_began_with_weights_tells_how_those_were_made(work: Path) -> None:
    (work / "codec.pt").unlink()
    unet.adopt(work, FOLDER)
    export.export(work, work / "weights")
    notes = read_manifest(work / "weights").notes
    assert notes["adopted"] == read_manifest(FOLDER).notes
    assert "codec" not in notes, "not trained here"


def test_what_was_not_trained_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="liveriff train codec"):
        export.export(tmp_path, tmp_path / "weights")
