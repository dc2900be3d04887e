"""Sound written piece by piece: whole under its name, or nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from liveriff.errors import UsageError
from liveriff.render.soundstream import written

PIECES = [np.random.default_rng(n).uniform(-0.5, 0.5, (2, 70000 + n)).astype(np.float32) for n in range(3)]


@pytest.mark.parametrize("suffix", ["wav", "flac"])
def test_pieces_become_one_file(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a.{suffix}"
    with written(path, 22050, 2) as file:
        for piece in PIECES:
            file.write(piece)
        assert not path.exists()
    whole = np.concatenate(PIECES, axis=1)
    heard, rate = soundfile.read(path, dtype="float32")
    assert rate == 22050
    assert np.abs(heard.T - whole).max() < 2.0**-22
    assert (file.frames, file.peak) == (whole.shape[1], float(np.abs(whole).max()))
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("how", [KeyboardInterrupt, ValueError])
def test_what_is_broken_off_leaves_what_was_there(tmp_path: Path, how: type[BaseException]) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(b"before")

    def broken_off() -> None:
        with written(path, 22050, 2) as file:
            file.write(PIECES[0])
            raise how

    with pytest.raises(how):
        broken_off()
    assert path.read_bytes() == b"before"
    assert [each.name for each in tmp_path.iterdir()] == ["a.wav"]


@pytest.mark.parametrize(
    ("name", "rate", "told"),
    [
        ("a.txt", 22050, "use one of"),
        ("a.m4a", 22050, "piece by piece"),
        ("no/a.wav", 22050, "the folder"),
        ("a.mp3", 96001, "cannot hold"),
    ],
)
def test_what_cannot_be_written_is_one_sentence(tmp_path: Path, name: str, rate: int, told: str) -> None:
    with pytest.raises(UsageError, match=told), written(tmp_path / name, rate, 2) as file:
        file.write(PIECES[0])
    assert list(tmp_path.iterdir()) == []
