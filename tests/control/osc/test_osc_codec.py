"""Bytes to messages and back: round trips, python-osc as the judge, and garbage."""

from __future__ import annotations

import math
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pythonosc.osc_bundle_builder import OscBundleBuilder
from pythonosc.osc_message import OscMessage
from pythonosc.osc_message_builder import OscMessageBuilder

from liveriff.control.osc import codec, packets
from liveriff.control.osc.codec import BANG, MalformedError
from liveriff.params.kinds import Value
from liveriff.params.registry import Registry
from liveriff.params.spec import Spec
from liveriff.params.table import TABLE

addresses = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=60).map(lambda t: f"/{t}")
texts = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=50)
singles = st.floats(width=32, allow_nan=False)
scalars = st.one_of(
    st.none(), st.just(BANG), st.booleans(), st.integers(-(2**63), 2**63 - 1), singles, texts, st.binary(max_size=40)
)


@given(addresses, st.lists(scalars, max_size=12))
def test_what_is_written_is_read(address: str, args: list[object]) -> None:
    """Every type that we write."""
    assert codec.parse(codec.message(address, *args)) == [codec.Message(None, address, tuple(args))]


@given(addresses, st.lists(st.one_of(st.booleans(), st.integers(1 - 2**31, 2**31 - 1), singles, texts), max_size=8))
def test_written_as_python_osc_writes(address: str, args: list[object]) -> None:
    """Byte for byte, but for the lowest 32-bit integer, to which it gives 64."""
    builder = OscMessageBuilder(address=address)
    for arg in args:
        builder.add_arg(arg)
    assert codec.message(address, *args) == builder.build().dgram


tagged = st.one_of(
    st.tuples(st.just("i"), st.integers(-(2**31), 2**31 - 1)),
    st.tuples(st.just("h"), st.integers(-(2**63), 2**63 - 1)),
    st.tuples(st.just("f"), singles),
    st.tuples(st.just("d"), st.floats(allow_nan=False)),
    st.tuples(st.just("s"), texts),
    st.tuples(st.just("b"), st.binary(min_size=1, max_size=20)),
    st.tuples(st.just("r"), st.integers(0, 2**32 - 1)),
    st.tuples(st.just("m"), st.tuples(*[st.integers(0, 255)] * 4)),
    st.tuples(st.sampled_from("TFN"), st.none()),
)


@given(addresses, st.lists(tagged, max_size=10), st.integers(0, 4))
def test_read_as_python_osc_reads(address: str, args: list[tuple[str, object]], opening: int) -> None:
    """The fast way and the general way agree, arrays among them."""
    builder = OscMessageBuilder(address=address)
    for index, (tag, value) in enumerate(args):
        in_array = index == opening and tag in "ifs"
        builder.add_arg([value] if in_array else value, [tag] if in_array else tag)
    data = builder.build().dgram
    assert codec.parse_message(data) == (address, tuple(OscMessage(data).params))


@given(st.binary(max_size=200))
def test_garbage_raises_nothing_else(data: bytes) -> None:
    """Random bytes."""
    try:
        codec.parse(data)
    except MalformedError:
        return


beginnings = st.sampled_from(
    [b"/a\0\0", b"/a\0\0,ifs", b"/a\0\0,b\0\0", b"/a\0\0,[r]\0\0\0\0", b"#bundle\0" + bytes(8)]
)


@given(st.binary(max_size=60), beginnings)
def test_garbage_after_a_good_start_raises_nothing_else(data: bytes, start: bytes) -> None:
    """Random bytes where a parser is already inside."""
    try:
        codec.parse(start + data)
    except MalformedError:
        return


@given(st.data())
def test_a_packet_with_bytes_changed_raises_nothing_else(data: st.DataObject) -> None:
    """Mutations of a packet with everything in it."""
    message = codec.message("/a", 1, 2.0, "three", b"four", True)
    whole = bytearray(codec.bundle(1.8e9, message, codec.bundle(None, b"/b\0\0")))
    for _ in range(data.draw(st.integers(1, 5))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        codec.parse(bytes(whole[: data.draw(st.integers(0, len(whole)))]))
    except MalformedError:
        return


def raw_message(tags: str, body: bytes) -> bytes:
    """A message with any tags."""
    text = tags.encode()
    return b"/x\0\0" + text + bytes(4 - len(text) % 4) + body


@pytest.mark.parametrize(
    ("tags", "body", "expected"),
    [
        (",I", b"", (BANG,)),
        (",c", b"\0\0\0A", ("A",)),
        (",S", b"sym\0", ("sym",)),
        (",iI", struct.pack(">i", 7), (7, BANG)),
        (",N", b"", (None,)),
        (",[if]", struct.pack(">if", 1, 0.5), ([1, 0.5],)),
        (",f", b"\x3f\x80", (1.0,)),  # its last zeros left out
        (",", b"", ()),
    ],
)
def test_types_that_others_drop(tags: str, body: bytes, expected: tuple[object, ...]) -> None:
    """Facts of the 1.1 types, and of a sender known for sloth."""
    assert codec.parse(raw_message(tags, body)) == [codec.Message(None, "/x", expected)]


def test_a_message_without_type_tags() -> None:
    """As old senders write a bang."""
    assert codec.parse(b"/x\0\0") == [codec.Message(None, "/x", ())]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0" * 8,
        b"x\0\0\0",
        b"/x\0\0if\0\0",
        raw_message(",i", b""),
        raw_message(",b", struct.pack(">i", -4)),
        raw_message(",b", struct.pack(">i", 2**31 - 1)),
        raw_message(",?", b""),
        raw_message(",[I]", b""),
        raw_message(",[i", struct.pack(">i", 1)),
        raw_message(",c", b"\x7f\xff\xff\xff"),
        raw_message(",s", b"caf\xe9\0\0\0\0"),
        raw_message("," + "T" * (packets.MAX_ARGUMENTS + 1), b""),
        b"/" + b"x" * packets.MAX_ADDRESS + b"\0",
        b"#bundle\0",
        b"#bundle\0" + bytes(8) + struct.pack(">i", 0),
        b"#bundle\0" + bytes(8) + struct.pack(">i", 6) + b"/x\0\0\0\0",
        b"#bundle\0" + bytes(8) + struct.pack(">i", -8) + b"/x\0\0\0\0\0\0",
        codec.bundle(None, codec.message("/a"), b"junk"),
        codec.bundle(None, *[b"/x\0\0"] * (packets.MAX_MESSAGES + 1)),
        b"/x\0\0" + bytes(packets.MAX_PACKET),
    ],
)
def test_refused(data: bytes) -> None:
    """Each of these is no packet, or beyond a limit."""
    with pytest.raises(MalformedError):
        codec.parse(data)


def nested(depth: int) -> bytes:
    """Bundles within bundles around one message."""
    data = codec.message("/x")
    for _ in range(depth):
        data = codec.bundle(None, data)
    return data


def test_depth_is_bounded() -> None:
    """As deep as allowed, and one deeper."""
    assert len(codec.parse(nested(packets.MAX_DEPTH))) == 1
    with pytest.raises(MalformedError):
        codec.parse(nested(packets.MAX_DEPTH + 1))


def test_times_of_bundles() -> None:
    """Now is None; an inner "now" is the outer time; an inner time is its own."""
    inner = codec.bundle(None, codec.message("/b"))
    later = codec.bundle(1_800_000_001.25, codec.message("/c"))
    read = codec.parse(codec.bundle(1_800_000_000.5, codec.message("/a"), inner, later))
    assert [(m.address, m.time) for m in read] == [
        ("/a", pytest.approx(1_800_000_000.5)),
        ("/b", pytest.approx(1_800_000_000.5)),
        ("/c", pytest.approx(1_800_000_001.25)),
    ]
    assert codec.parse(codec.bundle(None, codec.message("/a")))[0].time is None
    assert codec.parse(b"#bundle\0" + bytes(8) + struct.pack(">i", 4) + b"/x\0\0")[0].time is None


def test_bundles_of_python_osc_are_read() -> None:
    """Another hand's bundle, and its time to a microsecond."""
    builder = OscBundleBuilder(1_790_000_000.125)
    message = OscMessageBuilder(address="/deck/1/level")
    message.add_arg(-3.5)
    builder.add_content(message.build())
    [read] = codec.parse(builder.build().dgram)
    assert (read.address, read.args) == ("/deck/1/level", (-3.5,))
    assert read.time == pytest.approx(1_790_000_000.125, abs=1e-6)


def samples(spec: Spec) -> list[Value]:
    """Values worth a journey: the default, the ends, all choices, auto."""
    ends = spec.kind.range or ()
    return [spec.coerce(value) for value in (spec.default, *ends, *spec.kind.options)]


@pytest.mark.parametrize("spec", TABLE.values(), ids=lambda spec: spec.path)
def test_values_come_back_the_same(spec: Spec) -> None:
    """What is told of a parameter can be sent back and changes nothing; its type is the one announced."""
    for value in samples(spec):
        data = codec.encode(spec.path, spec, value)
        [read] = codec.parse(data)
        assert read.address == spec.path
        assert spec.coerce(read.args[0]) == value
        tags = data[data.index(b",") + 1 :][:1].decode()
        assert tags.replace("F", "T") == codec.type_tags(spec)


def test_auto_is_minus_one() -> None:
    """What a numbers-only peer can send and show."""
    spec = TABLE["/deck/1/density"]
    assert codec.parse(codec.encode(spec.path, spec, None))[0].args == (-1.0,)
    assert Registry().set(spec.path, -1.0) is None


def test_numbers_beyond_their_type() -> None:
    """A double beyond 32 bits is infinite; an integer beyond 32 bits has 64."""
    assert codec.parse(codec.message("/x", 1e300, -1e300, 2**40))[0].args == (math.inf, -math.inf, 2**40)


def test_text_that_osc_cannot_carry() -> None:
    """A zero byte ends a string in OSC, so it cannot be part of one."""
    assert codec.parse(codec.message("/x", "a\0b"))[0].args == ("a b",)


def test_a_type_without_a_tag_is_our_mistake() -> None:
    """Not the peer's, so it is no MalformedError."""
    with pytest.raises(TypeError):
        codec.message("/x", object())
