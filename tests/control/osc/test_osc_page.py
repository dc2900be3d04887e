"""The reference page is what the table says."""

from __future__ import annotations

from pathlib import Path

import pytest

from liveriff.control.osc.page import BEGIN, as_markdown, with_reference
from liveriff.params.table import SPECS

PAGE = Path(__file__).parents[3] / "docs" / "osc.md"


def test_the_page_is_up_to_date() -> None:
    """If this fails: liveriff.control.osc.page.rewrite(Path("docs/osc.md"))."""
    text = PAGE.read_text(encoding="utf-8")
    assert with_reference(text) == text


def test_every_pattern_has_one_row() -> None:
    """Nothing is left out, nothing told twice."""
    rows = [line.split("`")[1] for line in as_markdown().splitlines() if line.startswith("| `")]
    assert sorted(rows) == sorted({spec.pattern for spec in SPECS})


def test_a_page_without_marks() -> None:
    """Rather than lose what was written."""
    with pytest.raises(ValueError, match="marks"):
        with_reference(f"# OSC {BEGIN}")
