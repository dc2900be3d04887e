"""What a timetag means, at the audio port of a real server: other programs' bundles sound at their time, to a block."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path

import numpy as np
import pytest
from pythonosc.osc_bundle_builder import OscBundleBuilder
from pythonosc.osc_message_builder import OscMessageBuilder
from pythonosc.udp_client import SimpleUDPClient

from e2e.command import Playing
from e2e.house import RATE, TONE
from e2e.jackear import Heard
from e2e.jackserver import MISSING, JackServer
from e2e.test_play_control import FREE, QUIET, places, seen, until
from liveriff.control.door.client import DoorClient
from liveriff.control.osc import codec
from liveriff.params.words import DECKS

pytestmark = [pytest.mark.e2e, pytest.mark.alone, pytest.mark.skipif(bool(MISSING), reason=MISSING)]
BLOCK = 256
HITS, SWELLS = 10, 10
HIT_S, SWELL_S, SOUNDS_S = 0.25, 0.3, 0.1
HIT, SWELL = "/pad/1/trigger", "/deck/*/mute"  # one deck may have a rest just then; all four have none
NEAR, FAR = round(0.03 * RATE), round(0.15 * RATE)  # where round a timetag its sound is looked for
WHOLE_S, PATIENCE_S = 120.0, 60.0
Peer = Callable[[int, Path], Coroutine[object, object, None]]

SCORE = """\
var server = NetAddr("127.0.0.1", PORT);
HITS.do { |n| var t = 1.0 + (n * HIT_S);
    server.sendBundle(t, ["/pad/1/trigger", 1.0]);
    server.sendBundle(t + SOUNDS_S, ["/pad/1/trigger", 0.0]);
};
SWELLS.do { |n| var t = 1.5 + (HITS * HIT_S) + (n * SWELL_S);
    server.sendBundle(t, ["/deck/*/mute", 0]);
    server.sendBundle(t + SOUNDS_S, ["/deck/*/mute", 1]);
};
"SENT".postln;
"""


class Relay(asyncio.DatagramProtocol):
    """Between a peer and the instrument: hands every packet on as it is, and notes what is meant for when."""

    def __init__(self, port: int) -> None:
        """port: the instrument's."""
        self.meant: list[tuple[float, str, object]] = []
        self._to = ("127.0.0.1", port)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ready."""
        self.transport = transport
        self.port = transport.get_extra_info("sockname")[1]

    def datagram_received(self, data: bytes, addr: object) -> None:
        """On it goes; answers stay here."""
        if addr == self._to:
            return
        self.transport.sendto(data, self._to)  # type: ignore[attr-defined]
        self.meant += [(message.time, message.address, message.args[0]) for message in codec.parse(data)]

    def times(self, address: str, begins: Callable[[float], bool]) -> list[float]:
        """When a sound was meant to begin."""
        return sorted(at for at, where, value in self.meant if where == address and begins(float(value)))  # type: ignore[arg-type]


async def sclang(port: int, folder: Path) -> None:
    """SuperCollider's language plays the score."""
    score = SCORE.replace("PORT", str(port)).replace("HITS", str(HITS)).replace("SWELLS", str(SWELLS))
    for name, value in (("HIT_S", HIT_S), ("SWELL_S", SWELL_S), ("SOUNDS_S", SOUNDS_S)):
        score = score.replace(name, str(value))
    path = folder / "score.scd"
    path.write_text(score)
    quiet = {"QT_QPA_PLATFORM": "offscreen", "QTWEBENGINE_DISABLE_SANDBOX": "1", "HOME": str(folder)}
    command = ["sclang", "-D", str(path)]
    pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, env={**os.environ, **quiet}, **pipes) as program:  # type: ignore[call-overload]
        try:
            await asyncio.sleep(WHOLE_S)
        finally:
            program.kill()


async def python_osc(port: int, folder: Path) -> None:
    """python-osc plays the score."""
    sender, begin = SimpleUDPClient("127.0.0.1", port), time.time() + 1.0

    def send(at: float, address: str, value: float) -> None:
        bundle = OscBundleBuilder(at)  # type: ignore[arg-type]
        message = OscMessageBuilder(address)
        message.add_arg(value)
        bundle.add_content(message.build())
        sender.send(bundle.build())  # type: ignore[arg-type]

    for n in range(HITS):
        send(begin + n * HIT_S, HIT, 1.0)
        send(begin + n * HIT_S + SOUNDS_S, HIT, 0.0)
    for n in range(SWELLS):
        at = begin + 0.5 + HITS * HIT_S + n * SWELL_S
        send(at, SWELL, 0)
        send(at + SOUNDS_S, SWELL, 1)


PEERS = [
    pytest.param(
        sclang,
        marks=pytest.mark.skipif(
            shutil.which("sclang") is None, reason="sclang is missing (apt install supercollider-language)"
        ),
    ),
    python_osc,
]


@contextlib.contextmanager
def stage(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Playing, subprocess.Popen[str], Path]]:
    """A server that waits for nobody, as on a stage; the instrument; and an ear at its output."""
    with JackServer(RATE, BLOCK, sync=False) as server:
        for name, value in server.env.items():
            monkeypatch.setenv(name, value)
        film = folder / "heard.npz"
        busy = [f"--set=/deck/{deck}/density=1" for deck in DECKS]
        dry = ["--set=/delay/level=-60", "--set=/reverb/level=-60"]  # what rings on hides when the next begins
        playing = Playing(folder, *TONE, *FREE, *QUIET, *busy, *dry, "--set=/pad/1/mode=gate", "--midi=off")
        ear = None
        try:
            playing.sounds()
            env = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
            arguments = [sys.executable, "-m", "e2e.jackear", "liveriff", str(film), str(WHOLE_S)]
            pipe = subprocess.PIPE
            ear = subprocess.Popen(arguments, env=env, stdin=pipe, stdout=pipe, text=True)
            yield playing, ear, film
        finally:
            if ear:
                ear.kill()
                ear.wait()
            playing.abandon()


def perform(playing: Playing, ear: subprocess.Popen[str], peer: Peer, folder: Path) -> Relay:
    """Let a peer play its score through a relay; what was meant."""
    port, url = places(playing)
    relays: list[Relay] = []

    async def script(door: DoorClient) -> None:
        await until(door, "/pad/1/state", lambda state: state == "ready")
        loop = asyncio.get_running_loop()
        _, relay = await loop.create_datagram_endpoint(lambda: Relay(port), local_addr=("127.0.0.1", 0))
        relays.append(relay)
        assert ear.stdout is not None
        assert (await asyncio.to_thread(ear.stdout.readline)).strip() == "ready"
        playing_it = asyncio.ensure_future(peer(relay.port, folder))
        end = time.monotonic() + PATIENCE_S
        while len(relay.meant) < 2 * (HITS + SWELLS):
            assert time.monotonic() < end, relay.meant
            await asyncio.sleep(0.1)
        await asyncio.sleep(max(at for at, _, _ in relay.meant) + 0.5 - time.time())
        playing_it.cancel()
        await asyncio.wait([playing_it])

    seen(url, script)
    return relays[0]


def off_by(heard: Heard, times: list[float]) -> np.ndarray:
    """Frames by which each sound came after its time; one that never came is an error."""
    off = []
    for at in times:
        place = heard.place(at)
        onset = heard.onset(place - NEAR, place + FAR)
        assert onset is not None, "a sound is missing"
        off.append(onset - place)
    return np.array(off)


@pytest.mark.parametrize("peer", PEERS, ids=lambda peer: getattr(peer, "__name__", ""))
def test_bundles_sound_at_their_timetags(peer: Peer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with stage(tmp_path, monkeypatch) as (playing, ear, film):
        relay = perform(playing, ear, peer, tmp_path)
        assert ear.stdin is not None
        ear.stdin.close()
        ear.wait(PATIENCE_S)
        playing.stop()
        done = playing.end()
    assert done.status == 0, done.err
    heard = Heard.load(film)
    hits = off_by(heard, relay.times(HIT, lambda value: value > 0))
    swells = off_by(heard, relay.times(SWELL, lambda value: value == 0))
    sys.stdout.write(f"hits {hits.tolist()}\nswells {swells.tolist()}\n")
    assert len(hits) == HITS
    assert len(swells) == SWELLS
    for off in (hits, swells):
        assert abs(np.median(off)) <= BLOCK
        # A server that other programs kept waiting has moved its frames against the clock.
        assert np.mean(np.abs(off) <= BLOCK) >= 0.7, off
