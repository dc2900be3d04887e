"""`liveriff midi learn`: bind controls from the command line, into the performer's own bindings.

Two threads feed one queue: the MIDI driver's (touches) and one that reads the keyboard. The main thread owns the rest.
"""

from __future__ import annotations

import json
import queue
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from liveriff.errors import UsageError

if TYPE_CHECKING:
    from liveriff.control.mapping.learn import LearnMode, Proposal
    from liveriff.control.midi.backend import MidiBackend
    from liveriff.control.midi.devices import MidiDevices
    from liveriff.control.surface import Touch

RESTED_S = 1.0  # with --yes: a hand that has not moved for so long is done
_LOOK_S = 0.02
_PATIENCE_S = 1.5  # ports are looked for in the background; only then is nobody there
_KEYS = "Enter binds, s skips, u undoes the last, q ends"


@click.command()
@click.argument("targets", nargs=-1, metavar="[/PATH | ACTION[=N]]...")
@click.option("--list", "listing", is_flag=True, help="Show your bindings and leave.")
@click.option("--clear", "cleared", multiple=True, metavar="/PATH|CONTROL", help="Unbind; may be repeated.")
@click.option("--yes", is_flag=True, help="Bind by itself when the hand has rested for a second.")
@click.option("--api", default="", help="MIDI API: alsa, jack, core, winmm.  [default: the best there is]")
@click.option("--json", "as_json", is_flag=True, help="At the end, one JSON object with your bindings.")
def learn(
    targets: tuple[str, ...], listing: bool, cleared: tuple[str, ...], yes: bool, api: str, as_json: bool
) -> None:
    """Bind controls to parameters: name a parameter, move a control, press Enter.

    Actions are bound too: shift, page=2, focus=1, scene. Bindings are kept in bindings.toml in the configuration
    folder; `liveriff play` uses them with every scene.
    """
    if not (targets or listing or cleared):
        raise UsageError("name what to bind, as in `liveriff midi learn /deck/1/alpha`, or use --list or --clear.")
    from liveriff.control.midi.backend import open_backend

    session = Session(as_json)
    for what in cleared:
        session.clear(what)
    if targets:
        session.run(targets, yes, partial(open_backend, api))
    if listing or as_json:
        session.show()


class Session:
    """One run of the command: the bindings of the file, and a mapping to learn with, of which nothing is heard."""

    def __init__(self, quiet: bool = False, file: Path | None = None) -> None:
        """Read the file. ``quiet``: leave stdout to the JSON object."""
        from liveriff.control.mapping import files
        from liveriff.control.mapping.default import default_bindings
        from liveriff.control.mapping.learn import LearnMode
        from liveriff.control.mapping.mapping import Mapping
        from liveriff.control.mapping.sources import Sources
        from liveriff.engine.scenes_files import user_folder
        from liveriff.params.registry import Registry

        self._files = files
        self._patient_until = 0.0
        self._quiet = quiet
        self._live = sys.stderr.isatty() and not quiet
        self._file = file or user_folder() / files.NAME
        own = files.load(self._file)
        sources = Sources(default_bindings(), own)
        self.mapping = Mapping(Registry(), sources.merged, lambda pad, velocity, time_s: None)
        self.learn: LearnMode = LearnMode(self.mapping, sources)
        self._inbox: queue.SimpleQueue[Touch | str] = queue.SimpleQueue()
        self._devices: MidiDevices | None = None
        self._there: tuple[str, ...] | None = None
        self._told = ""

    def clear(self, what: str) -> None:
        """Unbind a parameter or a control, and save."""
        gone = self.learn.clear(what) if what.startswith("/") else self.learn.clear(control=what)
        if not gone:
            raise UsageError(f"nothing is bound to {what!r}; `liveriff midi learn --list` shows your bindings.")
        self._save()
        self._say(f"{what} is unbound.")

    def show(self) -> None:
        """The performer's own bindings."""
        from liveriff.control.mapping.telling import describe

        if self._quiet:
            from liveriff.control.mapping.reading import as_tables

            data = {"file": str(self._file), "bindings": as_tables(self.learn.own)}
            click.echo(json.dumps(data, indent=2))
            return
        for binding in self.learn.own:
            click.echo(describe(binding))
        if not self.learn.own:
            click.echo(f"{self._file} holds no bindings; the default map is in use.")

    def run(self, targets: tuple[str, ...], yes: bool, backend: Callable[[], MidiBackend]) -> None:
        """Learn one target after the other; each is saved when it is bound."""
        for target in targets:  # all are checked before anything is opened
            self.learn.open(target)
        self.learn.stop()
        with self._listening(backend):
            threading.Thread(target=self._read_keys, args=(yes,), name="keys", daemon=True).start()
            for target in targets:
                self.learn.open(target)
                self._say(f"Move a control for {self.learn.target}  ({_KEYS})")
                if not self._learn_one(yes):
                    break

    def put(self, touch: Touch) -> None:
        """Any thread: a touch for the main one."""
        self._inbox.put(touch)

    # --- inside --------------------------------------------------------------------------------------------------

    def _learn_one(self, yes: bool) -> bool:
        """Until bound or skipped; False to end."""
        moved_at = time.monotonic()
        while True:
            came = self._next()
            if isinstance(came, str):
                done = self._key(came)
                if done is not None:
                    return done
            elif came is not None:
                moved_at = time.monotonic()
                self.mapping.touch(came)
                self._tell(self.learn.proposal)
            elif yes and self.learn.proposal and time.monotonic() - moved_at >= RESTED_S:
                self._accept()
                return True

    def _next(self) -> Touch | str | None:
        """What comes within moments; meanwhile devices may come and go."""
        if self._devices:
            self._devices.tick(time.monotonic())
            self._greet(self._devices)
        try:
            return self._inbox.get(timeout=_LOOK_S)
        except queue.Empty:
            return None

    def _greet(self, devices: MidiDevices) -> None:
        found = devices.devices()
        self.mapping.present({each.name: each.controls for each in found})
        there = tuple(f"{each.title} ({each.name})" for each in found)
        if there != self._there and (there or time.monotonic() > self._patient_until):
            self._there = there
            self._say(f"Listening to {', '.join(there)}." if there else "No controller is there yet; plug one in.")

    def _key(self, key: str) -> bool | None:
        """True: on to the next; False: end; None: stay."""
        if key == "q":
            return False
        if key == "s":
            self.learn.stop()
            return True
        if key == "u":
            self._undo()
        elif key == "" and self.learn.proposal:
            self._accept()
            return True
        return None

    def _accept(self) -> None:
        from liveriff.control.mapping.telling import describe

        binding = self.learn.accept()
        self._save()
        self._say(f"Bound: {describe(binding)}")

    def _undo(self) -> None:
        undone = self.learn.undo()
        if undone:
            self._save()
        self._say("Taken back." if undone else "There is nothing to take back.")

    def _save(self) -> None:
        self._files.save(self._file, self.learn.own)

    def _tell(self, proposal: Proposal | None) -> None:
        if proposal is None:
            return
        from liveriff.control.mapping.telling import sentence

        text = sentence(proposal)
        if self._live:
            click.echo(f"\r\x1b[K{proposal.live}  ->  {text}", err=True, nl=False)
        elif text != self._told:
            self._say(f"{proposal.live}  ->  {text}")
        if text != self._told:
            for conflict in proposal.conflicts:
                self._say(f"  {conflict}")
        self._told = text

    def _say(self, text: str) -> None:
        if self._live:
            click.echo("\r\x1b[K", err=True, nl=False)
        click.echo(text, err=True)

    def _read_keys(self, yes: bool) -> None:
        for line in sys.stdin:
            self._inbox.put(line.strip().lower())
        if not yes:  # nobody is left to press Enter
            self._inbox.put("q")

    @contextmanager
    def _listening(self, backend: Callable[[], MidiBackend]) -> Iterator[None]:
        from liveriff.control.midi.devices import MidiDevices
        from liveriff.control.midi.library import FOLDER, Library

        first = [backend()]  # here, so that a wrong API or a missing library is told and not waited for
        library = Library(self._file.parent / FOLDER, self._say)
        self._patient_until = time.monotonic() + _PATIENCE_S
        with MidiDevices(
            lambda: first.pop() if first else backend(), library, self.put, notice=self._say
        ) as self._devices:
            yield
        self._devices = None
