"""The parts of docs/controllers.md that are made from the profiles and the vocabulary. Pure."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from liveriff.control.midi.library import Library
from liveriff.control.midi.profile import Profile
from liveriff.control.midi.vocabulary import FAMILIES

BEGIN, END = "<!-- made by liveriff.control.midi.document: {} -->", "<!-- end -->"


def supported(profiles: Iterable[Profile]) -> str:
    """A table of all controllers with what is known of them."""
    head = ["| controller | id | controls | lights | confidence | doubts |", "|---|---|---|---|---|---|"]
    ordered = sorted(profiles, key=lambda profile: (profile.generic, profile.name.casefold()))
    return "\n".join([*head, *map(_row, ordered)])


def _row(profile: Profile) -> str:
    names = {control.name for control in profile.controls if control.source != "none"}
    doubts = "; ".join(f"{what}: {doubt}" for what, doubt in profile.doubts.items())
    cells = (profile.name, f"`{profile.id}`", len(names), len(profile.lit()) or "", profile.confidence, doubts)
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def vocabulary() -> str:
    """A table of the families of names."""
    rows = [f"| `{family.name}` | {family.does} | {family.doc} |" for family in FAMILIES.values()]
    return "\n".join(["| family | it | |", "|---|---|---|", *rows])


def filled(page: str, profiles: Iterable[Profile]) -> str:
    """The page with its made parts made anew; ValueError if it has lost a marker."""
    parts = {"vocabulary": vocabulary(), "controllers": supported(profiles)}
    for name, text in parts.items():
        begin = BEGIN.format(name)
        before, marker, rest = page.partition(begin)
        _, end, after = rest.partition(END)
        if not marker or not end:
            raise ValueError(f"the page has no part {begin} ... {END}")
        page = f"{before}{begin}\n{text}\n{END}{after}"
    return page


if __name__ == "__main__":
    path = Path(sys.argv[1])
    path.write_text(filled(path.read_text(encoding="utf-8"), Library().profiles.values()), encoding="utf-8")
