"""The page of commands, the manual page, and completion."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import click
import pytest
from click.shell_completion import ShellComplete

from liveriff.cli import completion, manual
from liveriff.cli.app import COMMANDS, cli

DOCS = Path(__file__).parents[2] / "docs"
MAKE = "run: python -m liveriff.cli.manual docs/commands.md docs/liveriff.1"


def test_the_pages_are_as_the_commands_are() -> None:
    assert (DOCS / "commands.md").read_text("utf-8") == manual.as_markdown(), MAKE
    assert (DOCS / "liveriff.1").read_text("utf-8") == manual.as_roff(), MAKE


def test_every_command_has_an_entry_that_says_something() -> None:
    entries = manual.entries()
    assert {name.partition(" ")[0] for name in (entry.name for entry in entries)} == set(COMMANDS)
    for entry in entries:
        assert entry.about, entry.name
        assert entry.about[0].endswith("."), entry.name
        for option, about in entry.options:
            assert about, f"{entry.name} {option}"


def test_nothing_on_the_pages_is_of_one_machine() -> None:
    for text in (manual.as_markdown(), manual.as_roff()):
        assert str(Path.home()) not in text
        assert str(DOCS.parent) not in text


def test_tables_have_as_many_cells_in_every_row() -> None:
    for line in manual.as_markdown().splitlines():
        if line.startswith("|"):
            assert len(re.findall(r"(?<!\\)\|", line)) == 3, line


@pytest.mark.skipif(not shutil.which("groff"), reason="groff is not installed")
def test_the_manual_page_is_sound_roff() -> None:
    done = subprocess.run(
        ["groff", "-man", "-Tutf8", "-ww", "-z"], input=manual.as_roff(), capture_output=True, text=True, check=True
    )
    complaints = [
        line for line in done.stderr.splitlines() if "cannot adjust" not in line and "can't break" not in line
    ]
    assert complaints == []


@pytest.mark.parametrize(("text", "made"), [("a-b", r"a\-b"), (".x", r"\&.x"), ("'x", r"\&'x"), (r"a\b", r"a\eb")])
def test_roff_is_escaped(text: str, made: str) -> None:
    assert manual._roff(text) == made


def completed(*words: str, incomplete: str) -> list[str]:
    """What Tab offers after these words."""
    found = ShellComplete(cli, {}, completion.PROGRAM, completion.VARIABLE).get_completions(list(words), incomplete)
    return [item.value for item in found]


def test_tab_completes_commands_without_importing_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("liveriff.cli.app.importlib.import_module", None)
    assert {"render", "replay"} <= set(completed(incomplete="re"))
    assert "--version" in completed(incomplete="--v")


@pytest.mark.parametrize(
    ("words", "incomplete", "offered"),
    [
        (("play", "--scene"), "hou", "house"),
        (("play", "--model"), "emb", "embedded"),
        (("play", "--set"), "/tempo/b", "/tempo/bpm="),
        (("play",), "--sc", "--scene"),
        (("completion",), "z", "zsh"),
        (("models",), "l", "list"),
    ],
)
def test_tab_completes_what_belongs_there(words: tuple[str, ...], incomplete: str, offered: str) -> None:
    assert offered in completed(*words, incomplete=incomplete)


def test_a_shell_is_not_told_of_errors() -> None:
    def broken() -> list[str]:
        raise OSError("no such folder")

    complete = completion.from_names(broken)
    assert complete(click.Context(cli), cli.params[0], "") == []


@pytest.mark.skipif(not shutil.which("bash"), reason="there is no bash")
def test_what_bash_reads_is_bash() -> None:
    from click.testing import CliRunner

    source = CliRunner().invoke(completion.completion, ["bash"]).output
    subprocess.run(["bash", "-n"], input=source, text=True, check=True)
    assert "liveriff" in source
