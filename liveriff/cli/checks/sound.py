"""Checks of sound. In a program of its own: PortAudio asks every host, and one that stands still never answers."""

from __future__ import annotations

from typing import Any

from liveriff.cli.checks.finding import Finding, fault, fine, note
from liveriff.player.devices import Device, list_devices, portaudio

BLOCK = 256
SLOW_S = 0.04
"""Two blocks of 256 and a host's own 20 ms are about half of that: beyond it a pad feels late."""


def sound() -> list[Finding]:
    """PortAudio's devices, and how late the default one is."""
    devices, reason = list_devices()
    if not devices:
        if "PortAudio is missing" in reason:
            return [note("sound", "no PortAudio library", "sound-library")]
        return [note("sound", reason.partition(";")[0].removesuffix(".").lower(), "sound-none")]
    default = next((device for device in devices if device.default), devices[0])
    found = f"{len(devices)} devices, default {default.name} ({default.host}, {default.rate} Hz)"
    return [fine("sound", found, devices=[device.name for device in devices], default=default.name), latency(default)]


def latency(device: Device) -> Finding:
    """From a stroke on a pad to the sample that leaves: a block, the limiter's look-ahead and the device's own."""
    from liveriff.player.limiter import LOOK_AHEAD_S

    about: Any = portaudio().query_devices(device.index)
    own = max(0.0, float(about["default_low_output_latency"]))
    whole = BLOCK / device.rate + LOOK_AHEAD_S + own
    found = f"about {1000 * whole:.0f} ms from a pad to the sound, {1000 * own:.0f} ms of it the device's"
    if whole > SLOW_S:
        return note("latency", found, "latency-high")
    return fine("latency", found, milliseconds=round(1000 * whole, 1), device_milliseconds=round(1000 * own, 1))


def silent(patience_s: float) -> Finding:
    """PortAudio has not come back."""
    return fault("sound", f"the sound system has not answered for {patience_s:g} s", "sound-silent")
