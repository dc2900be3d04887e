"""docs/controllers.md is what the profiles say, and its example is a profile."""

from __future__ import annotations

from pathlib import Path

import pytest

from liveriff.control.midi.decode import MMC
from liveriff.control.midi.document import filled
from liveriff.control.midi.library import Library
from liveriff.control.midi.profile_lights import PART
from liveriff.control.midi.profile_read import read_profile
from liveriff.control.midi.vocabulary import FAMILIES, check_name, expand_names, family_of

PAGE = Path(__file__).parents[3] / "docs" / "controllers.md"


def test_the_page_is_up_to_date() -> None:
    """If it is not: PAGE.write_text(filled(PAGE.read_text(), Library().profiles.values()))."""
    page = PAGE.read_text(encoding="utf-8")
    assert page == filled(page, Library().profiles.values())


def test_the_page_cannot_lose_its_made_parts() -> None:
    with pytest.raises(ValueError, match="vocabulary"):
        filled("nothing", [])


def test_the_example_is_a_profile() -> None:
    page = PAGE.read_text(encoding="utf-8")
    example = page.partition("```yaml\n")[2].partition("```")[0]
    profile = read_profile(example, "example.yaml")
    assert profile.name == "My Box"
    assert len(profile.lit()) == 17


def test_every_key_of_a_light_is_explained() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert [key for key in PART if f"`{key}" not in page] == []


def test_names() -> None:
    assert expand_names("pad/1..3") == ["pad/1", "pad/2", "pad/3"]
    assert expand_names("grid/2/1..2") == ["grid/2/1", "grid/2/2"]
    assert expand_names("shift") == ["shift"]
    assert all(check_name(name) == "" for name in (*FAMILIES, *MMC.values()))
    assert check_name("cc/1/7")
    assert family_of("note/1/36") is None
