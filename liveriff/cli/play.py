"""`liveriff play`: a performance with a plain status line."""

from __future__ import annotations

import asyncio
import contextlib
import json
import shutil
import signal
import sys
from typing import Any

import click

from liveriff.errors import UsageError


@click.command()
@click.option("--scene", default="house", show_default=True, help="A scene by name, or a TOML file.")
@click.option("--headless", is_flag=True, help="No screen: only what must be said, for services and scripts.")
@click.option("--sink", default="device", show_default=True, help="Where sound goes: device, null or wav:FILE.")
@click.option("--device", default="", help="Part of a sound device's name; see `liveriff devices`.")
@click.option("--rate", type=click.IntRange(8000, 192000), help="Frames a second.  [default: the device's own]")
@click.option("--block", type=click.IntRange(32, 8192), default=256, show_default=True, help="Frames a block.")
@click.option("--seconds", type=click.FloatRange(0.1, 864000), help="Stop so long after the first downbeat.")
@click.option("--set", "settings", multiple=True, metavar="/PATH=VALUE", help="Set a parameter; may be repeated.")
@click.option("--model", default="", help="Backend for all decks.  [default: the scene's, or embedded]")
@click.option("--record", default="", metavar="FILE", help="Write what is played to a WAV file as well.")
@click.option("--midi", default="auto", show_default=True, help="Controllers: auto, off, alsa, jack, core or winmm.")
@click.option(
    "--clock-out",
    multiple=True,
    metavar="PORT",
    help="Send MIDI clock to outputs with this in their name, "
    "or to a port of our own (virtual); @MS after it moves it. May be repeated.",
)
@click.option("--osc", default="", metavar="HOST:PORT", help="Listen for OSC there, or off.  [default: 127.0.0.1:8000]")
@click.option(
    "--osc-reply",
    type=click.IntRange(1, 65535),
    help="Port where OSC clients listen; TouchOSC: 9000.  [default: the one they send from]",
)
@click.option(
    "--door", default="", metavar="HOST:PORT", help="OSCQuery and browsers, or off.  [default: 127.0.0.1:8080]"
)
@click.option("--lan", is_flag=True, help="Let other machines in, and announce OSC and the door to them.")
@click.option("--token", default="", metavar="WORD", help="With --lan: a word that browsers must know.")
@click.option("--accelerator", default="cpu", show_default=True, help="Where models run: cpu, cuda, mps.")
@click.option("--no-cache", is_flag=True, help="Neither read nor keep rendered chunks on disk.")
@click.option("--json", "as_json", is_flag=True, help="At the end, one JSON object with what happened.")
def play(**given: Any) -> int:
    """Play a scene on a sound device, live, until Ctrl-C.

    With no sound device it says so and plays on the null sink: silent, but in time.
    """
    return Performance(**given).run()


class Performance:
    """One run of the command."""

    def __init__(self, scene: str, settings: tuple[str, ...], headless: bool, as_json: bool, **given: Any) -> None:
        """Check everything that was asked for before anything is opened."""
        from liveriff.engine.hub import Hub
        from liveriff.engine.scenes import apply, load_scene
        from liveriff.params.registry import Registry

        self.registry = Registry()
        self.scene = load_scene(scene)
        apply(self.scene, self.registry)
        for setting in settings:
            self.registry.set(*_assignment(setting), origin="cli")
        versions = self._models(given["model"])
        self.live = sys.stderr.isatty() and not headless
        self.as_json = as_json
        self._greeted = False
        self.hub = Hub(self.registry, _options(**given), versions, self._notice)
        self.hub.stage.bindings = self.scene.bindings
        if self.scene.source:
            self.registry.set("/scene", self.scene.source.stem, "cli")  # where a controller's "next scene" begins

    def _models(self, model: str) -> dict[str, str]:
        """Digests of the weights in use, by model; ModelError where they are missing or broken."""
        from liveriff.params.words import DECKS
        from liveriff.render.catalog import find

        paths = [f"/deck/{deck}/model" for deck in DECKS]
        for path in paths if model else ():
            self.registry.set(path, model, "cli")
        names = {str(self.registry.get(path)) for path in paths}
        return {name: find(name).info().version for name in names}

    def run(self) -> int:
        """Play; returns the exit status."""
        try:
            asyncio.run(self._perform())
        finally:
            self._clear_line()
        if self.as_json:
            from liveriff.cli.report import report

            click.echo(json.dumps(report(self.hub), indent=2))
        return 0

    async def _perform(self) -> None:
        self._mind_signals()
        screen = asyncio.ensure_future(self._show())
        try:
            await self.hub.run()
        finally:
            screen.cancel()

    def _mind_signals(self) -> None:
        """Ctrl-C and TERM end the performance with a fade; so does a closed terminal, unless nobody needs one."""
        loop = asyncio.get_running_loop()
        ends = ["SIGINT", "SIGTERM"] if self.live is False else ["SIGINT", "SIGTERM", "SIGHUP"]
        for name in ends:
            if hasattr(signal, name):
                with contextlib.suppress(NotImplementedError):  # Windows: KeyboardInterrupt ends it, and the hub closes
                    loop.add_signal_handler(getattr(signal, name), self.hub.stop)
        if "SIGHUP" not in ends and hasattr(signal, "SIGHUP"):
            signal.signal(signal.SIGHUP, signal.SIG_IGN)

    # --- what a person sees -------------------------------------------------------------------------------------

    async def _show(self) -> None:
        """The scene's title once the sink is open, then the status line."""
        from liveriff.cli.statusline import status_line

        while not self.hub.opened:
            await asyncio.sleep(0.02)
        self._greet()
        while self.live:
            sys.stderr.write("\r\x1b[2K" + status_line(self.registry, shutil.get_terminal_size().columns - 1))
            sys.stderr.flush()
            await asyncio.sleep(0.1)

    def _greet(self) -> None:
        """Say once what is being played, when nothing can be wrong with it any more."""
        if self.hub.opened and not self._greeted:
            self._greeted = True
            self._say(f"{self.scene.title}: {self.scene.about}")

    def _notice(self, sentence: str) -> None:
        self._greet()
        self.registry.publish("/status/message", sentence)
        self._say(sentence)

    def _say(self, sentence: str) -> None:
        self._clear_line()
        try:
            click.echo(f"liveriff: {sentence}", err=True)
        except OSError:  # the terminal is gone: nobody reads this, and the music goes on
            self.live = False

    def _clear_line(self) -> None:
        if self.live:
            sys.stderr.write("\r\x1b[2K")


def _assignment(setting: str) -> tuple[str, str]:
    path, equals, value = setting.partition("=")
    if not equals or not path.startswith("/"):
        raise UsageError(f"--set takes /path=value, not {setting!r}.")
    return path, value


def _options(
    sink: str,
    device: str,
    rate: int | None,
    block: int,
    seconds: float | None,
    record: str,
    model: str,
    accelerator: str,
    no_cache: bool,
    midi: str,
    clock_out: tuple[str, ...],
    osc: str,
    osc_reply: int | None,
    door: str,
    lan: bool,
    token: str,
) -> Any:
    from liveriff.engine.options import PlayOptions, RimOptions
    from liveriff.wire.chunks import default_folder

    if sink not in ("device", "null") and not (sink.startswith("wav:") and len(sink) > len("wav:")):
        raise UsageError(f"--sink takes device, null or wav:FILE, not {sink!r}.")
    cache = None if no_cache else str(default_folder())
    rim = RimOptions(
        _one_of_midi(midi), clock_out, _place("--osc", osc, 8000), bool(osc), osc_reply,
        _place("--door", door, 8080), bool(door), lan, token,
    )  # fmt: skip
    return PlayOptions(sink, device, rate, block, seconds, record, model, accelerator, cache, rim)


def _one_of_midi(midi: str) -> str:
    from liveriff.params.words import did_you_mean

    known = ("auto", "off", "alsa", "jack", "core", "winmm")
    if midi not in known:
        raise UsageError(
            f"--midi takes {', '.join(known[:-1])} or {known[-1]}, not {midi!r}.{did_you_mean(midi, known)}"
        )
    return midi


def _place(option: str, given: str, port: int) -> tuple[str, int] | None:
    """Address and port of "HOST:PORT", ":PORT" or "PORT"; None for off."""
    if given == "off":
        return None
    host, _, number = given.rpartition(":")
    number = number or str(port)
    if not number.isdecimal() or not 0 <= int(number) <= 65535:
        raise UsageError(f"{option} takes HOST:PORT or off, not {given!r}.")
    return host.strip("[]") or "127.0.0.1", int(number)
