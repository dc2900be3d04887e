"""Structures made by hypothesis: what is well formed is read as it was meant, whatever it holds."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

from fuzz.stage import Loop, Stage, running
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from liveriff.control.midi.assemble import Assembler
from liveriff.control.osc import codec
from liveriff.control.osc.framing import LengthFramer, SlipFramer
from liveriff.control.osc.server import OscServer
from liveriff.control.riffserver.asked import asked
from liveriff.control.riffserver.pictures import Pictures
from liveriff.engine import journal
from liveriff.engine.journal_fields import FieldError
from liveriff.engine.scenes_write import dump, save_text, scene_of
from liveriff.errors import UsageError
from liveriff.params import tomltext, yamltext
from liveriff.params.registry import Registry
from liveriff.params.table import TABLE

quick = settings(
    max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
addresses = st.sampled_from([path for path, spec in TABLE.items() if spec.access != "r"])
arguments: st.SearchStrategy[Any] = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**63), 2**63 - 1), st.floats(width=32), st.text(), st.binary(max_size=40)
)
messages = st.builds(lambda address, args: codec.message(address, *args), addresses, st.lists(arguments, max_size=3))
bundles = st.recursive(
    messages,
    lambda inner: st.builds(lambda parts: codec.bundle(None, *parts), st.lists(inner, max_size=4)),
    max_leaves=8,
)
plain: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20)),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=8), inner, max_size=4)),
    max_leaves=12,
)


def same(one: object, other: object) -> bool:
    """Equal, and of one type; nan is nan."""
    both_nan = isinstance(one, float) and isinstance(other, float) and math.isnan(one) and math.isnan(other)
    return both_nan or (type(one) is type(other) and one == other)


@quick
@given(addresses, st.lists(arguments, max_size=5))
def test_osc_arguments_come_back_as_they_were(address: str, args: list[Any]) -> None:
    (message,) = codec.parse(codec.message(address, *args))
    cleaned = [arg.replace("\0", " ") if isinstance(arg, str) else arg for arg in args]
    assert message.address == address
    assert all(map(same, message.args, cleaned))


@quick
@given(st.lists(bundles, max_size=4), st.integers(1, 9))
def test_osc_streams_give_their_packets_however_they_are_cut(packets: list[bytes], piece: int) -> None:
    makers: tuple[Callable[[], Any], ...] = (LengthFramer, SlipFramer)
    for maker in makers:
        stream = b"".join(maker().frame(packet) for packet in packets)
        reader, found = maker(), []
        for at in range(0, len(stream), piece):
            found += reader.feed(stream[at : at + piece])
        assert found == packets


@quick
@given(st.lists(bundles, min_size=1, max_size=4))
def test_osc_bundles_leave_every_parameter_with_a_value_of_its_own(packets: list[bytes]) -> None:
    stage, loop = Stage(), Loop()
    server = OscServer(stage.registry, stage.strike, stage.notice)
    with running(loop.loop):
        for packet in packets:
            server._datagram(packet, ("127.0.0.1", 9000))
    loop.loop.close()
    assert server.counters.faults == 0
    stage.check()


@quick
@given(st.binary(max_size=200), st.integers(1, 16))
def test_midi_events_do_not_depend_on_how_the_bytes_are_cut(data: bytes, piece: int) -> None:
    whole, parts = Assembler(), Assembler()
    events = [event for part in range(0, len(data), piece) for event in parts.feed(data[part : part + piece], 1.0)]
    assert whole.feed(data, 1.0) + whole.flush(9.0) == events + parts.flush(9.0)
    assert whole.tokens.dropped == parts.tokens.dropped


@quick
@given(plain)
def test_any_json_as_a_request_is_a_wish_or_one_error(told: object) -> None:
    for body in (told, {"alpha": told, "start": told, "end": {"prompt": "x", "seed": told}}):
        try:
            wish = asked(json.dumps(body).encode(), Pictures()).wish
        except UsageError:
            continue
        assert 0.0 <= wish.alpha <= 1.0


@quick
@given(st.sampled_from(sorted(journal.KINDS)), plain, plain)
def test_any_json_as_an_event_is_one_or_one_error(kind: str, first: object, second: object) -> None:
    known = list(journal.KINDS[kind].__dataclass_fields__)
    line = json.dumps({"kind": kind, **dict.fromkeys(known[::2], first), **dict.fromkeys(known[1::2], second)})
    try:
        event = journal.parse(line)
    except FieldError:
        return
    assert journal.parse(journal.line(event)) == event


@quick
@given(st.dictionaries(addresses, st.floats(0, 1), max_size=12))
def test_a_scene_of_any_values_comes_back_as_it_was(tmp_path_factory: Any, positions: dict[str, float]) -> None:
    from liveriff.engine.scenes import apply, load_scene

    registry = Registry()
    for path, raw in positions.items():
        if TABLE[path].travels and TABLE[path].stored:
            registry.set_raw(path, raw)
    path = tmp_path_factory.mktemp("scene") / "any.toml"
    save_text(dump(scene_of(registry, "x")), path)
    again = Registry()
    apply(load_scene(str(path)), again)
    assert again.snapshot() == registry.snapshot()


@quick
@given(st.text(max_size=200))
def test_any_text_as_toml_or_yaml_is_read_or_one_error(text: str) -> None:
    for read, error in ((tomltext.tables, tomltext.TomlError), (yamltext.value, yamltext.YamlError)):
        try:
            read(text)
        except error:
            continue
