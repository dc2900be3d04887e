"""The group of commands and what they share: lazily loaded, errors told in one sentence."""

from __future__ import annotations

import contextlib
import importlib
import io
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from liveriff import __version__
from liveriff.cli.plain import plain
from liveriff.errors import LiveriffError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

COMMANDS = {
    "play": ("liveriff.cli.play", "play", "Play a scene on a sound device, live."),
    "attach": ("liveriff.cli.attach", "attach", "Show the screen of a performance that is running."),
    "remote": ("liveriff.cli.remote", "remote", "Show the address of the browser remote, for a tablet's camera."),
    "render": ("liveriff.cli.render", "render", "Render a loop on the beat into a sound file."),
    "oneshot": ("liveriff.cli.render", "oneshot", "Render one-shots for pads, by category."),
    "batch": ("liveriff.cli.batch", "batch", "Render a file of wishes, and a manifest of what became of them."),
    "interpolate": ("liveriff.cli.interpolate", "interpolate", "Render loops on the way from one prompt to another."),
    "pack": ("liveriff.cli.pack", "pack", "Render a folder of one-shots, and a sheet that shows them."),
    "vary": ("liveriff.cli.dance", "vary", "Make variations of a sound."),
    "morph": ("liveriff.cli.dance", "morph", "Make a row of sounds that leads from one to another."),
    "inpaint": ("liveriff.cli.dance", "inpaint", "Make a part of a sound anew."),
    "extend": ("liveriff.cli.dance", "extend", "Let a sound go on after its end."),
    "convert-checkpoint": ("liveriff.cli.dance_convert", "convert_checkpoint", "Convert a .ckpt of Dance Diffusion."),
    "image-to-audio": ("liveriff.cli.convert", "image_to_audio", "Turn spectrogram pictures into sound."),
    "audio-to-image": ("liveriff.cli.convert", "audio_to_image", "Turn sounds into spectrogram pictures."),
    "print-exif": ("liveriff.cli.convert_exif", "print_exif", "Print how a spectrogram picture was made."),
    "sample-clips": ("liveriff.cli.convert_clips", "sample_clips", "Cut clips out of sounds at random places."),
    "serve": ("liveriff.cli.serve", "serve", "Let Riffusion's web app and plug-ins play from here."),
    "replay": ("liveriff.cli.replay", "replay", "Play a performance again from its log, into a WAV file."),
    "overview": ("liveriff.cli.overview", "overview", "Draw a set on one page, from its log."),
    "scenes": ("liveriff.cli.lists", "scenes", "List the scenes that can be played by name."),
    "presets": ("liveriff.cli.lists", "presets", "List the presets that scenes give to decks."),
    "params": ("liveriff.cli.lists", "params", "List every parameter of the instrument."),
    "models": ("liveriff.cli.models", "models", "List models, get them from the hub, convert their weights."),
    "devices": ("liveriff.cli.lists", "devices", "List the sound devices."),
    "midi": ("liveriff.cli.midi", "midi", "Watch controllers, learn them, test their lights."),
    "tosc": ("liveriff.cli.tosc", "tosc", "Make a TouchOSC layout for a tablet or a phone."),
    "doctor": ("liveriff.cli.doctor", "doctor", "Check this machine and say what to do."),
    "drill": ("liveriff.cli.drill", "drill", "Do every fault to a performance, and tell what is heard of it."),
    "bench": ("liveriff.cli.bench", "bench", "Measure how fast this machine plays."),
    "soak": ("liveriff.cli.soak", "soak", "Play a set for hours and judge whether anything grows."),
    "completion": ("liveriff.cli.completion", "completion", "Print what a shell reads to complete commands with Tab."),
    "train": ("liveriff.train.cli", "train", "Train the embedded model."),
    "eval": ("liveriff.train.judge.cli", "command", "Measure the embedded model against unseen material."),
}
"""name: module, attribute, help. Kept here so that --help and completion import none of them."""


class Lazy(click.Group):
    """A group that imports a command when it is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command; None if there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        module, attribute, _ = COMMANDS[cmd_name]
        command = getattr(importlib.import_module(module), attribute)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, from the table alone."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, about) for name, (_, _, about) in COMMANDS.items()])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Commands from the table alone: Tab does not wait for thirty modules."""
        from click.shell_completion import CompletionItem

        fitting = [(name, about) for name, (_, _, about) in COMMANDS.items() if name.startswith(incomplete)]
        options = click.Command.shell_complete(self, ctx, incomplete)
        return [*(CompletionItem(name, help=about) for name, about in fitting), *options]

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, with the nearest name for a wrong one."""
        from liveriff.params.words import did_you_mean

        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            raise click.UsageError(f"There is no command {args[0]!r}.{did_you_mean(args[0], COMMANDS)}", ctx)
        return super().resolve_command(ctx, args)


@click.group(
    cls=Lazy,
    no_args_is_help=False,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="liveriff")
@click.pass_context
def cli(context: click.Context) -> None:
    """Play diffusion models like an instrument: on the beat, in key, without a stop.

    First sound: liveriff play
    """
    if context.invoked_subcommand is None:
        from liveriff.cli.firstwords import welcome

        click.echo(welcome())


def main() -> None:
    """Entry point of the console script."""
    # Read when torch is loaded: threads that spin while they wait make a render on a busy machine many times slower.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    _mind_folder()
    _mind_letters()
    try:
        with orderly():
            status = cli.main(prog_name="liveriff", standalone_mode=False)
    except LiveriffError as error:
        fail(str(error))
    except click.UsageError as error:
        fail(error.format_message())
    except click.ClickException as error:
        fail(error.format_message())
    except (KeyboardInterrupt, click.Abort):
        sys.exit(130)
    sys.exit(status if isinstance(status, int) else 0)


@contextlib.contextmanager
def orderly() -> Iterator[None]:
    """Within, SIGTERM ends the process by way of ``finally``, with status 143, so that no process or file that it made
    is left behind. Main thread. Commands that fade out or save first put handlers of their own in its place."""

    def leave(number: int, frame: object) -> None:
        raise SystemExit(128 + number)

    before = signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _mind_folder() -> None:
    """Let no process that we start look for modules and programs in the folder it is started in: that may be a folder
    of samples from anywhere, with a numpy.py in it. Python 3.11 and later obey; a checkout finds itself there."""
    if Path(__file__).parents[2] != _here():
        os.environ.setdefault("PYTHONSAFEPATH", "1")
    os.environ.setdefault("NoDefaultCurrentDirectoryInExePath", "1")  # Windows


def _here() -> Path | None:
    """The folder that we are started in, None where it is there no more."""
    with contextlib.suppress(OSError):
        return Path.cwd()
    return None


def _mind_letters() -> None:
    """What is written into a pipe or file of a few letters only, as on Windows, has a question mark for the others: a
    scene's title or a path may have any. Standard error is such by itself."""
    if isinstance(sys.stdout, io.TextIOWrapper) and sys.stdout.errors == "strict":
        sys.stdout.reconfigure(errors="replace")


def fail(sentence: str) -> None:
    """Say what is wrong and leave with status 2."""
    click.echo("liveriff: " + "\n".join(map(plain, sentence.splitlines())), err=True)
    sys.exit(2)
