"""The sound inputs of this machine: listed for ``liveriff devices``, chosen for ``play --input``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from liveriff.errors import DeviceError
from liveriff.player import devices
from liveriff.player.devices import Device

JACK = "JACK"


@dataclass(frozen=True)
class Input:
    """A device that can be listened to; see ``devices.Device``. channels: inputs."""

    index: int
    host: str
    name: str
    channels: int
    rate: int

    def beats_with(self, output: Device) -> bool:
        """Whether it runs by the clock of an output. All of a JACK server does, and so does one card; two cards do not,
        even where their host would open them as one."""
        return self.index == output.index or (self.host == output.host and self.host.startswith(JACK))


def listed() -> tuple[list[Input], str]:
    """All inputs; if there are none, the sentence says why."""
    try:
        sd = devices.portaudio()
        return _listed(sd)
    except DeviceError as error:
        return [], str(error)
    except Exception as error:  # PortAudioError cannot be named without importing it
        return [], f"PortAudio cannot list the sound inputs ({error})."


def _listed(sd: Any) -> tuple[list[Input], str]:
    hosts = [str(host["name"]) for host in sd.query_hostapis()]
    rows = [row for row in sd.query_devices() if row["max_input_channels"] > 0]
    found = [
        Input(
            int(row["index"]), hosts[row["hostapi"]], str(row["name"]), int(row["max_input_channels"]),
            round(float(row["default_samplerate"])),
        )
        for row in rows
    ]  # fmt: skip
    return found, "" if found else "No sound input was found; plug one in and start again."


def choose(name: str, output: Device | None) -> Input:
    """The input whose name contains ``name`` (any case). With "" the output's own, or JACK's where the output is, or
    the system's. DeviceError where there is none."""
    found, reason = listed()
    if reason:
        raise DeviceError(reason)
    if not name:
        return _fitting(found, output)
    wanted = name.casefold()
    near = [each for each in found if wanted in f"{each.host}: {each.name}".casefold()]
    exact = [each for each in near if each.name.casefold() == wanted]
    if not near:
        raise DeviceError(f'No sound input is called "{name}"; liveriff devices lists them.')
    return (exact or near)[0]


def _fitting(found: list[Input], output: Device | None) -> Input:
    default = int(devices.portaudio().default.device[0])
    ranked = sorted(found, key=lambda each: (output is None or not each.beats_with(output), each.index != default))
    own = [each for each in found if output is not None and each.index == output.index]
    return (own or ranked)[0]
