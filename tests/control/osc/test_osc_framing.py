"""Packets in TCP streams, cut anywhere; and streams that are none."""

from __future__ import annotations

import itertools
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveriff.control.osc.framing import Framer, LengthFramer, SlipFramer, sniffed
from liveriff.control.osc.packets import MAX_PACKET, MalformedError

escapes = st.text("\xc0\xdb\xdc\xdd/", min_size=1).map(lambda text: text.encode("latin-1"))
awkward = st.one_of(st.binary(min_size=1, max_size=40), escapes)
packets = st.lists(awkward, min_size=1, max_size=8)


def pieces(data: bytes, cuts: list[int]) -> list[bytes]:
    """A stream as TCP may deliver it."""
    places = sorted({cut % (len(data) + 1) for cut in cuts} | {0, len(data)})
    return [data[a:b] for a, b in itertools.pairwise(places)]


def read(framer: Framer, data: bytes, cuts: list[int]) -> list[bytes]:
    """All packets of a stream."""
    return [packet for piece in pieces(data, cuts) for packet in framer.feed(piece)]


@pytest.mark.parametrize("kind", [LengthFramer, SlipFramer])
@given(sent=packets, cuts=st.lists(st.integers(0, 1000), max_size=6))
def test_whole_however_cut(kind: type[Framer], sent: list[bytes], cuts: list[int]) -> None:
    """What one end frames the other reads."""
    stream = b"".join(map(kind().frame, sent))
    assert read(kind(), stream, cuts) == sent


@given(sent=packets, cuts=st.lists(st.integers(0, 1000), max_size=6))
def test_one_end_between_packets(sent: list[bytes], cuts: list[int]) -> None:
    """Senders that put END only behind a packet."""
    stream = b"".join(SlipFramer().frame(packet)[1:] for packet in sent)
    assert read(SlipFramer(), stream, cuts) == sent


@given(st.binary(max_size=300), st.lists(st.integers(0, 1000), max_size=6))
def test_any_bytes_are_read_or_refused(data: bytes, cuts: list[int]) -> None:
    """Nothing but MalformedError."""
    for framer in (LengthFramer(), SlipFramer()):
        try:
            read(framer, data, cuts)
        except MalformedError:
            continue


@pytest.mark.parametrize(
    ("first", "kind"), [(0x00, LengthFramer), (0xC0, SlipFramer), (ord("/"), SlipFramer), (ord("#"), SlipFramer)]
)
def test_told_by_the_first_byte(first: int, kind: type[Framer]) -> None:
    """OSC 1.0, OSC 1.1, and 1.1 without its first END."""
    assert isinstance(sniffed(first), kind)


@pytest.mark.parametrize("first", [ord("G"), 0x01, 0x16, 0xFF])
def test_other_protocols_are_shown_the_door(first: int) -> None:
    """A browser, a huge packet, TLS, telnet."""
    with pytest.raises(MalformedError):
        sniffed(first)


def test_a_length_beyond_all_bounds() -> None:
    """It is refused when it is announced, not when it has been collected."""
    with pytest.raises(MalformedError):
        LengthFramer().feed(struct.pack(">i", MAX_PACKET + 1))
    with pytest.raises(MalformedError):
        LengthFramer().feed(b"\xff\xff\xff\xff")


def test_a_slip_packet_without_end() -> None:
    """Memory is bounded."""
    framer = SlipFramer()
    assert framer.feed(b"/" * MAX_PACKET * 2) == []
    with pytest.raises(MalformedError):
        framer.feed(b"/")


@pytest.mark.parametrize("data", [b"\xc0/\xdb/\xc0", b"\xc0/\xdb\xc0"])
def test_an_escape_that_is_none(data: bytes) -> None:
    """ESC before anything but its two."""
    with pytest.raises(MalformedError):
        SlipFramer().feed(data)


def test_empty_packets_are_skipped() -> None:
    """Some keep a line open with them."""
    assert LengthFramer().feed(bytes(8) + struct.pack(">i", 1) + b"/") == [b"/"]
    assert SlipFramer().feed(b"\xc0\xc0\xc0/\xc0\xc0") == [b"/"]
