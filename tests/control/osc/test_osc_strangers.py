"""Who may send OSC, how much, and how long a connection may keep us waiting."""

from __future__ import annotations

import asyncio
import shutil
import socket
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from oscpeer import Stage, TcpPeer, UdpPeer, play, until

from liveriff.control.osc import codec, tcp
from liveriff.control.osc.clients import OF_ONE_HOST, ClientLimits
from liveriff.control.osc.dispatch import MAX_NEW_PATTERNS
from liveriff.control.osc.framing import LengthFramer, SlipFramer
from liveriff.control.osc.server import OscOptions, OscServer
from liveriff.control.peers import read_networks
from liveriff.control.turns import Turns
from liveriff.params.registry import Registry

LEVEL, PAN = "/deck/1/level", "/deck/1/pan"
TABLET, STRANGER = "192.168.1.20", "203.0.113.9"


def says(stage: Stage, host: str, address: str, *args: object, port: int = 9000) -> None:
    """A datagram from anywhere."""
    stage.server._datagram(codec.message(address, *args), (host, port))


def test_only_who_is_allowed_is_obeyed() -> None:
    """A stranger is counted and told of to the performer; nothing is sent to it, for its address may be forged."""

    async def scene() -> None:
        async with Stage(options=OscOptions(allow=read_networks(TABLET))) as stage:
            sent: list[object] = []
            stage.server._send = lambda place, data: sent.append(place)  # type: ignore[method-assign]
            says(stage, STRANGER, LEVEL, -1.0)
            says(stage, "192.168.1.21", "/subscribe", STRANGER, 7000)
            assert stage.registry.get(LEVEL) == -12.0
            assert (stage.server.counters.strangers, stage.server.counters.packets) == (2, 0)
            assert stage.notices == [f"OSC from {STRANGER} is not taken; --osc-allow {STRANGER} would let it in."]
            assert sent == []
            says(stage, TABLET, LEVEL, -6.0)
            assert stage.registry.get(LEVEL) == -6.0

    play(scene)


def test_one_machine_has_one_rate_whatever_its_ports() -> None:
    """Of this machine each program has its own: a sequencer cannot take a controller's."""

    async def scene() -> None:
        async with Stage(options=OscOptions(ClientLimits(messages_per_s=50))) as stage:
            for port in range(200):
                says(stage, TABLET, "/ping", port=10_000 + port)
            assert stage.server.counters.refused >= 140
            refused = stage.server.counters.refused
            for port in range(200):
                says(stage, "127.0.0.1", "/ping", port=10_000 + port)
            assert stage.server.counters.refused == refused

    play(scene)


def test_messages_of_a_bundle_count_each() -> None:
    async def scene() -> None:
        async with Stage(options=OscOptions(ClientLimits(messages_per_s=100))) as stage:
            bundle = codec.bundle(None, *(codec.message(PAN, n / 60) for n in range(60)))
            for _ in range(4):
                stage.server._datagram(bundle, (TABLET, 9000))
            assert stage.server.counters.received == 120
            assert stage.server.counters.refused == 2

    play(scene)


def test_ten_thousand_messages_in_a_second_from_this_machine_all_arrive() -> None:
    """A performer's flood: not one is refused."""

    async def scene() -> None:
        async with Stage() as stage:
            flood = UdpPeer(stage)
            for n in range(10_000):
                flood.send(f"/deck/{n % 4 + 1}/pan", (n % 100) / 100)
                if n % 50 == 49:
                    await asyncio.sleep(0)
            await until(lambda: stage.server.counters.received == 10_000)
            assert stage.server.counters.refused == 0

    play(scene)


def test_patterns_that_are_new_are_few_and_dear() -> None:
    """A packet full of them would hold the loop for seconds."""

    async def scene() -> None:
        async with Stage() as stage:
            peer = UdpPeer(stage)
            patterns = [codec.message(f"//*{n}*", 1.0) for n in range(MAX_NEW_PATTERNS + 1)]
            peer.post(codec.bundle(None, *patterns))
            await until(lambda: stage.server.counters.malformed == 1)
            assert stage.server.counters.received == 0
            for n in range(300):
                says(stage, TABLET, f"/deck/*/nothing{n}")
            assert stage.server.counters.refused > 150
            stage.server._datagram(codec.message("/deck/[12]/pan", 0.25), ("192.168.1.30", 9000))
            assert stage.registry.get(PAN) == 0.25, "others have their own rate"

    play(scene)


def test_one_machine_cannot_crowd_out_the_others() -> None:
    async def scene() -> None:
        async with Stage() as stage:
            says(stage, "192.168.1.30", "/ping")
            for port in range(40):
                for _ in range(9):
                    says(stage, TABLET, "/ping", port=10_000 + port)
            assert sum(TABLET in origin for origin in stage.server.clients) == OF_ONE_HOST
            assert "osc:192.168.1.30:9000" in stage.server.clients

    play(scene)


def test_a_scope_of_foreign_letters_does_not_end_the_server() -> None:
    """Such a place could not be sent to, and the socket would close over it."""

    async def scene() -> None:
        async with Stage() as stage:
            peer = UdpPeer(stage)
            peer.send("/subscribe", "fe80::1%é", 9000)
            await until(lambda: peer.values("/error"))
            peer.send(LEVEL, -4.0)
            await until(lambda: stage.registry.get(LEVEL) == -4.0)

    play(scene)


# --- TCP ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [LengthFramer, SlipFramer])
def test_a_flood_in_a_stream_is_obeyed_whole_and_leaves_the_loop_free(kind: type) -> None:
    """More than there is time for is read later, also what came just before the connection was closed."""

    async def scene() -> None:
        async with Stage() as stage:
            peer = await TcpPeer.connect(stage, kind())
            wire = kind().frame(codec.message(PAN, 0.5)) * 5000 + kind().frame(codec.message(LEVEL, -3.0))
            peer.post(wire)
            turns = 0
            while stage.server.counters.received < 5001:
                await asyncio.sleep(0)
                turns += stage.server.counters.received > 0
            assert turns > 5, "the loop had no turn in between"
            assert stage.registry.get(LEVEL) == -3.0
            assert stage.server.counters.refused == 0
            await peer.close()

    play(scene)


def test_a_stream_is_read_no_faster_than_it_is_obeyed(monkeypatch: pytest.MonkeyPatch) -> None:
    """With no time at all for peers nothing is taken, and no packet is piled up beyond what one read brings."""

    async def scene() -> None:
        async with Stage() as stage:
            house = stage.server._tcp
            monkeypatch.setattr(Turns, "pause", lambda self: 0.05)
            peer = await TcpPeer.connect(stage, LengthFramer())
            peer.post(LengthFramer().frame(codec.message(PAN, 0.5)) * 200_000)
            await asyncio.sleep(0.5)
            assert stage.server.counters.received == 0
            line = next(iter(house.lines))
            assert 0 < len(line._packets) < 20_000
            monkeypatch.undo()
            await until(lambda: stage.server.counters.received > 20_000)
            await peer.close()

    play(scene)


def test_who_begins_a_packet_and_does_not_go_on_is_sent_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is merely silent stays: a patch connects long before its first fader moves."""
    monkeypatch.setattr(tcp, "PATIENCE_S", 0.3)

    async def scene() -> None:
        async with Stage() as stage:
            silent, slow = [await TcpPeer.connect(stage, LengthFramer()) for _ in range(2)]
            await asyncio.sleep(0.5)
            slow.post(struct.pack(">i", 100) + b"/deck")
            await until(lambda: slow.ended)
            assert stage.server.counters.too_slow == 1
            silent.send(LEVEL, -4.0)
            await until(lambda: stage.registry.get(LEVEL) == -4.0)
            await silent.close()

    play(scene)


def test_who_never_said_a_word_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tcp, "PATIENCE_S", 0.2)

    async def scene() -> None:
        async with Stage() as stage:
            mute = [socket.create_connection(stage.server.address) for _ in range(tcp.MAX_CONNECTIONS)]
            await until(lambda: len(stage.server._tcp.lines) == tcp.MAX_CONNECTIONS)
            await asyncio.sleep(0.3)
            peer = await TcpPeer.connect(stage, SlipFramer())
            peer.send(LEVEL, -4.0)
            await until(lambda: stage.registry.get(LEVEL) == -4.0)
            await peer.close()
            for each in mute:
                each.close()

    play(scene)


# --- a network of its own -------------------------------------------------------------------------------------------

SCRIPT = """
import asyncio, subprocess, sys
sys.path.insert(0, {tests!r})
from liveriff.control.osc.server import OscOptions, OscServer
from liveriff.control.door.addresses import networks
from liveriff.control.peers import read_networks
from liveriff.params.registry import Registry

async def heard(allow, host):
    registry, said = Registry(), []
    server = OscServer(registry, lambda *_: None, said.append, "0.0.0.0", 8000, options=OscOptions(allow=allow))
    await server.start()
    port = str(server.address[1])
    await asyncio.to_thread(subprocess.run, ["oscsend", host, port, "/deck/1/level", "f", "-6"], check=True)
    for _ in range(300):
        if server.counters.strangers or registry.get("/deck/1/level") == -6.0:
            break
        await asyncio.sleep(0.01)
    server.close()
    return registry.get("/deck/1/level") == -6.0, server.counters.strangers

print([asyncio.run(heard(allow, host)) for allow, host in (
    ((), "127.0.0.1"), ((), "203.0.113.1"), (read_networks("203.0.113.0/24"), "203.0.113.1"),
    (read_networks("203.0.113.7"), "203.0.113.1"), (networks(), "203.0.113.1"))])
"""


def test_oscsend_from_an_address_of_a_network(tmp_path: Path) -> None:
    """Real datagrams with a real sender's address: this machine's own, one that is allowed, one that is not."""
    if any(shutil.which(name) is None for name in ("unshare", "ip", "oscsend")):
        pytest.skip("needs unshare, ip and oscsend")
    if subprocess.run(["unshare", "-rn", "true"], capture_output=True).returncode:
        pytest.skip("no network of its own may be made here")
    script = tmp_path / "script.py"
    script.write_text(SCRIPT.format(tests=str(Path(__file__).parent)))
    network = "ip link set lo up && ip addr add 203.0.113.1/24 dev lo && exec "
    command = ["unshare", "-rn", "sh", "-c", f"{network}{sys.executable} {script}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "[(True, 0), (False, 1), (True, 0), (False, 1), (True, 0)]", done.stderr


def test_our_own_voice_is_not_obeyed_where_every_address_is_ours() -> None:
    """Feedback that is sent to our own port by mistake (--osc-reply 8000 on this machine) would come back for ever."""

    async def scene() -> None:
        registry = Registry()
        server = OscServer(
            registry, lambda pad, velocity, time_s: None, print, "0.0.0.0", 0, None, OscOptions(tcp=False)
        )
        await server.start()
        port = server.address[1]
        server._datagram(codec.message(LEVEL, -6.0), ("127.0.0.1", port))
        assert (registry.get(LEVEL), server.clients) == (-12.0, ())
        server._datagram(codec.message(LEVEL, -6.0), ("127.0.0.1", port ^ 1))
        assert registry.get(LEVEL) == -6.0
        server.close()

    play(scene)
