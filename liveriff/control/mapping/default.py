"""The default map, by which any controller that has a profile plays any scene. Reads a file of the package once."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from liveriff.control.mapping.bindings import Binding
from liveriff.control.mapping.files import parse

FILE = Path(__file__).with_name("default_map.toml")


@cache
def default_bindings() -> tuple[Binding, ...]:
    """The bindings of ``default_map.toml``."""
    return parse(FILE.read_text(encoding="utf-8"), FILE.name)
