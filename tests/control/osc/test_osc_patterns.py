"""Patterns against a slow and obvious matcher, and what they mean in the table."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from liveriff.control.osc.address import Addresses, faces
from liveriff.control.osc.patterns import PatternError, compiled, is_pattern
from liveriff.params.table import SPECS, TABLE


@cache
def slowly(pattern: str, address: str) -> bool:
    """One character at a time, every way tried."""
    if not pattern:
        return not address
    if pattern.startswith("//"):  # any parts between; then the pattern goes on at the beginning of a part, or is over
        rest = pattern.lstrip("/")
        if not rest:
            return address == "" or address.startswith("/")
        if not address.startswith("/"):
            return False  # in the midst of a part
        return any(slowly("/" + rest, address[at:]) for at in range(len(address)) if address[at] == "/")
    head, rest = pattern[0], pattern[1:]
    if head == "*":
        return slowly(rest, address) or (address[:1] not in ("", "/") and slowly(pattern, address[1:]))
    if head == "?":
        return address[:1] not in ("", "/") and slowly(rest, address[1:])
    if head == "[":
        inside, rest = rest.split("]", 1)
        return address[:1] not in ("", "/") and in_set(address[0], inside) and slowly(rest, address[1:])
    if head == "{":
        inside, rest = rest.split("}", 1)
        return any(address.startswith(word) and slowly(rest, address[len(word) :]) for word in inside.split(","))
    return address[:1] == head and slowly(rest, address[1:])


def in_set(character: str, inside: str) -> bool:
    """Membership by going through the set."""
    if inside.startswith("!"):
        return not in_set(character, inside[1:])
    if not inside:
        return False
    if len(inside) >= 3 and inside[1] == "-":
        low, high = sorted((inside[0], inside[2]))
        return low <= character <= high or in_set(character, inside[3:])
    return character == inside[0] or in_set(character, inside[1:])


letters = st.sampled_from("abc-")
words = st.text(letters, max_size=4)
pieces = st.one_of(
    words,
    st.sampled_from(["*", "?"]),
    st.tuples(st.sampled_from(["", "!"]), words).map(lambda pair: f"[{pair[0]}{pair[1]}]"),
    st.lists(words, min_size=1, max_size=3).map(lambda each: "{" + ",".join(each) + "}"),
)
parts = st.lists(pieces, min_size=1, max_size=4).map("".join)
patterns = st.lists(st.tuples(st.sampled_from(["/", "/", "//"]), parts.filter(bool)), min_size=1, max_size=4).map(
    lambda each: "".join(slash + part for slash, part in each)
)
names = st.lists(st.text(letters, min_size=1, max_size=5), min_size=1, max_size=5).map(lambda n: "/" + "/".join(n))


@example("/*/-//*", "/a/-a/a")
@given(patterns, names)
def test_as_the_slow_matcher(pattern: str, address: str) -> None:
    """Small alphabets, so that much of it matches."""
    assert compiled(pattern).matches(address) == slowly(pattern, address)


@given(st.text(st.sampled_from("ab/*?[]{},!-"), max_size=40), names)
def test_anything_compiles_or_is_refused(pattern: str, address: str) -> None:
    """Random brackets raise nothing else."""
    try:
        compiled(pattern).matches(address)
    except PatternError:
        return


@pytest.mark.parametrize(
    ("pattern", "yes", "no"),
    [
        ("/deck/*/level", "/deck/1/level", "/deck/1/eq/level"),
        ("/deck/?/level", "/deck/1/level", "/deck/12/level"),
        ("/deck/[12]/pan", "/deck/2/pan", "/deck/3/pan"),
        ("/deck/[2-4]/pan", "/deck/3/pan", "/deck/1/pan"),
        ("/deck/[4-2]/pan", "/deck/3/pan", "/deck/1/pan"),
        ("/deck/[!1]/pan", "/deck/2/pan", "/deck/1/pan"),
        ("/deck/[a-]/pan", "/deck/-/pan", "/deck/b/pan"),
        ("/pad/{1,12}/stop", "/pad/12/stop", "/pad/2/stop"),
        ("/pad/1{,2}/stop", "/pad/1/stop", "/pad/13/stop"),
        ("//low", "/deck/1/eq/low", "/deck/1/eq/low/x"),
        ("//low", "/low", "/slow"),
        ("/deck//low", "/deck/1/eq/low", "/pad/1/low"),
        ("/deck/1//", "/deck/1/eq/low", "/deck/2/eq/low"),
        ("/deck/1//", "/deck/1", "/deck/10"),
    ],
)
def test_by_example(pattern: str, yes: str, no: str) -> None:
    """What the specification says, and what it leaves to sense."""
    assert compiled(pattern).matches(yes)
    assert not compiled(pattern).matches(no)


@pytest.mark.parametrize(
    "pattern", ["deck", "", "/deck/[1", "/deck/{a,b", "/deck/1]", "/deck/a}", "/[a/b]", "/" + "*" * 255]
)
def test_unreadable(pattern: str) -> None:
    """Brackets that do not close, no slash, too long."""
    with pytest.raises(PatternError):
        compiled(pattern)


@pytest.mark.parametrize("pattern", ["/" + "*a" * 120, "/" + "{a,aa,aaa}" * 25, "//*" * 80, "/" + "?*" * 120])
def test_nothing_explodes(pattern: str) -> None:
    """Patterns that take a backtracking matcher longer than the universe has (the suite's time-out would tell)."""
    assert not compiled(pattern).matches("/" + "a" * 200 + "b" + "/c" * 2)


def test_every_address_of_the_table_is_found() -> None:
    """Each face of each parameter, by its exact name, which is no pattern."""
    found = Addresses(TABLE)
    for spec in SPECS:
        for address, face in faces(spec):
            assert not is_pattern(address)
            [target] = found.find(address)
            assert (target.spec, target.face) == (spec, face)


def test_faces_do_not_hide_parameters() -> None:
    """No parameter may ever be called raw or z, or like a command."""
    addresses = [address for spec in SPECS for address, _ in faces(spec)]
    assert len(addresses) == len(set(addresses))
    assert {"/ping", "/pong", "/error", "/refresh", "/subscribe", "/unsubscribe"}.isdisjoint(addresses)


def test_patterns_choose_one_face() -> None:
    """A star never sets a value and its travel both."""
    found = Addresses(TABLE)
    assert [target.spec.path for target in found.find("/deck/*/level")] == [f"/deck/{n}/level" for n in range(1, 5)]
    assert {target.face for target in found.find("/deck//")} == {"value"}
    assert {target.face for target in found.find("/deck/*/level/raw")} == {"raw"}
    assert {target.face for target in found.find("/deck//z")} == {"touch"}


def test_readings_have_neither_travel_nor_touch() -> None:
    """A pattern that names a face finds only what has it."""
    found = Addresses(TABLE)
    assert found.find("/status/beat/raw") == ()
    assert found.find("/status/*/raw") == ()
    assert found.find("/status/*") != ()


def test_memory_of_patterns_is_bounded() -> None:
    """A peer that sends new patterns for ever."""
    found = Addresses(TABLE)
    for n in range(1000):
        assert found.find(f"/none{n}*") == ()
    assert len(found._remembered) <= 256
