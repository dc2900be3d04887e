"""All commands as a manual page and as a page of the documentation, made from the commands themselves. Pure but for
``rewrite``.

    python -m liveriff.cli.manual docs/commands.md docs/liveriff.1
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from liveriff.cli.app import COMMANDS, cli
from liveriff.cli.checks.remedies import REMEDIES

ABOUT = "a live-performance instrument that plays diffusion models on the beat"
SYNOPSIS = "liveriff [COMMAND] [OPTIONS]"
EXIT = (
    ("0", "what was asked for is done"),
    ("1", "`doctor` has found what cannot play, or the screen has failed"),
    ("2", "bad usage or input: one sentence on stderr says what and where; nothing is left half-written"),
    ("130", "ended by Ctrl-C"),
)
FILES = (
    ("~/.config/liveriff", "your own scenes, presets, controllers, bindings and models.yaml ($LIVERIFF_HOME)"),
    ("~/.local/share/liveriff", "recordings and what performances keep ($LIVERIFF_HOME)"),
    ("~/.cache/liveriff", "rendered chunks ($LIVERIFF_CACHE) and training material; may be removed at any time"),
)
_WIDTH = 100


@dataclass(frozen=True)
class Entry:
    """One command. name: with its group's, as it is typed; usage: its arguments; about: paragraphs; options: pairs of
    how one is written and what it does."""

    name: str
    usage: str
    about: tuple[str, ...]
    options: tuple[tuple[str, str], ...]


def entries() -> list[Entry]:
    """Every command that is not hidden, those of groups after their group."""
    with click.Context(cli, info_name="liveriff", max_content_width=_WIDTH) as context:
        return [entry for name in COMMANDS for entry in _entries(context, cli, name)]


def _entries(parent: click.Context, group: click.Group, name: str) -> Iterator[Entry]:
    command = group.get_command(parent, name)
    if command is None or command.hidden:
        return
    with click.Context(command, info_name=name, parent=parent) as context:
        yield _entry(context, command)
        if isinstance(command, click.Group):
            for each in command.list_commands(context):
                yield from _entries(context, command, each)


def _entry(context: click.Context, command: click.Command) -> Entry:
    records = [parameter.get_help_record(context) for parameter in command.get_params(context)]
    told = [record for record in records if record and record[1] and "--help" not in record[0]]
    options = [(_plain(name), _plain(about)) for name, about in told]
    usage = " ".join(command.collect_usage_pieces(context))
    path = context.command_path.removeprefix("liveriff ")
    return Entry(path, _plain(usage), tuple(_paragraphs(command.help or "")), tuple(options))


def _paragraphs(text: str) -> list[str]:
    """A command's help in paragraphs; one that click leaves as it is keeps its lines."""
    found = []
    for part in re.split(r"\n\s*\n", text.strip()):
        kept = part.startswith("\b")
        lines = [line.strip() for line in part.replace("\b", "").strip("\n").splitlines()]
        found.append(("\n" if kept else " ").join(lines).strip())
    return [part for part in found if part]


def _plain(text: str) -> str:
    """Without what depends on the machine: defaults that are folders of the user's, or numbers of its cores."""
    return re.sub(r"\s+", " ", text).strip()


# --- Markdown --------------------------------------------------------------------------------------------------------


def as_markdown() -> str:
    """The page docs/commands.md."""
    found = entries()
    lines = [
        "# Commands", "",
        "Made from the program itself by `make docs`: what `liveriff COMMAND --help` says, on one page.", "",
        "`liveriff` alone says what to do first. Long work shows a bar on a terminal and is quiet in a pipe; `--json`",
        "prints one JSON object on stdout and nothing else.", "",
        *_rows(("exit status", "means"), EXIT), "",
        *_rows(("folder", "holds"), FILES), "",
        *_rows(("command", ""), [(f"[`{each.name}`](#{_anchor(each)})", each.about[0]) for each in found]), "",
    ]  # fmt: skip
    for entry in found:
        lines += [f"## `{entry.name}`", "", "```", f"liveriff {entry.name} {entry.usage}".strip(), "```", ""]
        for part in entry.about:
            lines += ["```", part, "```", ""] if "\n" in part else [part, ""]
        if entry.options:
            lines += [*_rows(("option", ""), [(f"`{name}`", about) for name, about in entry.options]), ""]
    return "\n".join(lines).rstrip() + "\n"


def _anchor(entry: Entry) -> str:
    return entry.name.replace(" ", "-")


def _rows(head: tuple[str, str], rows: Iterable[tuple[str, str]]) -> list[str]:
    body = [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows]
    return [f"| {head[0]} | {head[1]} |", "|---|---|", *body]


# --- roff ------------------------------------------------------------------------------------------------------------


def as_roff() -> str:
    """The manual page liveriff(1), in the macros of man(7)."""
    lines = [
        '.TH LIVERIFF 1 "" "liveriff" "User Commands"',
        ".SH NAME", f"liveriff \\- {ABOUT}",
        ".SH SYNOPSIS", rf"\fB{_roff(SYNOPSIS)}\fR",
        ".SH DESCRIPTION", *(_roff(part) + "\n.PP" for part in _paragraphs(cli.help or "")),
        ".SH COMMANDS",
    ]  # fmt: skip
    for entry in entries():
        lines += [f'.SS "{_roff(entry.name)} {_roff(entry.usage)}"', *(_block(part) for part in entry.about)]
        lines += [f".TP\n\\fB{_roff(name)}\\fR\n{_roff(about)}" for name, about in entry.options]
    for title, rows in (("EXIT STATUS", EXIT), ("FILES", FILES), ("DIAGNOSTICS", tuple(REMEDIES.items()))):
        lines += [f".SH {title}", *(f".TP\n\\fB{_roff(name)}\\fR\n{_roff(about)}" for name, about in rows)]
    return "\n".join(lines) + "\n"


def _block(part: str) -> str:
    """A paragraph; one of several lines stands as it is."""
    return f".nf\n{_roff(part)}\n.fi\n.PP" if "\n" in part else f"{_roff(part)}\n.PP"


def _roff(text: str) -> str:
    """Text with what man would read as its own made plain."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-").replace('"', "\\(dq")
    return "\n".join(f"\\&{line}" if line.startswith((".", "'")) else line for line in escaped.splitlines())


def rewrite(page: Path) -> None:
    """Make a page anew; its suffix says which."""
    page.write_text(as_markdown() if page.suffix == ".md" else as_roff(), encoding="utf-8")


if __name__ == "__main__":
    for given in sys.argv[1:]:
        rewrite(Path(given))
