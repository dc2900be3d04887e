"""Small checkpoints of all families in the true format, each made once when it is first wanted."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from liveriff.render.backend import Backend
from liveriff.render.catalog import find
from liveriff.render.libraries import quiet
from liveriff.render.specimens import make

Folder = Callable[[str], Path]


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """folder(kind): a checkpoint of random weights."""

    @cache
    def made(kind: str) -> Path:
        with quiet(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return make(kind, tmp_path_factory.mktemp("pipelines") / kind)

    return made


@pytest.fixture(scope="session")
def backend(folder: Folder) -> Callable[[str], Backend]:
    """backend("stable-audio?eta=0"): loaded by its public name; shared, so do not close it."""

    @cache
    def loaded(name: str) -> Backend:
        kind, mark, options = name.partition("?")
        found = find(f"pipelines:{folder(kind)}{mark}{options}").create()
        found.load("cpu")
        return found

    return loaded
