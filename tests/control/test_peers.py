"""Who may come in, and how much one machine may ask."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveriff.control.peers import PRIVATE, REMEMBERED, Allowed, Rates, address_of, is_here, read_networks
from liveriff.control.turns import Turns
from liveriff.errors import UsageError


@pytest.mark.parametrize(
    ("host", "here", "private", "one"),
    [
        ("127.0.0.1", True, True, True),
        ("127.9.9.9", True, True, True),
        ("::1", True, True, True),
        ("::ffff:127.0.0.1", True, True, True),
        ("192.168.1.20", False, True, True),
        ("::ffff:192.168.1.20", False, True, True),
        ("192.168.1.21", False, True, False),
        ("10.1.2.3", False, True, False),
        ("172.31.255.255", False, True, False),
        ("172.32.0.1", False, False, False),
        ("169.254.3.4", False, True, False),
        ("fe80::1%eth0", False, True, False),
        ("8.8.8.8", False, False, False),
        ("2001:db8::1", False, False, False),
        ("", False, False, False),
        ("evil.example", False, False, False),
    ],
)
def test_who_is_let_in(host: str, here: bool, private: bool, one: bool) -> None:
    assert is_here(host) is here
    assert (host in Allowed()) is here
    assert (host in Allowed(PRIVATE)) is private
    allowed = Allowed(read_networks("192.168.1.20"))
    assert [host in allowed, host in allowed] == [one, one]


def test_the_list_of_who_was_seen_does_not_grow() -> None:
    allowed = Allowed(PRIVATE)
    for number in range(3 * REMEMBERED):
        assert f"10.0.{number // 256}.{number % 256}" in allowed
    assert len(allowed._known) == REMEMBERED


@pytest.mark.parametrize("text", ["192.168.1.20", "192.168.1.7/24", "10.0.0.0/8, fe80::/10", "0.0.0.0/0"])
def test_a_list_of_networks(text: str) -> None:
    assert len(read_networks(text)) == text.count(",") + 1


@pytest.mark.parametrize("text", ["", "tablet", "192.168.1.300", "192.168.1.1/40", "10.0.0.1,", "10.0.0.1 10.0.0.2"])
def test_what_is_no_list_of_networks(text: str) -> None:
    with pytest.raises(UsageError, match=r"write 192\.168\.1\.20"):
        read_networks(text)


@given(st.text())
def test_no_address_breaks_it(text: str) -> None:
    address_of(text)
    assert text in Allowed(PRIVATE) or not is_here(text)


def test_a_peer_gets_its_burst_and_then_its_rate() -> None:
    rates = Rates(10.0, 20.0)
    assert [rates.take("a", 0.0) for _ in range(21)] == [True] * 20 + [False]
    assert rates.take("b", 0.0), "another's bucket is its own"
    assert [rates.take("a", 0.25) for _ in range(3)] == [True, True, False]
    assert sum(rates.take("a", 100.0) for _ in range(50)) == 20


def test_what_was_spent_beyond_the_bucket_is_waited_for() -> None:
    rates = Rates(10.0, 10.0)
    rates.spend("a", 0.0, 25.0)
    assert [rates.take("a", at) for at in (1.0, 1.59, 1.61)] == [False, False, True]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 100), st.floats(0, 5)), max_size=60))
def test_nobody_gets_more_than_burst_and_rate(asked: list[tuple[str, float, float]]) -> None:
    rates, got = Rates(3.0, 7.0), dict.fromkeys("abc", 0.0)
    for peer, at, amount in sorted(asked, key=lambda each: each[1]):
        got[peer] += amount * rates.take(peer, at, amount)
        assert got[peer] <= 7.0 + 3.0 * at + 1e-6


def test_the_buckets_are_bounded() -> None:
    rates = Rates(1.0, 1.0)
    for number in range(3 * REMEMBERED):
        rates.take(str(number), 0.0)
    assert len(rates._levels) <= REMEMBERED


def test_peers_share_a_part_of_the_time() -> None:
    now = [0.0]
    turns = Turns(share_s=0.010, window_s=0.020, clock=lambda: now[0])
    turns.spent(0.009)
    assert turns.pause() == 0.0
    turns.spent(0.002)
    now[0] = 0.005
    assert turns.pause() == pytest.approx(0.015)
    now[0] = 0.021
    assert turns.pause() == 0.0


def test_one_long_turn_is_paid_for_in_several_windows() -> None:
    now = [0.0]
    turns = Turns(share_s=0.010, window_s=0.020, clock=lambda: now[0])
    turns.spent(0.035)
    paused = []
    for window in range(5):
        now[0] = window * 0.020 + 0.001
        paused.append(turns.pause() > 0)
    assert paused == [True, True, True, False, False]


def test_ever_new_peers_take_no_more_memory() -> None:
    rates = Rates(1.0, 10.0)
    for number in range(3 * REMEMBERED):
        rates.spend(f"2001:db8::{number:x}", 0.0, 20.0)
        assert rates.level(f"2001:db8::{number:x}", 0.0) == -10.0
    assert len(rates._levels) <= REMEMBERED
