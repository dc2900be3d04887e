"""A backend whose ports are held by another program, ``host``: how MIDI comes over JACK.

libjack waits for its server for as long as that takes, and RtMidi lets nothing else of a Python program run meanwhile.
Measured (JACK 1.9.21, python-rtmidi 1.5.8): with a server that is stopped but not dead, opening or closing one port
stood the whole engine still until the server went on; with one that had died, each output that was closed took 1.0 s.
Here only the other program stands still, which is killed when it has not answered in time, and libjack's state with it.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
from typing import Any

from liveriff.control.midi.backend import Receive
from liveriff.control.midi.frames import ANSWER, ASK, MIDI, READY, Frame, FrameWriter, read_frames
from liveriff.errors import DeviceError

START_S = 20.0
"""Until the program has begun, on a machine that is busy."""
ANSWER_S = 5.0
END_S = 2.0
SILENT = "The {} server does not answer, so there is no MIDI until it does."
ENDED = "The program that holds the MIDI ports has ended; it is begun again."


class Program:
    """A running ``host``. One thread at a time asks; any thread sends."""

    def __init__(self, api: str, library: str) -> None:
        """Begin it, without waiting."""
        self.key = _key(api, library)
        command = [sys.executable, "-m", "liveriff.control.midi.host", api, library]
        pipe, null = subprocess.PIPE, subprocess.DEVNULL
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=null)
        assert self._process.stdin
        self._writer = FrameWriter(self._process.stdin, "midi-host-writer")
        self._answers: queue.SimpleQueue[Frame | None] = queue.SimpleQueue()
        self._asking = threading.Lock()
        self._listeners: dict[int, Receive] = {}
        self._numbers = 0
        self._ready = False
        self._reader = threading.Thread(target=self._read, name="midi-host-reader", daemon=True)
        self._reader.start()

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self._process.poll() is None

    def number(self) -> int:
        """A new port's number."""
        self._numbers += 1
        return self._numbers

    def ask(self, what: str, *given: object, port: int = 0) -> Any:
        """Its answer; DeviceError with its complaint, or if none comes in time: then it is killed."""
        with self._asking:
            if not self.alive:
                raise DeviceError(ENDED)
            if not self._ready:
                self._wait(START_S)
                self._ready = True
            self._writer.put(Frame(ASK, port, 0.0, json.dumps([what, *given]).encode()))
            answer = json.loads(self._wait(ANSWER_S).data)
        if "error" in answer:
            raise DeviceError(answer["error"])
        return answer["value"]

    def _wait(self, patience_s: float) -> Frame:
        try:
            frame = self._answers.get(timeout=patience_s)
        except queue.Empty:
            self.kill()
            raise DeviceError(SILENT.format(self.key[0].upper())) from None
        if frame is None:
            self.kill()
            raise DeviceError(ENDED)
        return frame

    def send(self, port: int, data: bytes) -> None:
        """Send one message to a port."""
        self._writer.put(Frame(MIDI, port, 0.0, data))

    def listen(self, port: int, receive: Receive) -> None:
        """Call back for each message of a port, on the thread ``midi-host-reader``."""
        self._listeners[port] = receive

    def forget(self, port: int) -> None:
        """Call back no more."""
        self._listeners.pop(port, None)

    def _read(self) -> None:
        assert self._process.stdout
        with self._process.stdout as pipe:
            for frame in read_frames(pipe):
                if frame.kind in (READY, ANSWER):
                    self._answers.put(frame)
                elif receive := self._listeners.get(frame.port):
                    with contextlib.suppress(Exception):  # a listener's bug must not end the others' MIDI
                        receive(frame.data, frame.time_s)
        self._answers.put(None)

    def kill(self) -> None:
        """End it as it stands."""
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        """Let it close its ports and end; kill it if it does not."""
        self._writer.close(END_S)
        try:
            self._process.wait(END_S)
        except subprocess.TimeoutExpired:
            self.kill()
        self._reader.join(END_S)


def _key(api: str, library: str) -> tuple[str, ...]:
    """What it was begun with, the name of the JACK server included."""
    return api, library, os.environ.get("JACK_DEFAULT_SERVER", "")


_idle: list[Program] = []
"""Programs that found no server: kept for the next look, for a server is looked for every other second."""


def _end_idle() -> None:
    while _idle:
        _idle.pop().close()


atexit.register(_end_idle)


def _program(api: str, library: str) -> Program:
    while _idle:
        program = _idle.pop()
        if program.alive and program.key == _key(api, library):
            return program
        program.close()
    return Program(api, library)


class HostedBackend:
    """See ``MidiBackend``. No call takes longer than ``ANSWER_S``, once the program has begun."""

    def __init__(self, api: str, library: str) -> None:
        """Begin the program and connect it to the service; DeviceError with a sentence if there is none."""
        self.api = api
        self._program = _program(api, library)
        try:
            self._program.ask("begin")
        except DeviceError:
            if self._program.alive:
                _idle.append(self._program)
            raise

    def inputs(self) -> list[str]:
        """Names of ports to listen to; none while the service does not answer."""
        return self._names("inputs")

    def outputs(self) -> list[str]:
        """Names of ports to send to."""
        return self._names("outputs")

    def _names(self, what: str) -> list[str]:
        try:
            return list(self._program.ask(what))
        except DeviceError:
            return []

    def open_input(self, name: str, receive: Receive, nth: int = 0) -> HostedPort:
        """Listen to a port."""
        return self._open("open_input", name, nth, receive=receive)

    def open_output(self, name: str, nth: int = 0) -> HostedPort:
        """Open a port for sending."""
        return self._open("open_output", name, nth)

    def virtual_input(self, name: str, receive: Receive) -> HostedPort:
        """A port of our own to be sent to."""
        return self._open("virtual_input", name, receive=receive)

    def virtual_output(self, name: str) -> HostedPort:
        """A port of our own to be listened to."""
        return self._open("virtual_output", name)

    def _open(self, what: str, *given: object, receive: Receive | None = None) -> HostedPort:
        """Listen first, then connect, so that nothing is missed."""
        port = self._program.number()
        if receive:
            self._program.listen(port, receive)
        try:
            self._program.ask(what, *given, port=port)
        except DeviceError:
            self._program.forget(port)
            raise
        return HostedPort(self._program, port)

    def alive(self) -> bool:
        """False once the service has died, stands still, or the program has ended: the program is then killed."""
        try:
            if self._program.ask("alive"):
                return True
        except DeviceError:
            pass
        self._program.kill()
        return False

    def close(self) -> None:
        """End the program."""
        self._program.close()


class HostedPort:
    """An open input or output. Any thread sends."""

    def __init__(self, program: Program, port: int) -> None:
        """The program has opened it."""
        self._program, self._port = program, port
        self._closed = False

    def send(self, data: bytes) -> None:
        """Send one message; lost if the program has ended."""
        if not self._closed:
            self._program.send(self._port, data)

    def close(self) -> None:
        """Close it there, after what was sent."""
        if self._closed:
            return
        self._closed = True
        self._program.forget(self._port)
        with contextlib.suppress(DeviceError):
            self._program.ask("close", port=self._port)
