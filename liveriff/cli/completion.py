"""`liveriff completion`: what a shell has to read so that Tab completes commands, options, scenes and models."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import click

from liveriff.errors import LiveriffError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

PROGRAM, VARIABLE = "liveriff", "_LIVERIFF_COMPLETE"
WHERE = {
    "bash": "~/.local/share/bash-completion/completions/liveriff",
    "zsh": "a folder of $fpath, as _liveriff",
    "fish": "~/.config/fish/completions/liveriff.fish",
}

Complete = Callable[[click.Context, click.Parameter, str], "list[CompletionItem]"]


@click.command()
@click.argument("shell", type=click.Choice(list(WHERE)))
def completion(shell: str) -> None:
    """Print what a shell reads to complete liveriff's commands with Tab.

    \b
    bash: liveriff completion bash > ~/.local/share/bash-completion/completions/liveriff
    zsh:  liveriff completion zsh > a folder of $fpath, as _liveriff
    fish: liveriff completion fish > ~/.config/fish/completions/liveriff.fish
    """
    from click.shell_completion import get_completion_class

    from liveriff.cli.app import cli

    made = get_completion_class(shell)
    if made is None:  # a click that no longer knows it
        raise click.UsageError(f"this click has no completion for {shell}.")
    click.echo(made(cli, {}, PROGRAM, VARIABLE).source())


def from_names(names: Callable[[], Iterable[str]]) -> Complete:
    """A completion of an option by names; none where they cannot be had, for a shell has nowhere to tell why."""

    def complete(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        try:
            return [CompletionItem(name) for name in names() if name.startswith(incomplete)]
        except (LiveriffError, OSError):
            return []

    return complete


def _scenes() -> Iterable[str]:
    from liveriff.engine.scenes_files import shelved

    return shelved("scenes")


def _models() -> Iterable[str]:
    from liveriff.render.catalog import names
    from liveriff.render.checkpoints import table

    return (*names(), *table())


def _settings() -> Iterable[str]:
    from liveriff.params.table import SPECS

    return (f"{spec.path}=" for spec in SPECS if "w" in spec.access)


scenes, models, settings = from_names(_scenes), from_names(_models), from_names(_settings)
