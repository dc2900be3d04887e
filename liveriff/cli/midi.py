"""`liveriff midi`: what controllers send, and whether their lights work."""

from __future__ import annotations

import importlib
import importlib.util
import json
import queue
import sys
import time
from collections.abc import Callable
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from liveriff.cli.plain import plain
from liveriff.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from liveriff.control.midi.devices import DeviceInfo, MidiDevices
    from liveriff.control.midi.events import Event
    from liveriff.control.surface import Touch

API = click.option("--api", default="", help="MIDI API: alsa, jack, core, winmm.  [default: the best there is]")
SECONDS = click.option("--seconds", type=click.FloatRange(0.1, 864000), help="Stop after so long.")
AS_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object a line on stdout and nothing else.")
SETTLE_S = 1.0  # the time that devices are given to appear before their absence is told
ARRIVE_S = 0.5  # after the first, for the others: they are opened one after the other
STEP_S = 0.1


class _Midi(click.Group):
    """The group, with `learn` from its own module."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names; `learn` without importing it."""
        found = importlib.util.find_spec("liveriff.cli.midi_learn") is not None
        return ["monitor", *(["learn"] if found else []), "test-leds"]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """One command by name."""
        if cmd_name == "learn" and "learn" in self.list_commands(ctx):
            command = importlib.import_module("liveriff.cli.midi_learn").learn
            assert isinstance(command, click.Command)
            return command
        return super().get_command(ctx, cmd_name)


@click.group(cls=_Midi)
def midi() -> None:
    """MIDI controllers: see what they send, bind their controls, try their lights."""


@contextmanager
def open_devices(api: str, **given: Any) -> Iterator[MidiDevices]:
    """The controllers, with the performer's own profiles; UsageError or DeviceError where there is no MIDI."""
    from liveriff.control.midi.backend import open_backend
    from liveriff.control.midi.devices import MidiDevices
    from liveriff.control.midi.library import FOLDER, Library
    from liveriff.engine.scenes_files import user_folder

    first = [open_backend(api)]  # now, so that its absence is an error of the command

    def again() -> Any:
        return first.pop() if first else open_backend(api)

    library = Library(user_folder() / FOLDER, given.get("notice", lambda sentence: None))
    with MidiDevices(again, library, **given) as devices:
        yield devices


def _say(sentence: str) -> None:
    click.echo(f"liveriff: {plain(sentence)}", err=True)


# --- monitor --------------------------------------------------------------------------------------------------------


@midi.command()
@SECONDS
@AS_JSON
@API
def monitor(seconds: float | None, as_json: bool, api: str) -> None:
    """Show every message of every controller: device, bytes, control, value. Ctrl-C ends it.

    Nothing is played: unknown controls show the MIDI name by which they can be bound.
    """
    heard: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
    start_s = time.monotonic()

    def on_heard(device: str, data: bytes, event: Event | None, touch: Touch | None, time_s: float) -> None:
        heard.put(_heard(device, data, event, touch, time_s - start_s))

    notice = (lambda sentence: None) if as_json else _say
    with open_devices(api, on_touch=lambda touch: None, on_heard=on_heard, notice=notice) as devices:
        _tell_if_none(devices, as_json)
        while seconds is None or time.monotonic() < start_s + seconds:
            devices.tick(time.monotonic())
            _print_all(heard, as_json)


def _heard(device: str, data: bytes, event: Event | None, touch: Touch | None, time_s: float) -> dict[str, Any]:
    control = {"control": touch.control, "kind": touch.kind, "value": touch.value, "bits": touch.bits} if touch else {}
    what = event.kind if event else _unspoken(data)
    return {"time_s": round(time_s, 6), "device": device, "bytes": data.hex(" ").upper(), "event": what, **control}


def _unspoken(data: bytes) -> str:
    """A message that means nothing by itself: clock, system, or the first half of a 14-bit value or an NRPN."""
    return "half" if data[:1] < b"\xf0" else "clock" if data[0] in (0xF8, 0xFA, 0xFB, 0xFC, 0xF2) else "system"


def _print_all(heard: queue.SimpleQueue[dict[str, Any]], as_json: bool) -> None:
    """Print what has come; wait a moment for the first of it."""
    try:
        line = heard.get(timeout=0.02)
        while True:
            click.echo(json.dumps(line) if as_json else plain(_plain(line)))
            line = heard.get_nowait()
    except queue.Empty:
        sys.stdout.flush()


def _plain(line: dict[str, Any]) -> str:
    octets = line["bytes"] if len(line["bytes"]) <= 35 else line["bytes"][:32] + "..."
    meaning = f"{line['control']:22} {line['kind']:9} {line['value']:+.4f}" if "control" in line else line["event"]
    return f"{line['time_s']:9.3f}  {line['device']:28} {octets:36} {meaning}"


def _tell_if_none(devices: MidiDevices, as_json: bool) -> None:
    end_s = time.monotonic() + SETTLE_S
    while not devices.devices() and time.monotonic() < end_s:
        time.sleep(0.02)
    if not devices.devices() and not as_json:
        _say("No controller is there yet; plug one in.")


# --- lights ---------------------------------------------------------------------------------------------------------

STEPS = (("red", "steady"), ("green", "steady"), ("blue", "steady"), ("white", "pulse"), ("white", "blink"))


@midi.command("test-leds")
@click.option("--device", default="", help="Only the device of this name.")
@click.option("--step", "step_s", type=click.FloatRange(0.02, 10), default=STEP_S, show_default=True, help="Seconds.")
@API
def test_leds(device: str, step_s: float, api: str) -> None:
    """Walk through all lights of the connected controllers: each one by itself, then colours and styles of all."""
    with open_devices(api, on_touch=lambda touch: None, notice=_say) as devices:
        _tell_if_none(devices, as_json=False)
        _wait(devices, ARRIVE_S)
        for info in _chosen(devices.devices(), device):
            _walk(devices, info.name, info.lights, partial(_wait, devices), step_s)


def _chosen(there: list[DeviceInfo], name: str) -> list[DeviceInfo]:
    """All, or the one of a name; UsageError if it is not there."""
    from liveriff.params.words import did_you_mean

    names = [info.name for info in there]
    if name and name not in names:
        known = f"there are {', '.join(names)}" if names else "none is there"
        raise UsageError(f"there is no controller {name!r}; {known}.{did_you_mean(name, names)}")
    return [info for info in there if name in ("", info.name)]


def _walk(
    devices: MidiDevices, name: str, lights: tuple[str, ...], wait: Callable[[float], None], step_s: float
) -> None:
    """Each light white for a moment, then all of them in colours and styles."""
    from liveriff.control.surface import OFF, Light

    if not lights:
        click.echo(f"{name}: no lights that could be set.")
        return
    wait(0.5)
    for control in lights:
        click.echo(f"{name}: {control}")
        devices.show(name, {control: Light("white")})
        wait(step_s)
        devices.show(name, {control: OFF})
    for colour, style in STEPS:
        click.echo(f"{name}: all {colour}, {style}")
        devices.show(name, {control: Light(colour, style) for control in lights})  # type: ignore[arg-type]
        wait(10 * step_s)
    devices.show(name, dict.fromkeys(lights, OFF))
    wait(step_s)
    click.echo(f"{name}: done, {len(lights)} lights.")


def _wait(devices: MidiDevices, seconds: float) -> None:
    """Let lights go out for so long, at the pace that the devices ask for."""
    end_s = time.monotonic() + seconds
    while (now_s := time.monotonic()) < end_s:
        time.sleep(min(devices.tick(now_s), 0.02, end_s - now_s))
