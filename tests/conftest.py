"""What all tests share: property tests have no deadline, because machines are shared and time proves nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

settings.register_profile("liveriff", deadline=None)
settings.load_profile("liveriff")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Slow ones (gigabytes, minutes) only when asked for by ``-m slow``."""
    if "slow" not in str(config.option.markexpr):
        for item in items:
            if item.get_closest_marker("slow"):
                item.add_marker(pytest.mark.skip(reason="run it with -m slow"))


@pytest.fixture(autouse=True)
def _children_find_what_they_did() -> Iterator[None]:
    """The command, called within a test, tells all processes after it where not to look for modules."""
    before = os.environ.get("PYTHONSAFEPATH")
    yield
    if before is None:
        os.environ.pop("PYTHONSAFEPATH", None)


@pytest.fixture(autouse=True, scope="session")
def _renderers_within_tests_do_not_step_back() -> Iterator[None]:
    """One that runs within a test would let all tests after it step back, too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "nice", lambda step: step, raising=False)
        yield
