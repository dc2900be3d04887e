"""Which address of this machine another one on the same network would use."""

from __future__ import annotations

import contextlib
import ipaddress
import socket
from collections.abc import Iterable
from ipaddress import ip_network

from liveriff.control.peers import PRIVATE, Network

LOOPBACK = "127.0.0.1"
_ELSEWHERE = ("192.0.2.1", 9)  # reserved for documentation (RFC 5737)
_VIRTUAL = ("docker", "br-", "veth", "virbr", "vmnet", "vbox", "zt", "tailscale", "utun", "tun", "wg")


def lan_address() -> str:
    """The IPv4 address by which other machines reach us, as far as one can tell; loopback where there is none."""
    return _routed() or best(_adapters()) or LOOPBACK


def networks() -> tuple[Network, ...]:
    """The networks that this machine is in, and all private ones, which may lie behind a router on the same stage. Asks
    the system: not on the loop."""
    import ifaddr

    own = [
        ip_network(f"{ip.ip}/{ip.network_prefix}", strict=False)
        for adapter in ifaddr.get_adapters()
        for ip in adapter.ips
        if isinstance(ip.ip, str) and ip.network_prefix
    ]
    return (*PRIVATE, *own)


def best(adapters: Iterable[tuple[str, str]]) -> str:
    """The most promising of (adapter name, IPv4 address): a home or stage network before a self-assigned address."""
    usable = [(name, address) for name, address in adapters if _grade(address) is not None]
    ranked = sorted(usable, key=lambda each: (each[0].casefold().startswith(_VIRTUAL), _grade(each[1])))
    return ranked[0][1] if ranked else ""


def machine_name() -> str:
    """What this machine is called, without a domain."""
    return socket.gethostname().partition(".")[0] or "a machine without a name"


def own_names() -> frozenset[str]:
    """What this machine is called, in lower case: as it stands and as mDNS says it."""
    name = socket.gethostname().casefold()
    first = name.partition(".")[0]
    return frozenset({name, first, f"{first}.local"} - {"", ".local"})


def _grade(address: str) -> int | None:
    """Smaller is better; None for what nobody else can reach."""
    ip = ipaddress.ip_address(address)
    if ip.is_loopback or ip.is_unspecified or ip.is_multicast:
        return None
    if ip.is_link_local:
        return 4
    for grade, network in enumerate(("192.168.0.0/16", "10.0.0.0/8", "172.16.0.0/12")):
        if ip in ipaddress.ip_network(network):
            return grade
    return 3


def _routed() -> str:
    """The address of the default route; "connecting" a datagram socket looks it up and sends nothing."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(_ELSEWHERE)
        address = str(probe.getsockname()[0])
        return address if _grade(address) is not None else ""
    return ""


def _adapters() -> list[tuple[str, str]]:
    import ifaddr  # comes with zeroconf

    return [
        (str(adapter.nice_name), str(ip.ip))
        for adapter in ifaddr.get_adapters()
        for ip in adapter.ips
        if isinstance(ip.ip, str)
    ]
