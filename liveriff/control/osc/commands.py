"""Addresses that are no parameters: /ping, /refresh, /subscribe, /unsubscribe. Engine's loop only."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Sequence
from typing import cast

from liveriff.control.osc import codec
from liveriff.control.osc.clients import Client, Clients, Place
from liveriff.control.osc.codec import BANG, Argument
from liveriff.control.osc.dispatch import Command, Peer
from liveriff.errors import UsageError

Redirect = Callable[[Client, Place], Client]
"""``redirect(client, place)``: the client that listens at another place, for the same sender from now on."""


UNGREETED = frozenset(("/subscribe", "/subscribe/text", "/unsubscribe"))
"""Who sends these says himself what he wants to be told."""


def commands(clients: Clients, redirect: Redirect) -> dict[str, Command]:
    """The commands by address."""

    def ping(peer: Peer, args: Sequence[Argument]) -> None:
        peer.reply(codec.message("/pong", *(arg for arg in args if not isinstance(arg, list | tuple))))

    def refresh(peer: Peer, args: Sequence[Argument]) -> None:
        _welcome(clients.refresh(cast(Client, peer), prefix_of(args)))

    def listens(peer: Peer, args: Sequence[Argument]) -> Client:
        client = cast(Client, peer)
        place = place_of(args, client.host)
        if place is not None:
            client = redirect(client, place)
        _welcome(clients.subscribe(client, prefix_of(args)))
        return client

    def subscribe(peer: Peer, args: Sequence[Argument]) -> None:
        listens(peer, args)

    def subscribe_text(peer: Peer, args: Sequence[Argument]) -> None:
        listens(peer, args).reads = True

    def unsubscribe(peer: Peer, args: Sequence[Argument]) -> None:
        client = cast(Client, peer)
        client.silent, client.explicit = True, False
        client.prefixes.clear()
        clients.dismiss(client)

    def _welcome(there_is_room: bool) -> None:
        if not there_is_room:
            raise UsageError(f"{clients.limits.clients} clients are told of changes already; close one.")

    return {
        "/ping": ping,
        "/refresh": refresh,
        "/subscribe": subscribe,
        "/subscribe/text": subscribe_text,
        "/unsubscribe": unsubscribe,
    }


def prefix_of(args: Sequence[Argument]) -> str:
    """The first argument that is a branch of the address space; "" for all."""
    found = next((arg for arg in args if isinstance(arg, str) and arg.startswith("/")), "")
    return found.rstrip("/")


def place_of(args: Sequence[Argument], own_host: str) -> Place | None:
    """Where to send, of [host] [port]: None without a port.

    A host other than the sender's own is taken only from this computer, or a stranger could have a stream of packets
    sent to somebody else. Raises UsageError.
    """
    port = next((port for port in map(_port, args) if port is not None), None)
    host = next((arg for arg in args if isinstance(arg, str) and _is_host(arg)), "")
    if port is None:
        return None
    host = "127.0.0.1" if host == "localhost" and own_host != "::1" else host
    if host and host != own_host and not ipaddress.ip_address(own_host.split("%")[0]).is_loopback:
        raise UsageError(f"feedback for {own_host} goes to {own_host}; subscribe from {host} itself.")
    return host or own_host, port


def _port(arg: Argument) -> int | None:
    """A port from a number or its text (a patch sends floats)."""
    if arg is None or arg is BANG or isinstance(arg, bool) or not isinstance(arg, int | float | str):
        return None
    try:
        port = int(float(arg))
    except (ValueError, OverflowError):
        return None
    if not 1 <= port <= 65_535:
        raise UsageError(f"{port} is no port; ports are 1 to 65535.")
    return port


def _is_host(word: str) -> bool:
    if word.startswith("/") or _is_number(word):
        return False
    try:
        return word == "localhost" or bool(ipaddress.ip_address(word if word.isascii() else ""))
    except ValueError:
        raise UsageError(f"{word[:60]} is no IP address; names are not looked up.") from None


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True
