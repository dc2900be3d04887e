"""The player's program: open the sink, say so, play until told to leave.

Three threads: the sink's own (``Player.fill``, must never wait), the pipe's (receives, and does what may take time:
maps memory, opens files), and the main one (sends replies, watches the sink, ends the program). Order at the start:
the sink opens, Opened goes out and its clock runs; then come Attach, Swap, SetGrid. A sink that cannot open sends
SinkLost instead. When the engine dies the decks loop on for ``orphan_s``.
"""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import sys
import threading
import time
from collections import deque
from multiprocessing.connection import Connection
from typing import NoReturn

from liveriff.errors import DeviceError, LiveriffError
from liveriff.player.desk import Desk
from liveriff.player.devices import let_go
from liveriff.player.ear import Ear
from liveriff.player.inbox import Inbox
from liveriff.player.kernels import Kernels, choose
from liveriff.player.meters import Meters
from liveriff.player.mixer import Mixer
from liveriff.player.opening import open_input
from liveriff.player.options import PlayerOptions
from liveriff.player.panel import Panel
from liveriff.player.player import Leave, Player
from liveriff.player.sink import ClockSink, Sink, open_sink, wav_path
from liveriff.player.warmup import warm_up
from liveriff.player.writer import Writer
from liveriff.wire.cells import GAUGES, Cells
from liveriff.wire.frugal import settle
from liveriff.wire.hits import Hits
from liveriff.wire.messages import Compiling, Ended, Found, InputLost, Opened, Recorded, SinkLost
from liveriff.wire.score import Score

PACE_S = 0.005
QUIT_FADE_S = 0.05
ORPHAN_FADE_S = 2.0
STILL_S = 2.0  # a device that asks for nothing for so long is gone, whatever PortAudio says
CLOSE_S = 1.0
WRITE_S = 30.0
LOST = 3  # exit status


def main(pipe: Connection, options: PlayerOptions, kernels: Kernels | None = None) -> None:
    """Run the player until Quit, the end of ``options.seconds`` or the loss of the sink. The child's main thread.
    kernels: those that are there already."""
    _mind_signals()
    sys.setswitchinterval(0.0005)
    program: Program | None = None
    if options.seek:
        _seek(pipe, options)
    try:
        program = Program(pipe, options, kernels)
        program.open()
        program.run()
    except LiveriffError as error:
        with contextlib.suppress(OSError):
            pipe.send(SinkLost(str(error)))
        if program is None:
            sys.exit(LOST)
    program.close()
    sys.exit(program.status)


def _seek(pipe: Connection, options: PlayerOptions) -> NoReturn:
    """Say Found if the sink can be opened, and leave, whether it lets go or not."""
    with contextlib.suppress(LiveriffError, OSError):
        open_sink(options).close()
        # In order: an audio server that has just come up stalls for a second when a client breaks off.
        if "sounddevice" in sys.modules:
            let_go()
        pipe.send(Found())
    os._exit(0)


class Program:
    """One run of the player."""

    def __init__(self, pipe: Connection, options: PlayerOptions, kernels: Kernels | None = None) -> None:
        """Open the sink and all that playing needs. Raises DeviceError or LiveriffError."""
        self.status = LOST
        self._leaving = self._leashed = False
        self._over_s: float | None = None
        self._pipe = pipe
        self._options = options
        self._replies: deque[object] = deque()
        self._sink: Sink = open_sink(options)
        self._panel = _map(options.panel, options.panel_names)
        self._gauges = _map(options.gauges, GAUGES)
        self._hits = _map_hits(options.hits)
        self._score = _map_score(options.score)
        panel = Panel(self._panel, self._score) if self._panel else None
        if kernels is None:
            with contextlib.suppress(OSError):
                pipe.send(Compiling())
        self._kernels: Kernels = kernels or choose()
        self._mixer = Mixer(self._sink.rate, self._kernels, self._replies.append, Desk(panel))
        self._film = self._open_film()
        meters = Meters(self._sink.rate, self._gauges)
        self._player = Player(
            self._mixer, meters, self._sink, self._limit(), self._film, self._hits, panel, self._score
        )
        self._inbox = Inbox(pipe, self._sink.rate, self._player.commands, self._replies)
        self._inbox.on_past = self._mixer.remember
        self._deaf = self._listen(panel)
        self._inbox.depth = self._mixer.limiter.depth

    def _listen(self, panel: Panel | None) -> str:
        """Open the input, if one is asked for; why there is none."""
        try:
            listening = open_input(self._options, self._sink)
        except DeviceError as error:
            return str(error)
        if listening is not None:
            ear = self._mixer.ear = Ear(listening, self._sink.rate, self._kernels, panel)
            self._inbox.on_input = ear.keep
        return ""

    def _limit(self) -> int | None:
        seconds = self._options.seconds
        return None if seconds is None else round(seconds * self._sink.rate)

    def _open_film(self) -> Writer | None:
        path = wav_path(self._options)
        return Writer(path, self._sink.rate, self._limit(), film=True) if path else None

    def open(self) -> None:
        """Start the clock and tell the engine."""
        signal.signal(signal.SIGTERM, lambda *_: self._player.commands.append(Leave(QUIT_FADE_S)))
        warm_up(self._kernels)
        settle(idle=("llvmlite",))  # nothing is compiled any more
        gc.disable()  # a full collection takes two blocks' time: none must happen while playing
        self._sink.start(self._player.fill)
        sink, name = self._sink, self._options.sink.partition(":")[0]
        ahead_s = self._mixer.limiter.depth / sink.rate
        heard = self._mixer.ear.listening.device if self._mixer.ear else ""
        self._pipe.send(
            Opened(
                name, sink.device, sink.rate, sink.block, sink.latency_s, os.getpid(), ahead_s, sink.channels, heard,
                self._deaf, self._kernels.name,
            )
        )  # fmt: skip
        self._inbox.start()

    # --- the main thread's loop -------------------------------------------------------------------------------

    def run(self) -> None:
        """Send replies and watch, until it is time to leave. Raises DeviceError when the sink is lost."""
        seen, seen_s = 0, time.monotonic()
        while not self._player.left and not self._player.ended:
            time.sleep(PACE_S)
            self._say()
            now = time.monotonic()
            if self._player.blocks != seen:
                seen, seen_s = self._player.blocks, now
            self._check(now - seen_s)
            self._mind_engine(now)
        self.status = 0

    def _mind_engine(self, now: float) -> None:
        """Leave when the engine says so; when it is gone, go on for a while first."""
        if not self._inbox.over:
            return
        if self._over_s is None:
            self._over_s, self._leashed = now, os.path.exists(self._options.leash)
        is_loop = not self._inbox.quit and self._inbox.pools  # who has never been told of a sound has nothing to loop
        is_cut = self._leashed and not os.path.exists(self._options.leash)
        wait_s, fade_s = (self._options.orphan_s, ORPHAN_FADE_S) if is_loop and not is_cut else (0.0, QUIT_FADE_S)
        if not self._leaving and now - self._over_s >= wait_s:
            self._leaving = True
            self._player.commands.append(Leave(fade_s))

    def _check(self, still_s: float) -> None:
        """Raise DeviceError if no sound gets out."""
        if self._film and self._film.reason:
            raise DeviceError(f"{self._film.path} could not be written: {self._film.reason}.")
        if self._player.fault:
            raise DeviceError(f"The mixer failed ({self._player.fault}).")
        if self._sink.lost:
            raise DeviceError(self._sink.lost)
        if still_s > STILL_S and not isinstance(self._sink, ClockSink):
            raise DeviceError(f'The sound device "{self._sink.device}" asks for no more sound.')

    def _say(self) -> None:
        ear = self._mixer.ear
        if ear is not None and ear.listening.lost and not self._deaf:
            self._deaf = ear.listening.lost
            self._replies.append(InputLost(self._deaf))
        for writer in self._inbox.tapes_done():
            reason = f"{writer.path} could not be written: {writer.reason}." if writer.reason else ""
            files = tuple(str(path) for path in writer.files)
            self._replies.append(Recorded(str(writer.path), writer.frames, reason, files))
        with contextlib.suppress(OSError):  # an engine that is gone hears nothing
            while self._replies:
                self._pipe.send(self._replies.popleft())

    # --- the end ----------------------------------------------------------------------------------------------

    def close(self) -> None:
        """Close files, then the sink. Leaves the process at once if the sink does not let go."""
        self._close_files()  # first: as long as the clock runs, the engine knows that we live
        self._say()
        if self._player.ended and self.status == 0:
            self._replies.append(Ended(self._film.frames if self._film else self._limit() or 0))
        self._say()
        closer = threading.Thread(target=self._close_sound, name="liveriff-closer", daemon=True)
        closer.start()
        closer.join(CLOSE_S)
        if closer.is_alive():
            os._exit(self.status)
        self._forget()

    def _close_sound(self) -> None:
        self._sink.close()
        if self._mixer.ear is not None:
            self._mixer.ear.listening.close()

    def _close_files(self) -> None:
        if self._film and self.status != 0:
            self._film.abandon("the player failed")
        for writer in (self._film, *self._inbox.tapes):
            if writer:
                writer.finish(WRITE_S)
        if self._film and self._film.reason and self.status == 0:
            self.status = LOST
            self._replies.append(SinkLost(f"{self._film.path} could not be written: {self._film.reason}."))

    def _forget(self) -> None:
        """Let go of all views on shared memory, or it cannot be unmapped."""
        for deck in self._mixer.decks:
            deck.forget()
        self._mixer.pads.forget()
        self._mixer.remember(None)
        if self._mixer.ear is not None:
            self._mixer.ear.keep(None)
        self._player.commands.clear()
        self._inbox.close()
        for shared in (self._panel, self._gauges, self._hits, self._score):
            if shared:
                shared.close()


def _mind_signals() -> None:
    """Ctrl-C and a closed terminal are the engine's affair; TERM, later, fades out like Quit."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, signal.SIG_IGN)


def _map_hits(segment: str) -> Hits | None:
    try:
        return Hits(segment) if segment else None
    except OSError as error:
        raise LiveriffError(f"The shared memory {segment} is not there; start liveriff again.") from error


def _map_score(segment: str) -> Score | None:
    try:
        return Score(segment) if segment else None
    except OSError as error:
        raise LiveriffError(f"The shared memory {segment} is not there; start liveriff again.") from error


def _map(segment: str, names: tuple[str, ...]) -> Cells | None:
    try:
        return Cells(segment, names) if segment else None
    except OSError as error:
        raise LiveriffError(f"The shared memory {segment} is not there; start liveriff again.") from error
