"""The server on real sockets of the loopback: feedback, commands, bad peers, both transports."""

from __future__ import annotations

import asyncio
import random
import socket
import struct
import time

import pytest
from oscpeer import Stage, TcpPeer, UdpPeer, play, until

from liveriff.control.osc import codec
from liveriff.control.osc.clients import ClientLimits
from liveriff.control.osc.framing import Framer, LengthFramer, SlipFramer
from liveriff.control.osc.server import OscOptions, OscServer
from liveriff.errors import UsageError
from liveriff.params.registry import Registry
from liveriff.params.table import TABLE

LEVEL, PAN = "/deck/1/level", "/deck/1/pan"
HELD = [path for path, spec in TABLE.items() if spec.kind.held and spec.kind.name != "blob"]


def test_the_first_message_brings_everything() -> None:
    """Each value once, under its path and, where a fader has one, its travel; then what changes."""

    async def scene() -> None:
        async with Stage() as stage:
            tablet = UdpPeer(stage)
            tablet.send(PAN, 0.5)
            await until(lambda: len({m.address for m in tablet.heard} & set(HELD)) == len(HELD) or tablet.listen())
            assert tablet.values(LEVEL) == [(-12.0,)]
            assert tablet.values(f"{PAN}/raw")[-1] == (0.75,)
            assert not tablet.values("/deck/1/spectrogram")
            stage.registry.set(LEVEL, -6.0, "midi")
            await until(lambda: tablet.values(LEVEL)[-1] == (-6.0,))
            assert stage.server.clients == (f"osc:127.0.0.1:{tablet.port}",)
            assert stage.server.counters.clients == 1

    play(scene)


def test_one_hears_the_other_and_not_itself() -> None:
    """Two tablets; the one that moves a fader is told once, when it rests."""

    async def scene() -> None:
        async with Stage() as stage:
            mine, other = UdpPeer(stage), UdpPeer(stage)
            for each in (mine, other):
                each.send("/ping")
            await until(lambda: mine.values("/status/message") and other.values("/status/message"))
            mine.heard.clear()
            other.heard.clear()
            for n in range(30):
                mine.send(LEVEL, -float(n))
                await asyncio.sleep(0.01)
                assert mine.values(LEVEL) == []
            await until(lambda: mine.values(LEVEL))
            assert mine.values(LEVEL) == [(-29.0,)]
            await until(lambda: other.values(LEVEL)[-1] == (-29.0,))
            assert len(other.values(LEVEL)) > 3

    play(scene)


def test_feedback_on_another_port() -> None:
    """TouchOSC sends from one port and listens on another; two senders of one host are one client."""

    async def scene() -> None:
        ear = UdpPeer(Stage())
        async with Stage(reply_port=ear.port) as stage:
            hand, second = UdpPeer(stage), UdpPeer(stage)
            hand.send("/ping", 7)
            second.send("/ping", 8)
            await until(lambda: ear.values("/pong") == [(7,), (8,)] and ear.values(LEVEL))
            hand.listen()
            assert hand.heard == []
            assert stage.server.counters.clients == 1

    play(scene)


def test_subscribe_to_a_branch_at_another_port() -> None:
    """A patch with one socket out and one in: its own moves are not echoed to the other."""

    async def scene() -> None:
        async with Stage() as stage:
            out, ear = UdpPeer(stage), UdpPeer(stage)
            out.send("/subscribe", "127.0.0.1", float(ear.port), "/deck/1/")
            await until(lambda: ear.values("/deck/1/spectrogram"))
            assert all(message.address.startswith("/deck/1/") for message in ear.heard)
            ear.heard.clear()
            out.send(LEVEL, -1.0)
            stage.registry.set("/deck/2/level", -5.0, "midi")
            stage.registry.set(PAN, 0.25, "midi")
            await until(lambda: ear.values(PAN))
            assert ear.values(LEVEL) == []
            await until(lambda: ear.values(LEVEL) == [(-1.0,)])
            assert ear.values("/deck/2/level") == []
            out.send("/subscribe", "/deck/2")
            await until(lambda: ear.values("/deck/2/level") == [(-5.0,)])
            out.send("/ping")
            await until(lambda: ear.values("/pong"))
            out.listen()
            assert out.heard == []

    play(scene)


def test_values_as_a_person_reads_them_for_those_who_ask() -> None:
    async def scene() -> None:
        ear = UdpPeer(Stage())
        async with Stage() as stage:
            tablet, other = UdpPeer(stage), UdpPeer(stage)
            other.send("/ping")
            tablet.send("/subscribe/text", ear.port)
            await until(lambda: ear.values(f"{LEVEL}/text") or ear.listen())
            stage.registry.set(LEVEL, -7.25, "midi")
            await until(lambda: ear.values(f"{LEVEL}/text")[-1] == ("-7.25 dB",) or ear.listen())
            await until(lambda: other.values(LEVEL))
            assert other.values(f"{LEVEL}/text") == []
            assert ear.values("/status/message/text") == []

    play(scene)


def test_unsubscribe_and_refresh() -> None:
    """Still obeyed, told no more; until it asks again."""

    async def scene() -> None:
        async with Stage() as stage:
            peer = UdpPeer(stage)
            peer.send("/ping")
            await until(lambda: peer.values("/status/message"))
            peer.send("/unsubscribe")
            await until(lambda: stage.server.counters.clients == 0)
            peer.listen()
            peer.heard.clear()
            peer.send(LEVEL, -2.0)
            await until(lambda: stage.registry.get(LEVEL) == -2.0)
            await asyncio.sleep(0.4)
            peer.listen()
            assert peer.heard == []
            peer.send("/refresh", "/deck/1/eq")
            await until(lambda: peer.values("/deck/1/eq/high"))
            assert {message.address.removesuffix("/raw") for message in peer.heard} == {
                f"/deck/1/eq/{band}" for band in ("low", "mid", "high")
            }

    play(scene)


def test_without_auto_subscription() -> None:
    """Only who asks is told."""

    async def scene() -> None:
        async with Stage(options=OscOptions(ClientLimits(auto_subscribe=False))) as stage:
            peer = UdpPeer(stage)
            peer.send(LEVEL, -2.0)
            await until(lambda: stage.registry.get(LEVEL) == -2.0)
            assert stage.server.counters.clients == 0
            peer.send(LEVEL)
            await until(lambda: peer.values(LEVEL) == [(-2.0,)])
            peer.send("/subscribe")
            await until(lambda: len(peer.values("/play")) == 1)

    play(scene)


@pytest.mark.parametrize(
    "args", [("10.0.0.300", 9000), ("localhost", 0), ("example.org", 9000), (99999.0,), ("127.0.0.1", 1e300)]
)
def test_subscribe_nowhere(args: tuple[object, ...]) -> None:
    """Told why; nobody is subscribed."""

    async def scene() -> None:
        async with Stage() as stage:
            peer = UdpPeer(stage)
            peer.send("/subscribe", *args)
            await until(lambda: peer.values("/error") or stage.server.counters.clients)
            if args != ("127.0.0.1", 1e300):  # travels as infinity, which is no port: it stays where it is
                assert peer.values("/error")[0][0] == "/subscribe"
                assert stage.server.counters.clients == 0

    play(scene)


def test_strangers_are_not_greeted() -> None:
    """Noise of another program is counted and answered at most once a second; it gets no stream."""

    async def scene() -> None:
        async with Stage() as stage:
            noise = UdpPeer(stage)
            for n in range(50):
                noise.send("/accxyz", 0.1, 0.2, float(n))
            await until(lambda: stage.server.counters.unknown == 50)
            await until(lambda: noise.values("/error"))
            assert len(noise.heard) == 1
            assert noise.heard[0].args == ("/accxyz", "there is no address /accxyz.")
            assert stage.server.counters.clients == 0
            assert stage.notices == [f"OSC from 127.0.0.1:{noise.port}: there is no address /accxyz."]

    play(scene)


def test_garbage_is_counted_and_the_show_goes_on() -> None:
    """Random bytes, from many senders, and then a good message."""

    async def scene() -> None:
        rng = random.Random(3)
        async with Stage() as stage:
            vandals = [UdpPeer(stage) for _ in range(40)]
            for n in range(800):
                vandals[n % 40].post(
                    rng.choice([b"", b"/a\0\0,b\0\0", b"#bundle\0"]) + rng.randbytes(rng.randrange(60))
                )
                if n % 50 == 0:
                    await asyncio.sleep(0.01)
            await until(lambda: stage.server.counters.packets == 800)
            assert stage.server.counters.malformed > 300
            assert stage.server.counters.faults == 0
            assert 1 <= len(stage.notices) <= 3
            good = UdpPeer(stage)
            good.send(LEVEL, -4.0)
            await until(lambda: stage.registry.get(LEVEL) == -4.0)
            for each in (*vandals, good):
                each.close()

    play(scene)


def test_a_client_that_sends_too_fast_is_cut_to_its_rate() -> None:
    """Others are not."""

    async def scene() -> None:
        async with Stage(options=OscOptions(ClientLimits(messages_per_s=100))) as stage:
            fast, slow = UdpPeer(stage), UdpPeer(stage)
            for _ in range(300):
                fast.send(PAN, 0.1)
            slow.send(LEVEL, -4.0)
            await until(lambda: stage.server.counters.packets == 301)
            assert stage.server.counters.refused > 100
            assert stage.registry.get(LEVEL) == -4.0

    play(scene)


def test_places_are_limited() -> None:
    """Newcomers are obeyed all the same; who left makes room."""

    async def scene() -> None:
        async with Stage(options=OscOptions(ClientLimits(clients=2))) as stage:
            first, second, third = (UdpPeer(stage) for _ in range(3))
            for peer in (first, second, third):
                peer.send("/ping")
                await until(lambda peer=peer: peer.values("/pong"))
            third.send(LEVEL, -4.0)
            await until(lambda: stage.registry.get(LEVEL) == -4.0)
            assert stage.server.counters.clients == 2
            assert stage.server.counters.crowded_out >= 1
            assert third.values("/play") == []
            first.send("/unsubscribe")
            await until(lambda: stage.server.counters.clients == 1)
            await asyncio.sleep(1.1)
            third.send("/ping")
            await until(lambda: third.values("/play"))

    play(scene)


def test_a_peer_that_vanished_harms_nobody() -> None:
    """Its port answers with ICMP errors."""

    async def scene() -> None:
        async with Stage() as stage:
            gone, here = UdpPeer(stage), UdpPeer(stage)
            gone.send("/ping")
            here.send("/ping")
            await until(lambda: stage.server.counters.clients == 2)
            gone.close()
            for n in range(20):
                stage.registry.set(PAN, n / 20, "midi")
                await asyncio.sleep(0.02)
            await until(lambda: here.values(PAN)[-1] == (pytest.approx(0.95),))

    play(scene)


def test_what_came_last_can_be_shown() -> None:
    """For a monitor: who said what, as many as fit on a screen."""

    async def scene() -> None:
        async with Stage() as stage:
            peer = UdpPeer(stage)
            for n in range(200):
                peer.send("/1/fader1", float(n))
            await until(lambda: stage.server.counters.received == 200)
            assert len(stage.server.recent) == 50
            origin, message = stage.server.recent[-1]
            assert origin == f"osc:127.0.0.1:{peer.port}"
            assert message == codec.Message(None, "/1/fader1", (199.0,))

    play(scene)


def test_a_panic_forgets_what_waits() -> None:
    """A bundle for later, then the red button."""

    async def scene() -> None:
        async with Stage() as stage:
            peer = UdpPeer(stage)
            later = codec.message("/pad/1/trigger", 1.0)
            peer.post(codec.bundle(time.time() + 0.5, later, codec.message(LEVEL, -1.0)))
            await until(lambda: stage.server.counters.received == 2)
            peer.send("/panic")
            await asyncio.sleep(0.7)
            assert stage.hits == []
            assert stage.registry.get(LEVEL) == -12.0

    play(scene)


def test_hits_in_a_bundle_are_placed() -> None:
    """At the time of the timetag, whatever the network did."""

    async def scene() -> None:
        async with Stage() as stage:
            peer = UdpPeer(stage)
            start, meant = time.time() + 0.15, time.monotonic() + 0.15
            for n in range(4):
                peer.post(codec.bundle(start + n * 0.05, codec.message(f"/pad/{n + 1}/trigger", 1.0)))
            await until(lambda: len(stage.hits) == 4)
            assert [pad for pad, _, _ in stage.hits] == [1, 2, 3, 4]
            placed = [at - meant for _, _, at in stage.hits]
            assert placed == pytest.approx([0.0, 0.05, 0.1, 0.15], abs=0.01)

    play(scene)


# --- TCP ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [LengthFramer, SlipFramer])
def test_tcp(kind: type[Framer]) -> None:
    """Obeyed, greeted and answered in its own framing."""

    async def scene() -> None:
        async with Stage() as stage:
            peer = await TcpPeer.connect(stage, kind())
            peer.send(LEVEL, -4.0)
            peer.send("/ping", "there?")
            await until(lambda: peer.values("/pong") == [("there?",)] and peer.values("/status/message"))
            assert stage.registry.get(LEVEL) == -4.0
            assert stage.server.counters.clients == 1
            await peer.close()
            await until(lambda: stage.server.counters.clients == 0)

    play(scene)


@pytest.mark.parametrize(
    "nonsense", [b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01", b"\xc0/\xdb/\xc0", struct.pack(">ii", 1 << 20, 0)]
)
def test_a_stream_that_is_none_is_closed(nonsense: bytes) -> None:
    """A browser, TLS, a broken escape, a length beyond all bounds; others go on."""

    async def scene() -> None:
        async with Stage() as stage:
            good, bad = await TcpPeer.connect(stage, SlipFramer()), await TcpPeer.connect(stage, SlipFramer())
            bad.post(nonsense)
            await until(lambda: bad.ended)
            assert stage.server.counters.malformed == 1
            good.send(LEVEL, -4.0)
            await until(lambda: stage.registry.get(LEVEL) == -4.0)
            for each in (good, bad):
                await each.close()

    play(scene)


def test_a_bad_packet_in_a_good_stream_is_skipped() -> None:
    """The framing holds, so the next packet is sound."""

    async def scene() -> None:
        async with Stage() as stage:
            peer = await TcpPeer.connect(stage, LengthFramer())
            peer.post(LengthFramer().frame(b"junk"))
            peer.send(LEVEL, -4.0)
            await until(lambda: stage.registry.get(LEVEL) == -4.0)
            assert stage.server.counters.malformed == 1
            await peer.close()

    play(scene)


def test_a_tcp_peer_that_does_not_read_stops_nobody() -> None:
    """Its line fills and stays full; memory does not grow, others are served."""

    async def scene() -> None:
        async with Stage() as stage:
            sock = socket.create_connection(stage.server.address)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            sock.sendall(LengthFramer().frame(codec.message("/subscribe", "/deck/1")))
            other = UdpPeer(stage)
            other.send("/ping")
            await until(lambda: stage.server.counters.clients == 2)
            for n in range(100):
                for deck in range(1, 5):
                    stage.registry.publish(f"/deck/{deck}/spectrogram", bytes([n]) * 60_000)
                stage.registry.set(PAN, n / 100, "midi")
                await asyncio.sleep(0.04)
            await until(lambda: other.values(PAN)[-1] == (pytest.approx(0.99),))
            unsent = [line._transport.get_write_buffer_size() for line in stage.server._tcp.lines]
            assert 0 < max(unsent) < 512 << 10
            sock.close()

    play(scene)


def test_connections_are_limited() -> None:
    """One more than allowed is closed at once."""

    async def scene() -> None:
        async with Stage() as stage:
            peers = [await TcpPeer.connect(stage, SlipFramer()) for _ in range(33)]
            await until(lambda: peers[-1].ended)
            assert not peers[0].ended
            for each in peers:
                await each.close()

    play(scene)


# --- opening --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [socket.SOCK_DGRAM, socket.SOCK_STREAM])
def test_a_port_that_is_taken(kind: socket.SocketKind) -> None:
    """One sentence; nothing is left open."""

    async def scene() -> None:
        with socket.socket(socket.AF_INET, kind) as taken:
            taken.bind(("127.0.0.1", 0))
            if kind == socket.SOCK_STREAM:
                taken.listen()
            port = taken.getsockname()[1]
            server = OscServer(Registry(), lambda *_: None, print, "127.0.0.1", port)
            with pytest.raises(UsageError, match=f"OSC cannot listen on 127.0.0.1:{port} "):
                await server.start()
        again = OscServer(Registry(), lambda *_: None, print, "127.0.0.1", port)
        await again.start()
        assert again.address == ("127.0.0.1", port)
        again.close()

    play(scene)


def test_a_host_that_is_none() -> None:
    """As for a port that is taken."""

    async def scene() -> None:
        server = OscServer(Registry(), lambda *_: None, print, "256.1.1.1.invalid", 8000)
        with pytest.raises(UsageError, match="cannot listen"):
            await server.start()

    play(scene)


def test_a_closed_server_has_let_go_of_everything() -> None:
    """Nobody listens in the registry, the port is free, a tick does nothing."""

    async def scene() -> None:
        async with Stage() as stage:
            peer = UdpPeer(stage)
            peer.send("/ping")
            await until(lambda: stage.server.counters.clients == 1)
            stage.server.close()
            stage.server.tick()
            assert stage.server.clients == ()
            assert not stage.registry._listeners._subscriptions

    play(scene)
