"""The handbook says nothing that is not so: links lead somewhere, commands and options are there, and so are keys."""

from __future__ import annotations

import itertools
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from liveriff.cli.app import cli
from liveriff.cli.checks.remedies import REMEDIES
from liveriff.engine.scenes_files import shelved
from liveriff.params.table import SPECS
from liveriff.ui import page as keys

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")])
PATHS = {spec.path for spec in SPECS}
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```", flags=re.MULTILINE | re.DOTALL)
SHELLS = ("sh", "console", "bash")


def text_of(path: Path) -> str:
    return path.read_text("utf-8")


def anchors(path: Path) -> set[str]:
    """Names of a page's headings, as they are linked to."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", text_of(path)), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower().replace("`", "")).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for found in LINK.finditer(FENCE.sub("", text_of(page))):
        target = found.group(1) or found.group(2)
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        place = (page.parent / file).resolve() if file else page
        assert place.exists(), f"{page.name}: {target}"
        if anchor and place.suffix == ".md":
            assert anchor in anchors(place), f"{page.name}: {target}"


def test_the_handbook_leads_to_every_page() -> None:
    index = text_of(ROOT / "docs" / "README.md")
    for page in (ROOT / "docs").glob("*.md"):
        assert page.name == "README.md" or f"({page.name}" in index, page.name


def commands(text: str) -> Iterator[list[str]]:
    """Every call of liveriff in a page's shell blocks, its words without what comes after a pipe or a semicolon."""
    for language, block in FENCE.findall(text):
        if language in SHELLS:
            for line in block.replace("\\\n", " ").splitlines():
                if "liveriff" in line:
                    yield from (words[1:] for words in _calls(line) if words[0].rpartition("/")[2] == "liveriff")


def _calls(line: str) -> Iterator[list[str]]:
    """The simple commands of a line, each not empty."""
    lexer = shlex.shlex(line.removeprefix("$ "), posix=True, punctuation_chars=";&|<>")
    lexer.whitespace_split = True
    for punctuation, words in itertools.groupby(lexer, lambda word: word[0] in ";&|<>"):
        if not punctuation:
            yield list(words)


def called(given: object) -> str:
    """The name of a case."""
    return given if isinstance(given, str) else " ".join(given) if isinstance(given, list) else str(given)


CALLS = [(page.name, words) for page in PAGES for words in commands(text_of(page))]


@pytest.mark.parametrize(
    ("page", "words"), CALLS, ids=lambda given: given if isinstance(given, str) else " ".join(given)
)
def test_commands_and_options_are_there(page: str, words: list[str]) -> None:
    context = click.Context(cli)
    command: click.Command = cli
    rest = list(words)
    while rest and isinstance(command, click.Group) and not rest[0].startswith("-"):
        name = rest.pop(0)
        found = command.get_command(context, name)
        assert found is not None, f"{page}: liveriff {' '.join(words)}: there is no {name}"
        command = found
    known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
    known |= {"--help", "--version"}
    for word in rest:
        if word.startswith("--"):
            assert word.partition("=")[0] in known, f"{page}: liveriff {' '.join(words)}: there is no {word}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_nobody_is_sent_to_an_index_for_what_lies_in_the_folder_of_the_source(page: Path) -> None:
    """No index has liveriff: only an extra of what is installed already may be named so."""
    assert not re.findall(r"\b(?:install|--force-reinstall) [\"']?liveriff(?![\w\[-])", text_of(page))


def test_no_remedy_sends_to_an_index_either() -> None:
    assert not [words for words in REMEDIES.values() if re.search(r"\binstall (?:--\S+ )*liveriff", words)]


@pytest.mark.parametrize(
    ("page", "words"), CALLS, ids=lambda given: given if isinstance(given, str) else " ".join(given)
)
def test_scenes_and_paths_are_there(page: str, words: list[str]) -> None:
    for option, value in itertools.pairwise(words):
        if option == "--scene" and not value.endswith(".toml"):
            assert value in shelved("scenes"), page
        if option == "--set":
            assert value.partition("=")[0] in PATHS, page


@pytest.mark.parametrize("name", ["quickstart.md", "set.md", "troubleshooting.md"])
def test_keys_are_there(name: str) -> None:
    shown = " ".join(keys.shown(key.keys) for key in keys.all_keys())
    known = {key.lower() for key in re.findall(r"`([^`]+)`", shown)} | {"↑", "↓"}
    named = re.findall(r"`([^`\n])`|`(F\d|Ctrl\+\w)`", FENCE.sub("", text_of(ROOT / "docs" / name)))
    assert named or name == "troubleshooting.md"
    for plain, special in named:
        assert (plain or special).lower() in known, f"{name}: {plain or special}"
