"""Who is at the other end of a socket: whether it may come in, and how much it may ask. Pure; one thread."""

from __future__ import annotations

import ipaddress
from collections import OrderedDict
from collections.abc import Iterable

from liveriff.errors import UsageError

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

PRIVATE: tuple[Network, ...] = tuple(
    ipaddress.ip_network(each)
    for each in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "fc00::/7", "fe80::/10")
)
"""Addresses that no router of the internet passes on (RFC 1918, 3927, 4193, 4291)."""

REMEMBERED = 1024  # hosts


def read_networks(text: str) -> tuple[Network, ...]:
    """Networks and single addresses apart by commas, "192.168.1.20,10.0.0.0/8"; UsageError for anything else."""
    words = [word.strip() for word in text.split(",")]
    try:
        return tuple(ipaddress.ip_network(word, strict=False) for word in words)
    except ValueError:
        raise UsageError(
            f"{text[:60]!r} is no list of addresses; write 192.168.1.20, a network such as 192.168.1.0/24, "
            "or several apart by commas."
        ) from None


def address_of(host: str) -> Address | None:
    """An address as a socket tells it, an IPv4 one that came over IPv6 as what it is; None for what is no address."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def is_here(host: str) -> bool:
    """Whether a peer's address is this very machine's loopback."""
    address = address_of(host)
    return address is not None and address.is_loopback


class Allowed:
    """The peers that may come in: this machine, always, and some networks. One look-up for who was seen before."""

    def __init__(self, networks: Iterable[Network] = ()) -> None:
        """networks: none lets nobody else in."""
        self.networks = tuple(networks)
        self._known: OrderedDict[str, bool] = OrderedDict()

    def __contains__(self, host: str) -> bool:
        known = self._known.get(host)
        if known is None:
            known = self._known[host] = self._look(host)
            if len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return known

    def _look(self, host: str) -> bool:
        address = address_of(host)
        if address is None:
            return False
        return address.is_loopback or any(address in network for network in self.networks)


class Rates:
    """A bucket for each peer: ``rate`` a second, ``burst`` at once after a rest. Who was seen longest ago is forgotten,
    which gives it a full bucket; there are more places than a network has machines."""

    def __init__(self, rate: float, burst: float) -> None:
        """Both of whatever ``take`` counts."""
        self._rate, self._burst = rate, burst
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()  # level, and when

    def take(self, peer: str, now: float, amount: float = 1.0) -> bool:
        """Whether it may have so much; ``now`` in seconds. Nothing is taken where it may not."""
        level = self.level(peer, now)
        passes = level >= amount
        self._keep(peer, now, level - amount if passes else level)
        return passes

    def spend(self, peer: str, now: float, amount: float) -> None:
        """Take what turned out to be needed, be it more than there is: the peer waits for it afterwards."""
        self._keep(peer, now, self.level(peer, now) - amount)

    def level(self, peer: str, now: float) -> float:
        """How much it may have."""
        level, since = self._levels.get(peer, (self._burst, now))
        return min(self._burst, level + max(0.0, now - since) * self._rate)

    def _keep(self, peer: str, now: float, level: float) -> None:
        self._levels.pop(peer, None)
        self._levels[peer] = level, now
        if len(self._levels) > REMEMBERED:
            self._levels.popitem(last=False)
