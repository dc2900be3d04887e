"""One run of `liveriff play`: the engine on this process's loop, and what is said to people meanwhile."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import click

from liveriff.cli.background import tell
from liveriff.cli.plain import plain
from liveriff.errors import LiveriffError, ModelError, UsageError

if TYPE_CHECKING:
    from liveriff.cli.webscreen import WebScreen
    from liveriff.engine.options import PlayOptions
    from liveriff.engine.rim import Rim

LOOKS_S = 1.5  # by then every controller that is plugged in has been found


class Show(NamedTuple):
    """Who is told. live: a person at a plain status line; behind: the screen that started us; as_json: a script."""

    live: bool = False
    behind: bool = False
    as_json: bool = False


class Performance:
    """One run of the command."""

    def __init__(
        self,
        scene: str,
        settings: tuple[str, ...],
        model: str,
        options: PlayOptions,
        show: Show,
        web: WebScreen | None = None,
    ) -> None:
        """Check everything that was asked for before anything is opened."""
        from liveriff.engine.autosave import folder as autosaves
        from liveriff.engine.hub import Hub
        from liveriff.engine.renderers.where import parse
        from liveriff.engine.scenes import apply, load_scene
        from liveriff.params.registry import Registry

        self.registry = Registry()
        self.scene = load_scene(scene)
        apply(self.scene, self.registry)
        for setting in settings:
            self.registry.set(*_assignment(setting), origin="cli")
        options = replace(options, where=options.where or parse(self.scene.render))
        versions, keyed = self._models(model, elsewhere=options.where is not None and options.where.kind == "ray")
        self.live, self.behind, self.as_json = show
        self._greeted = False
        self._advised = asyncio.Event()
        self._web = web
        self.hub = Hub(self.registry, options, versions, self._notice, keyed)
        self.hub.stage.bindings = self.scene.bindings
        self.hub.stage.scene = self.scene
        if self.scene.source and not self.scene.source.is_relative_to(autosaves()):
            self.registry.set("/scene", self.scene.source.stem, "cli")  # where a controller's "next scene" begins

    def _models(self, model: str, elsewhere: bool) -> tuple[dict[str, str], frozenset[str]]:
        """Digests of the weights in use, by model, and those models that play in the key that they are told; ModelError
        where weights are missing or broken. elsewhere: a cluster may have what is missing here."""
        from liveriff.engine.options import FALLBACK_MODEL
        from liveriff.params.words import DECKS, PADS
        from liveriff.render.catalog import find

        decks, pads = [f"/deck/{deck}/model" for deck in DECKS], [f"/pad/{pad}/model" for pad in PADS]
        if model:
            self.registry.restore({**dict.fromkeys(decks, model), **dict.fromkeys(pads, "")}, "cli")
        names = {str(self.registry.get(path)) for path in (*decks, *pads)} - {""}
        infos = {}
        for name in (*names, FALLBACK_MODEL):
            with contextlib.suppress(*([ModelError] if elsewhere else [])):
                infos[name] = find(name).info()
        versions = {name: infos[name].version for name in names if name in infos}
        return versions, frozenset(name for name, info in infos.items() if info.honours_field("tonic"))

    def run(self) -> int:
        """Play; returns the exit status."""
        if self.behind:
            tell(checked=True)
        try:
            asyncio.run(self._perform())
        finally:
            self._clear_line()
        self._report()
        return 0

    def _report(self) -> None:
        from liveriff.cli.report import report, sentence

        if self.as_json:
            click.echo(json.dumps(report(self.hub), indent=2))
        elif self.behind:
            tell(over=sentence(self.hub))
        elif self.live:
            self._say(sentence(self.hub))

    async def _perform(self) -> None:
        self._mind_signals()
        screen = asyncio.ensure_future(self._show())
        try:
            await self.hub.run()
        finally:
            screen.cancel()
            if self._web:
                await self._web.close()

    def _mind_signals(self) -> None:
        """Ctrl-C and TERM end the performance with a fade; so does a closed terminal, unless nobody needs one."""
        ends = ("SIGINT", "SIGTERM", "SIGBREAK") if self.live is False else ("SIGINT", "SIGTERM", "SIGBREAK", "SIGHUP")
        for name in ends:
            if hasattr(signal, name):
                ends_with(getattr(signal, name), self.hub.stop)
        if "SIGHUP" not in ends and hasattr(signal, "SIGHUP"):
            signal.signal(signal.SIGHUP, signal.SIG_IGN)

    # --- what a person sees -------------------------------------------------------------------------------------

    async def _show(self) -> None:
        """The scene's title once the sink is open, then what each who is told wants to know."""
        while not self.hub.opened:
            await asyncio.sleep(0.02)
        self._greet()
        telling = [
            (self._status_line, self.live),
            (self._tell_door, self.behind),
            (self._serve, self._web is not None),
            (self._advise, True),
            (self._show_entrance, self.hub.stage.options.rim.lan and not self.behind),
        ]
        await asyncio.gather(*(tell_it() for tell_it, wanted in telling if wanted))

    async def _status_line(self) -> None:
        from liveriff.cli.statusline import status_line

        while self.live:
            sys.stderr.write("\r\x1b[2K" + status_line(self.registry, shutil.get_terminal_size().columns - 1))
            sys.stderr.flush()
            await asyncio.sleep(0.1)

    async def _advise(self) -> None:
        """Once it is known what there is to play with, say what is missing and what to do about it."""
        from liveriff.cli.firstwords import Stage, advice

        rim = await self._rim_open()
        await asyncio.sleep(LOOKS_S)
        stage = self.hub.stage
        options, opened = stage.options, stage.player.opened
        found = Stage(
            options.sink, opened.sink if opened else "null", options.rim.midi != "off",
            tuple(rim.hands.names) if rim.hands else (), rim.door.address if rim.door else "",
            os.cpu_count() or 1, options.accelerator, self.behind, opened.kernels if opened else "numba",
        )  # fmt: skip
        if self.live or self.behind:
            for sentence in advice(found):
                self._notice(sentence)
        self._advised.set()

    async def _show_entrance(self) -> None:
        """On a terminal, what a tablet's camera reads. To nobody else: the token is in it."""
        from liveriff.cli.remote import shown

        rim = await self._rim_open()
        if rim.door and sys.stderr.isatty():
            self._clear_line()
            click.echo(shown(rim.door.entrance), err=True)

    async def _tell_door(self) -> None:
        """To the screen that started us."""
        rim = await self._rim_open()
        if rim.door:
            tell(door=_near(rim.door.address), token=self.hub.stage.options.rim.token)

    async def _serve(self) -> None:
        """The screen, to browsers."""
        rim = await self._rim_open()
        if rim.door and self._web:
            try:
                address = await self._web.open(_near(rim.door.address))
            except LiveriffError as error:
                self.hub.stop(error)
                return
            await self._advised.wait()  # who reads only the last sentence reads this one
            self._notice(f"The screen is at {address} too.")

    async def _rim_open(self) -> Rim:
        """Wait for the door, where one is wanted; it opens last, so all else at the rim is there too."""
        wanted = self.hub.stage.options.rim.door is not None
        while self.hub.rim is None or (wanted and self.hub.rim.door is None):
            await asyncio.sleep(0.02)
        return self.hub.rim

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
            click.echo(f"liveriff: {plain(sentence)}", err=True)
        except OSError:  # the terminal is gone: nobody reads this, and the music goes on
            self.live = False

    def _clear_line(self) -> None:
        if self.live:
            sys.stderr.write("\r\x1b[2K")


def ends_with(number: signal.Signals, end: Callable[[], object]) -> None:
    """Let a signal call ``end`` on the running loop. On Windows loops know no signals: Python does, and wakes them."""
    loop = asyncio.get_running_loop()
    try:
        loop.add_signal_handler(number, end)
    except NotImplementedError:
        signal.signal(number, lambda *_: loop.call_soon_threadsafe(end))


def _assignment(setting: str) -> tuple[str, str]:
    path, equals, value = setting.partition("=")
    if not equals or not path.startswith("/"):
        raise UsageError(f"--set takes /path=value, not {setting!r}.")
    return path, value


def _near(door: str) -> str:
    """Its address as this machine reaches it, which no network can cut."""
    from liveriff.engine.sessions import find

    return next((session.url for session in find() if session.pid == os.getpid()), door)
