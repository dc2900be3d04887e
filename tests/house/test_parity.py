"""docs/parity.md names no command, option, parameter or name that is not there."""

from __future__ import annotations

import re
import shlex
from dataclasses import fields
from itertools import chain
from pathlib import Path

import click
import pytest

from liveriff.cli.app import COMMANDS, cli
from liveriff.params.table import TABLE
from liveriff.render.dance.schedules import NAMES as SCHEDULES
from liveriff.render.dance.settings import SAMPLERS, Settings, from_options
from liveriff.render.pipelines.options import Options as PipelineOptions
from liveriff.render.riffusion.options import CFG, GRIDS, SCHEDULERS
from liveriff.render.riffusion.options import Options as RiffusionOptions

PAGE = Path(__file__).parents[2] / "docs" / "parity.md"
SPAN = re.compile(r"`([^`]+)`")
FILES = ("models.yaml", ".ckpt")
WORDS = {*SAMPLERS, *SCHEDULES, *SCHEDULERS, *GRIDS, *CFG, *FILES}
OPTIONS = {each.name for each in chain(fields(RiffusionOptions), fields(PipelineOptions), fields(Settings))}
STAND_IN = re.compile(r"\.\.\.|[A-Z_]+(\.\w+)?")


def rows() -> list[tuple[str, str, str]]:
    """feature, yes or no, how: of every table."""
    lines = [line.strip().strip("|").split(" | ") for line in PAGE.read_text("utf-8").splitlines() if "| " in line]
    cells = [tuple(cell.strip() for cell in line) for line in lines]
    assert all(len(row) == 3 for row in cells), [row for row in cells if len(row) != 3]
    return [row for row in cells if row[1] != "here"]  # type: ignore[misc]


def options_of(command: click.Command) -> dict[str, click.Parameter]:
    return {name: param for param in command.params for name in (*param.opts, *param.secondary_opts)}


def command_of(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command that a line begins with, and what follows it."""
    context = click.Context(cli)
    command = cli.get_command(context, words[0])
    assert command is not None
    if isinstance(command, click.Group) and len(words) > 1:
        inner = command.get_command(context, words[1])
        assert inner is not None, words
        return inner, words[2:]
    return command, words[1:]


def wrong_in(command: click.Command, words: list[str]) -> str:
    """What a command would not take of a line."""
    known, wanted = options_of(command), iter(words)
    for word in wanted:
        if not word.startswith("-"):
            continue
        if word not in known:
            return f"{command.name} has no {word}"
        option = known[word]
        if isinstance(option, click.Option) and not option.is_flag:
            value = next(wanted, "...")
            try:
                if not STAND_IN.fullmatch(value):
                    option.type.convert(value, option, click.Context(command))
            except click.UsageError as error:
                return f"{command.name} {word} {value}: {error.message}"
    return ""


def wrong_with(span: str, before: list[click.Command]) -> str:
    """What is wrong with one name in a row; ``before``: the commands that the row has named so far."""
    if span.startswith("/"):
        return "" if span.replace("/N/", "/1/") in TABLE else f"there is no parameter {span}"
    words = shlex.split(span)
    if words[0] in COMMANDS:
        command, rest = command_of(words)
        before.append(command)
        return wrong_in(command, rest)
    if span.startswith("--"):
        problems = [wrong_in(command, words) for command in before] or [f"{span} belongs to no command"]
        return "" if "" in problems else problems[-1]
    return "" if span in WORDS | OPTIONS else f"nothing is called {span}"


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0][:40])
def test_what_a_row_names_is_there(row: tuple[str, str, str]) -> None:
    feature, here, how = row
    assert here in ("yes", "no"), feature
    before: list[click.Command] = []
    problems = [wrong_with(span, before) for span in SPAN.findall(how)]
    assert not any(problems), f"{feature}: {'; '.join(filter(None, problems))}"
    if here == "yes":
        assert SPAN.search(how), f"{feature}: which command or parameter does it?"


def test_the_rest_of_the_page() -> None:
    prose = "\n".join(line for line in PAGE.read_text("utf-8").splitlines() if not line.startswith("|"))
    problems = [wrong_with(span, []) for span in SPAN.findall(prose)]
    assert not any(problems), problems


def test_samplers_are_found_by_the_names_on_the_page() -> None:
    for span in re.findall(r"`[^`]*--sampler (\S+?)[ `]", PAGE.read_text("utf-8")):
        from_options({"sampler": span}, "the page")


def test_every_option_of_a_model_is_on_the_page_of_models() -> None:
    text = (PAGE.parent / "models.md").read_text("utf-8")
    told = {word for line in text.splitlines() if line.startswith("| `") for word in SPAN.findall(line.split("|")[1])}
    assert OPTIONS - told == set()


@pytest.mark.parametrize(
    ("span", "told"),
    [
        ("/deck/N/sauce", "no parameter"),
        ("vary --strenth 0.5", "vary has no --strenth"),
        ("vary --strength 2", "--strength 2"),
        ("--difference", "belongs to no command"),
        ("dpmpp-3m", "nothing is called"),
    ],
)
def test_a_wrong_name_is_found(span: str, told: str) -> None:
    assert told in wrong_with(span, [])
