"""Who may come in: Host, Origin, token."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveriff.control.door.addresses import best, lan_address, own_names
from liveriff.control.door.guard import Guard, host_of

HERE = Guard(names={"stage", "stage.local"})
LAN = Guard(lan=True, names={"stage", "stage.local"})
TOKEN = Guard(lan=True, token="sesame")


@pytest.mark.parametrize(
    ("host", "here", "lan", "token"),
    [
        (None, True, True, True),
        ("", True, True, True),
        ("127.0.0.1:8080", True, True, True),
        ("127.8.9.1", True, True, True),
        ("localhost:8080", True, True, True),
        ("LocalHost.", True, True, True),
        ("liveriff.localhost", True, True, True),
        ("[::1]:8080", True, True, True),
        ("stage:8080", True, True, True),
        ("stage.local", True, True, True),
        ("192.168.1.5:8080", False, True, True),
        ("laptop", False, True, True),
        ("laptop.local:8080", False, True, True),
        ("stage.fritz.box", False, True, True),
        ("evil.example", False, False, True),
        ("evil.example:8080", False, False, True),
        ("127.0.0.1.evil.example", False, False, True),
        ("localhost.evil.example", False, False, True),
        ("[", False, False, True),
    ],
)
def test_host(host: str | None, here: bool, lan: bool, token: bool) -> None:
    assert (HERE.host_allowed(host), LAN.host_allowed(host), TOKEN.host_allowed(host)) == (here, lan, token)


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        (None, True),
        ("file://", True),
        ("http://127.0.0.1:8080", True),
        ("http://localhost:3000", True),
        ("http://192.168.1.5:8080", True),
        ("http://192.168.1.5", True),
        ("null", False),
        ("", False),
        ("http://evil.example", False),
        ("https://192.168.1.6", False),
        ("http://192.168.1.5.evil.example", False),
        ("garbage", False),
    ],
)
def test_origin_of_pages(origin: str | None, allowed: bool) -> None:
    assert LAN.origin_allowed(origin, "192.168.1.5:8080") is allowed


@pytest.mark.parametrize(
    ("query", "authorization", "right"),
    [
        ("sesame", "", True),
        ("", "Bearer sesame", True),
        ("", "bearer  sesame ", True),
        ("", "", False),
        ("sesam", "", False),
        ("", "Basic sesame", False),
        ("sesame", "Bearer wrong", False),
        ("ß\udcff", "", False),
    ],
)
def test_token(query: str, authorization: str, right: bool) -> None:
    assert TOKEN.token_right(query, authorization) is right
    assert HERE.token_right(query, authorization)


@given(st.text())
def test_no_header_breaks_the_guard(text: str) -> None:
    host_of(text)
    LAN.host_allowed(text)
    LAN.origin_allowed(text, text)


@pytest.mark.parametrize(
    ("adapters", "address"),
    [
        ([], ""),
        ([("lo", "127.0.0.1")], ""),
        ([("lo", "127.0.0.1"), ("wlan0", "192.168.1.5")], "192.168.1.5"),
        ([("docker0", "172.17.0.1"), ("eth0", "10.0.0.7")], "10.0.0.7"),
        ([("docker0", "192.168.9.1"), ("eth0", "169.254.3.4")], "169.254.3.4"),
        ([("eth0", "169.254.3.4"), ("wlan0", "172.20.1.1")], "172.20.1.1"),
        ([("eth0", "141.20.1.1"), ("wlan0", "10.1.1.1")], "10.1.1.1"),
    ],
)
def test_the_address_others_would_use(adapters: list[tuple[str, str]], address: str) -> None:
    assert best(adapters) == address


def test_this_machine_has_a_name_and_an_address() -> None:
    assert lan_address().count(".") == 3
    assert own_names()
