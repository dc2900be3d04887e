"""`liveriff doctor`: what each check says of a machine that lacks something, and that nothing keeps it waiting."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import time
from collections import namedtuple
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner

from liveriff.cli.checks import careful, hands, machine, models, sound, table
from liveriff.cli.checks.careful import CAREFUL, Careful, Looking
from liveriff.cli.checks.finding import Check, Finding, fault, fine, note
from liveriff.cli.checks.remedies import REMEDIES
from liveriff.cli.doctor import doctor
from liveriff.errors import DeviceError, ModelError, UsageError
from liveriff.player.devices import Device

PAGE = Path(__file__).parents[2] / "docs" / "troubleshooting.md"
CARD = Device(0, "ALSA", "Card (hw:0)", 2, 48000, True)
SOURCES = Path(machine.__file__).parent
Usage = namedtuple("Usage", "total used free")
Patch = pytest.MonkeyPatch


# --- every remedy ----------------------------------------------------------------------------------------------------


def sections() -> dict[str, str]:
    """The page's sections of remedies, by name."""
    parts = re.split(r"^### `([a-z0-9-]+)`\n", PAGE.read_text("utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_every_remedy_has_its_section_and_every_section_its_remedy() -> None:
    assert list(sections()) == list(REMEDIES)


@pytest.mark.parametrize("name", REMEDIES)
def test_a_section_says_more_than_the_remedy(name: str) -> None:
    assert len(sections()[name].split()) > len(REMEDIES[name].split()) + 10


def test_every_remedy_is_given_by_a_check_and_none_by_a_name_that_is_not_there() -> None:
    named = set(re.findall(r'"([a-z]+(?:-[a-z]+)+)"', "".join(path.read_text() for path in SOURCES.glob("*.py")
                                                              if path.name != "remedies.py")))  # fmt: skip
    assert set(REMEDIES) <= named
    assert named - set(REMEDIES) <= {"nvidia-smi", "amd-pstate"}


@pytest.mark.parametrize("sentence", REMEDIES.values())
def test_a_remedy_is_a_sentence(sentence: str) -> None:
    assert sentence[0].isupper()
    assert len(sentence) < 160


# --- what each check says --------------------------------------------------------------------------------------------


def gives(check: Check, level: str, remedy: str) -> Finding:
    """The finding of a check, which must be this one."""
    found = check()
    assert (found.level, found.remedy) == (level, remedy)
    assert found.found
    assert bool(found.advice) == (level != "ok")
    assert "{" not in found.advice
    return found


def test_a_python_that_is_too_new_is_told(monkeypatch: Patch) -> None:
    gives(machine.python, "ok", "")
    monkeypatch.setattr(sys, "version_info", (3, 99, 0))
    gives(machine.python, "note", "python-version")


def test_a_library_that_is_missing_is_named(monkeypatch: Patch) -> None:
    assert "torch 2" in gives(machine.libraries, "ok", "").found
    real = machine._version
    monkeypatch.setattr(machine, "_version", lambda name: None if name == "mido" else real(name))
    assert "mido" in gives(machine.libraries, "fault", "library-missing").found


def test_the_processor(monkeypatch: Patch, tmp_path: Path) -> None:
    monkeypatch.setattr(machine, "GOVERNORS", tmp_path)
    monkeypatch.setattr(machine.os, "cpu_count", lambda: 8)
    gives(machine.processor, "ok", "")
    folder = tmp_path / "cpu0" / "cpufreq"
    folder.mkdir(parents=True)
    (folder / "scaling_governor").write_text("powersave\n")
    gives(machine.processor, "note", "power-saving")
    (folder / "scaling_driver").write_text("intel_pstate\n")
    gives(machine.processor, "ok", "")
    monkeypatch.setattr(machine.os, "cpu_count", lambda: 1)
    gives(machine.processor, "note", "one-core")


def test_memory(monkeypatch: Patch) -> None:
    monkeypatch.setattr("psutil.virtual_memory", lambda: SimpleNamespace(available=300 << 20, total=2 << 30))
    assert "300 MB of 2048 MB" in gives(machine.memory, "note", "memory-low").found


def test_shared_memory(monkeypatch: Patch, tmp_path: Path) -> None:
    monkeypatch.setattr(machine, "SHARED_MEMORY", tmp_path)
    monkeypatch.setattr(machine.shutil, "disk_usage", lambda path: Usage(64 << 20, 0, 9 << 20))
    gives(machine.shared_memory, "fault", "shared-memory-small")
    monkeypatch.setattr(machine, "SHARED_MEMORY", tmp_path / "none")
    gives(machine.shared_memory, "ok", "")


@pytest.mark.skipif(sys.platform != "linux", reason="other systems give it without being asked")
def test_real_time(monkeypatch: Patch) -> None:
    import resource

    monkeypatch.setattr(machine.os, "geteuid", lambda: 1000)
    monkeypatch.setenv("USER", "ada")
    monkeypatch.setattr(resource, "getrlimit", lambda which: (0, 0))
    assert "usermod -aG audio ada" in gives(machine.realtime, "note", "realtime-limits").advice
    monkeypatch.setattr(resource, "getrlimit", lambda which: (0, 95))
    gives(machine.realtime, "ok", "")


def test_mixing(monkeypatch: Patch) -> None:
    monkeypatch.setattr(machine.importlib.util, "find_spec", lambda name: None)
    gives(machine.mixing, "note", "numba-missing")


@pytest.mark.parametrize(("check", "remedy"), [(machine.cache, "cache-"), (machine.recordings, "recordings-")])
def test_rooms(check: Check, remedy: str, monkeypatch: Patch, tmp_path: Path) -> None:
    for name in ("LIVERIFF_CACHE", "LIVERIFF_HOME"):  # as the advice and its section name them
        monkeypatch.setenv(name, str(tmp_path))
    assert str(tmp_path) in gives(check, "ok", "").found
    monkeypatch.setattr(machine.shutil, "disk_usage", lambda path: Usage(1 << 30, 0, 5 << 20))
    gives(check, "note", "disk-low")
    monkeypatch.setattr(machine.os, "access", lambda path, mode: False)
    gives(check, "note", f"{remedy}forbidden")


def test_a_folder_within_one_that_is_shut_cannot_be_written(monkeypatch: Patch, tmp_path: Path) -> None:
    def shut(path: Path) -> bool:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "is_dir", shut)  # as before Python 3.14, where a folder above may not be looked into
    monkeypatch.setattr(machine.os.path, "isdir", lambda path: Path(path) == tmp_path)
    monkeypatch.setattr(machine.os, "access", lambda path, mode: False)
    assert machine._room("cache", tmp_path / "shut" / "chunks", "cache-forbidden").remedy == "cache-forbidden"


@pytest.mark.parametrize(
    ("term", "encoding", "size", "remedy"),
    [
        ("xterm-256color", "utf-8", (120, 40), ""),
        ("xterm-256color", "utf-8", (79, 40), "terminal-small"),
        ("dumb", "utf-8", (120, 40), "terminal-plain"),
        ("xterm", "ascii", (120, 40), "terminal-plain"),
    ],
)
def test_the_terminal(term: str, encoding: str, size: tuple[int, int], remedy: str, monkeypatch: Patch) -> None:
    monkeypatch.setattr(machine.sys, "stdout", SimpleNamespace(isatty=lambda: True, encoding=encoding))
    monkeypatch.setattr(machine.shutil, "get_terminal_size", lambda: size)
    monkeypatch.setenv("TERM", term)
    gives(machine.terminal, "note" if remedy else "ok", remedy)


@pytest.mark.parametrize(("system", "remedy"), [("win32", ""), ("linux", "terminal-plain")])
def test_a_terminal_of_windows_needs_no_name(system: str, remedy: str, monkeypatch: Patch) -> None:
    monkeypatch.setattr(machine.sys, "platform", system)
    monkeypatch.setattr(machine.sys, "stdout", SimpleNamespace(isatty=lambda: True, encoding="utf-8"))
    monkeypatch.setattr(machine.shutil, "get_terminal_size", lambda: (120, 40))
    monkeypatch.delenv("TERM", raising=False)
    gives(machine.terminal, "note" if remedy else "ok", remedy)


def test_no_terminal_is_no_fault(monkeypatch: Patch) -> None:
    monkeypatch.setattr(machine.sys, "stdout", SimpleNamespace(isatty=lambda: False))
    gives(machine.terminal, "ok", "")


@pytest.mark.parametrize(
    ("reason", "remedy"),
    [
        ("PortAudio is missing; install it (on Debian: apt install libportaudio2).", "sound-library"),
        ("No sound device was found; plug one in, or use --sink null or wav:FILE.", "sound-none"),
    ],
)
def test_no_sound(reason: str, remedy: str, monkeypatch: Patch) -> None:
    monkeypatch.setattr(sound, "list_devices", lambda: ([], reason))
    (found,) = sound.sound()
    assert (found.level, found.remedy) == ("note", remedy)


@pytest.mark.parametrize(("own_s", "remedy"), [(0.008, ""), (0.2, "latency-high")])
def test_latency(own_s: float, remedy: str, monkeypatch: Patch) -> None:
    about = {"default_low_output_latency": own_s}
    monkeypatch.setattr(sound, "list_devices", lambda: ([CARD], ""))
    monkeypatch.setattr(sound, "portaudio", lambda: SimpleNamespace(query_devices=lambda index: about))
    found, late = sound.sound()
    assert found.level == "ok"
    assert "Card (hw:0)" in found.found
    assert late.remedy == remedy
    assert f"about {1000 * (256 / 48000 + 0.0015 + own_s):.0f} ms" in late.found


class Ports:
    """A MIDI service with these inputs, or one that complains."""

    api = "alsa"

    def __init__(self, *names: str, error: str = "") -> None:
        self.names, self.error = names, error

    def inputs(self) -> list[str]:
        """Names, or the complaint."""
        if self.error:
            raise DeviceError(self.error)
        return list(self.names)

    def close(self) -> None:
        """Nothing to do."""


@pytest.mark.parametrize(
    ("ports", "level", "remedy", "told"),
    [
        (Ports("APC mini mk2:APC mini mk2 Control 20:0"), "ok", "", "APC mini mk2"),
        (Ports("Midi Through:Midi Through Port-0 14:0"), "note", "midi-none", "no controller"),
        (Ports(error="The JACK server does not answer, so there is no MIDI until it does."), "note", "midi-silent", ""),
        (Ports(error="ALSA sequencer could not be opened."), "note", "midi-unavailable", ""),
    ],
)
def test_midi(ports: Ports, level: str, remedy: str, told: str, monkeypatch: Patch) -> None:
    monkeypatch.setattr("liveriff.control.midi.backend.open_backend", lambda: ports)
    (found,) = hands.midi()
    assert (found.level, found.remedy) == (level, remedy)
    assert told in found.found


def test_a_midi_library_that_is_missing(monkeypatch: Patch) -> None:
    monkeypatch.setattr("liveriff.control.midi.backend.LIBRARIES", ())
    assert hands.midi()[0].remedy == "midi-library"


@pytest.fixture
def taken(monkeypatch: Patch) -> Iterator[int]:
    """A port that somebody listens on."""
    with socket.socket() as listener:
        listener.bind((hands.LOOPBACK, 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_port_that_is_taken(taken: int, monkeypatch: Patch) -> None:
    monkeypatch.setattr(hands, "DOOR", taken)
    monkeypatch.setattr(hands, "_performing", lambda: "")
    found = gives(hands.door, "note", "port-taken")
    (free,) = re.findall(r"--door :(\d+)", found.advice)
    hands._bind(socket.SOCK_STREAM, int(free))
    monkeypatch.setattr(hands, "_performing", lambda: "house")
    assert "(house)" in gives(hands.door, "ok", "").found


def test_a_port_that_is_forbidden(monkeypatch: Patch) -> None:
    def refuse(kind: int, port: int) -> None:
        if port < 1024:
            raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(hands, "_bind", refuse)
    monkeypatch.setattr(hands, "OSC", 80)
    monkeypatch.setattr(hands, "_performing", lambda: "")
    assert "--osc :1025" in gives(hands.osc, "note", "port-forbidden").advice
    monkeypatch.setattr(hands, "OSC", 8000)
    gives(hands.osc, "ok", "")


def test_models(monkeypatch: Patch, tmp_path: Path) -> None:
    monkeypatch.setenv("LIVERIFF_HOME", str(tmp_path))
    assert "embedded" in gives(models.models, "ok", "").found
    (tmp_path / "models.yaml").write_text("funk:\n  backend: riffusion\n  model: /nowhere/funk\n")
    assert "funk" in gives(models.models, "note", "model-missing").found

    (tmp_path / "models.yaml").write_text("{{{ no table\n")
    assert "models.yaml cannot be read" in gives(models.models, "note", "model-missing").found
    (tmp_path / "models.yaml").unlink()

    def broken(name: str) -> Any:
        raise ModelError("the weights are broken.")

    monkeypatch.setattr("liveriff.render.catalog.find", broken)
    gives(models.models, "fault", "model-broken")


def test_scenes(monkeypatch: Patch, tmp_path: Path) -> None:
    monkeypatch.setenv("LIVERIFF_HOME", str(tmp_path))
    gives(models.scenes, "ok", "")

    def broken(name: str) -> Any:
        raise UsageError(f"{name}: no tempo.")

    monkeypatch.setattr("liveriff.engine.scenes.load_scene", broken)
    assert "no tempo" in gives(models.scenes, "note", "scene-broken").found


@pytest.mark.parametrize(
    ("best", "card", "remedy"),
    [
        (("cpu", "none"), "", ""),
        (("cpu", "none"), "an NVIDIA card", "gpu-unused"),
        (("cuda", "CUDA: H100"), "an NVIDIA card", ""),
    ],
)
def test_the_accelerator(best: tuple[str, str], card: str, remedy: str, monkeypatch: Patch) -> None:
    monkeypatch.setattr("liveriff.render.accelerators.best", lambda: best)
    monkeypatch.setattr(models, "_idle", lambda: card)
    (found,) = models.accelerator()
    assert found.remedy == remedy
    assert (f"--accelerator {best[0]}" in found.found) == (best[0] != "cpu")


def test_a_torch_that_is_broken(monkeypatch: Patch) -> None:
    def broken() -> tuple[str, str]:
        raise OSError("libtorch_cpu.so: cannot open shared object file")

    monkeypatch.setattr("liveriff.render.accelerators.best", broken)
    assert [(found.level, found.remedy) for found in models.accelerator()] == [("fault", "torch-broken")]


# --- the round -------------------------------------------------------------------------------------------------------


def test_what_hangs_is_given_up_and_killed(monkeypatch: Patch) -> None:
    for name, each in CAREFUL.items():
        monkeypatch.setitem(CAREFUL, name, Careful(each.look, each.silent, 0.2))
    monkeypatch.setattr(careful, "__name__", "asyncio")  # a program that waits for what is never typed
    real = careful.subprocess.Popen
    waits = [sys.executable, "-c", "import time; time.sleep(600)"]
    monkeypatch.setattr(careful.subprocess, "Popen", lambda command, **given: real(waits, **given))
    began = time.monotonic()
    looking = [Looking(name) for name in CAREFUL]
    found = [finding for each in looking for finding in each.findings()]
    assert [finding.remedy for finding in found] == ["sound-silent", "midi-silent", "gpu-silent"]
    assert time.monotonic() - began < 20.0
    assert all(each._process.poll() is not None for each in looking)


def test_a_check_that_dies_is_a_fault(monkeypatch: Patch) -> None:
    real = careful.subprocess.Popen
    monkeypatch.setattr(
        careful.subprocess, "Popen", lambda command, **given: real([sys.executable, "-c", "exit(3)"], **given)
    )
    (found,) = Looking("sound").findings()
    assert (found.level, found.remedy) == ("fault", "check-failed")
    assert "status 3" in found.found


def test_a_library_that_is_not_there_is_told_by_name_and_ends_no_round(monkeypatch: Patch) -> None:
    monkeypatch.setitem(sys.modules, "psutil", None)
    monkeypatch.setattr(table, "CHECKS", {"memory": machine.memory, "second": lambda: fine("second", "here")})
    first, second = table.run_checks()
    assert (first.level, first.remedy, first.found) == ("fault", "library-missing", "psutil is not installed")
    assert second.level == "ok"


def test_the_checks_are_read_without_the_libraries_that_they_look_for() -> None:
    """A doctor that cannot be started where one of them is missing says nothing about it."""
    code = "import sys; sys.modules.update(dict.fromkeys({!r})); import liveriff.cli.checks.table"
    absent = ("psutil", "numpy", "torch", "sounddevice", "numba", "textual", "mido", "yaml", "aiohttp", "diffusers")
    subprocess.run([sys.executable, "-c", code.format(absent)], check=True, timeout=60)


def test_a_check_that_fails_does_not_end_the_round(monkeypatch: Patch) -> None:
    def ill() -> Finding:
        raise ZeroDivisionError("by nothing")

    monkeypatch.setattr(table, "CHECKS", {"first": ill, "second": lambda: fine("second", "here")})
    first, second = table.run_checks()
    assert (first.remedy, second.level) == ("check-failed", "ok")


@pytest.mark.parametrize(
    ("found", "status", "told"),
    [
        (fine("sound", "a card"), 0, "All is well"),
        (note("sound", "no card", "sound-none"), 0, "[sound-none]"),
        (fault("models", "gone", "model-broken"), 1, "FAULT"),
    ],
)
def test_what_is_told_and_the_exit_status(found: Finding, status: int, told: str, monkeypatch: Patch) -> None:
    monkeypatch.setattr(table, "CHECKS", {"only": lambda: found})
    result = CliRunner().invoke(doctor, [], standalone_mode=False)
    assert result.return_value == status
    assert told in result.output
    assert found.advice in " ".join(result.output.split())
    data = json.loads(CliRunner().invoke(doctor, ["--json"], standalone_mode=False).output)
    assert data["plays"] == (status == 0)
    assert data["findings"][0]["remedy"] == found.remedy
