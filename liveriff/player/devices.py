"""The sound devices of this machine: listed for ``liveriff devices``, chosen for the device sink.

The only module that imports sounddevice, and only when asked to: importing it starts PortAudio.
"""

from __future__ import annotations

import contextlib
import ctypes
import ctypes.util
from dataclasses import dataclass
from typing import Any

from liveriff.errors import DeviceError

CLIENT = b"liveriff"
_name_kept = ctypes.create_string_buffer(CLIENT)  # PortAudio keeps the pointer, not the name


@dataclass(frozen=True)
class Device:
    """A sound device. index: PortAudio's; host: its host API; channels: outputs; rate: its own frames a second."""

    index: int
    host: str
    name: str
    channels: int
    rate: int
    default: bool

    @property
    def discrete(self) -> bool:
        """Whether each output is a socket of its own. Sound servers and old Windows hosts take more channels than there
        are sockets, and fold them into the first two: headphones would be heard by the house."""
        plain = ("JACK", "Core Audio", "ASIO", "Windows WASAPI", "Windows WDM-KS")
        return self.host.startswith(plain) or (self.host == "ALSA" and "(hw:" in self.name)


def portaudio() -> Any:
    """The sounddevice module, with PortAudio started. Raises DeviceError if it is not there.

    JACK is among the host APIs only if its server runs by the first call in a process.
    """
    with contextlib.suppress(OSError, AttributeError, TypeError):
        # Without this a JACK client is called PortAudio; builds without JACK have no such function.
        ctypes.CDLL(ctypes.util.find_library("portaudio")).PaJack_SetClientName(_name_kept)
    try:
        import sounddevice
    except (ImportError, OSError) as error:
        raise DeviceError("PortAudio is missing; install it (on Debian: apt install libportaudio2).") from error
    return sounddevice


def let_go() -> None:
    """Leave all audio servers in order, for good. May hang where one has died."""
    portaudio()._terminate()


def list_devices() -> tuple[list[Device], str]:
    """All output devices; if there are none, the sentence says why."""
    try:
        sd = portaudio()
        hosts = [str(host["name"]) for host in sd.query_hostapis()]
        rows = [row for row in sd.query_devices() if row["max_output_channels"] > 0]
    except DeviceError as error:
        return [], str(error)
    except Exception as error:  # PortAudioError cannot be named without importing it
        return [], f"PortAudio cannot list the sound devices ({error})."
    default = _default(sd, rows, hosts)
    devices = [_device(row, hosts, int(row["index"]) == default) for row in rows]
    return devices, "" if devices else "No sound device was found; plug one in, or use --sink null or wav:FILE."


def _device(row: Any, hosts: list[str], default: bool) -> Device:
    rate = round(float(row["default_samplerate"]))
    return Device(
        int(row["index"]), hosts[row["hostapi"]], str(row["name"]), int(row["max_output_channels"]), rate, default
    )


def _default(sd: Any, rows: list[Any], hosts: list[str]) -> int:
    """JACK's device if its server runs (who starts one wants to play through it), else the system's own choice."""
    for row in rows:
        if hosts[row["hostapi"]].startswith("JACK"):
            return int(sd.query_hostapis(row["hostapi"])["default_output_device"])
    chosen = int(sd.default.device[1])
    if chosen < 0 and rows:
        return int(rows[0]["index"])
    return chosen


def choose(name: str | None) -> Device:
    """The device whose name contains ``name`` (any case), or the default one. Raises DeviceError."""
    devices, reason = list_devices()
    if reason:
        raise DeviceError(reason)
    if name is None:
        return next((device for device in devices if device.default), devices[0])
    wanted = name.casefold()
    found = [d for d in devices if wanted in f"{d.host}: {d.name}".casefold()]
    exact = [d for d in found if d.name.casefold() == wanted]
    if not found:
        raise DeviceError(f'No sound device is called "{name}"; liveriff devices lists them.')
    return (exact or found)[0]
