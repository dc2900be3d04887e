"""Sound files given with `liveriff play --pad N=FILE`: taken into the library, and named to their pads."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from liveriff.errors import UsageError
from liveriff.params.words import PADS


def settings_of(given: Iterable[str]) -> tuple[str, ...]:
    """The settings that make pads play files, "/pad/3/load=clap.wav". UsageError where a pad or a file is wrong."""
    return tuple(_setting(each) for each in given)


def _setting(given: str) -> str:
    from liveriff.engine.library import fetched, taken_in

    number, found, name = given.partition("=")
    if not found or not number.strip().isdecimal() or int(number) not in PADS:
        raise UsageError(f"--pad takes a pad from 1 to {PADS[-1]} and a file, --pad 3=clap.wav, not {given!r}.")
    path = Path(name.strip()).expanduser()
    if not path.is_file():
        raise UsageError(f"--pad {given}: there is no file {path}.")
    fetched(path, 48000, 0.1)  # what is no sound is told before anything is opened
    return f"/pad/{int(number)}/load={taken_in(path)}"
