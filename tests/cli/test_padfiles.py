"""Files that `liveriff play --pad` puts on pads."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from liveriff.cli.padfiles import settings_of
from liveriff.engine import library
from liveriff.errors import UsageError
from liveriff.render.soundfiles import write


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LIVERIFF_HOME", str(tmp_path / "home"))
    return tmp_path


def test_files_are_taken_in_once_and_named(home: Path) -> None:
    write(home / "clap.wav", np.zeros((1, 100), np.float32), 44100)
    given = (f"3={home}/clap.wav", f"64={home}/clap.wav")
    assert settings_of(given) == ("/pad/3/load=clap.wav", "/pad/64/load=clap.wav")
    assert library.listed() == ("clap.wav",)


@pytest.mark.parametrize("given", ["clap.wav", "0=clap.wav", "65=clap.wav", "x=clap.wav", "3=", "3=nowhere.wav"])
def test_what_is_wrong_is_one_sentence(given: str) -> None:
    with pytest.raises(UsageError):
        settings_of((given,))


def test_a_file_that_is_no_sound_is_refused_and_not_taken(home: Path) -> None:
    (home / "notes.wav").write_text("no sound")
    with pytest.raises(UsageError, match="cannot be read as sound"):
        settings_of((f"1={home}/notes.wav",))
    assert library.listed() == ()
