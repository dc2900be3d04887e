"""The faults of the drill: each declared once. The command, the report and its page are derived from here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from liveriff.drill import (
    faults_audio,
    faults_children,
    faults_engine,
    faults_files,
    faults_machine,
    faults_model,
    faults_network,
    faults_screen,
)
from liveriff.drill.acts import Act
from liveriff.errors import UsageError
from liveriff.params.words import did_you_mean


@dataclass(frozen=True)
class Limits:
    """What may be measured at most; None where it is not asked. dropped: blocks that were not played; gap_s: the
    longest silence; recovery_s: until a new chunk is rendered, from the moment that ``Act.from_lift`` tells; phase_ms:
    by how much the beat may have moved."""

    dropped: int | None = 0
    gap_s: float = 0.0
    recovery_s: float | None = None
    phase_ms: float | None = None


@dataclass(frozen=True)
class Fault:
    """name: for --faults; sentence: what is done; expected: what is to become of it; act: how it is done; needs: see
    ``needs``; ear: "any", or "file" where JACK cannot be used meanwhile; says: a regular expression that one of the
    sentences to the performer must match, "" where none is needed."""

    name: str
    sentence: str
    expected: str
    act: Callable[[], Act]
    limits: Limits = Limits()
    needs: tuple[str, ...] = ()
    ear: str = "any"
    says: str = ""


NOTHING_HEARD = "Nothing is heard of it"
A_BLOCK_S = 0.005  # two players sound at once for a while, and either may be late: only a hole is counted
A_GAP = Limits(dropped=None, gap_s=1.0, phase_ms=30.0)

FAULTS = (
    Fault("calm", "Nothing is done: what the machine itself loses.", f"{NOTHING_HEARD}.", Act, Limits(recovery_s=10.0)),
    Fault("renderer-killed", "The renderer is killed.", f"{NOTHING_HEARD}; a new one renders within seconds.",
          faults_children.RendererKilled, Limits(recovery_s=6.0), ("signals",), says="renderer left"),
    Fault("renderer-stopped", "The renderer stands still (SIGSTOP) for good.",
          f"{NOTHING_HEARD}; after 10 s it is taken for dead and started again.",
          faults_children.RendererStopped, Limits(recovery_s=20.0), ("signals",), says="renderer left"),
    Fault("forkserver-killed", "The process that renderers are forked from is killed, and the renderer with it.",
          f"{NOTHING_HEARD}; both are started again.",
          faults_children.ForkserverKilled, Limits(recovery_s=20.0), ("signals", "limits"), says="renderer left"),
    Fault("renderer-slow", "Every step of the model takes a second longer.",
          f"{NOTHING_HEARD}: loops go on; late chunks are counted, fewer steps taken, or chunks promised later.",
          faults_model.Slow, Limits(recovery_s=15.0)),
    Fault("renderer-hangs", "The model hangs in the middle of a chunk.",
          f"{NOTHING_HEARD}; after 10 s the renderer is started again.",
          faults_model.Hangs, Limits(recovery_s=15.0), says="renderer left"),
    Fault("renderer-nan", "The model gives back sound that is not a number.", f"{NOTHING_HEARD}: refused and told.",
          faults_model.NotFinite, Limits(recovery_s=15.0), says="refused"),
    Fault("renderer-short", "The model gives back chunks of a wrong length.", f"{NOTHING_HEARD}: refused and told.",
          faults_model.Short, Limits(recovery_s=15.0), says="refused"),
    Fault("renderer-raises", "The model raises an exception in every chunk.", f"{NOTHING_HEARD}: refused and told.",
          faults_model.Raises, Limits(recovery_s=15.0), says="refused"),
    Fault("player-killed", "The player is killed.", "A gap below a second; the same loops on the same beat.",
          faults_children.PlayerKilled, A_GAP, ("signals", "jack"), says="player was started again"),
    Fault("player-stopped", "The player stands still (SIGSTOP) for good.",
          "A gap below a second, most of it to be sure; the same loops on the same beat.",
          faults_children.PlayerStopped, A_GAP, ("signals", "jack"),
          says="player was started again"),
    Fault("engine-killed", "The engine is killed; after three seconds the performer types `liveriff play --restore`.",
          "The decks loop on until the next engine sounds, without a hole.",
          faults_engine.Killed, Limits(dropped=None, gap_s=A_BLOCK_S, recovery_s=20.0), ("signals", "jack"),
          says="last performance fades out"),
    Fault("engine-stopped", "The engine stands still (SIGSTOP) for four seconds.",
          f"{NOTHING_HEARD}; hands are heard again when it goes on.",
          faults_engine.Stopped, Limits(recovery_s=8.0), ("signals",)),
    Fault("screen-killed", "The screen (liveriff attach) is killed.", f"{NOTHING_HEARD}; attach comes back.",
          faults_screen.Killed, Limits(recovery_s=8.0), ("signals", "terminal")),
    Fault("screen-stopped", "The screen stands still (SIGSTOP) for eight seconds.", f"{NOTHING_HEARD}.",
          faults_screen.Stopped, Limits(recovery_s=8.0), ("signals", "terminal")),
    Fault("terminal-closed", "The screen's terminal is closed, as where ssh dies, and all are hung up on (SIGHUP).",
          f"{NOTHING_HEARD}; attach comes back.",
          faults_screen.HungUp, Limits(recovery_s=8.0), ("signals", "terminal")),
    Fault("shared-memory-full", "The memory that processes share is filled to the last byte.",
          f"{NOTHING_HEARD}: new chunks are refused and told, until there is room.",
          faults_files.MemoryFull, Limits(recovery_s=15.0), ("mounts",), ear="file", says="memory"),
    Fault("disk-full", "The disk of recordings, log and state is full while it records.",
          f"{NOTHING_HEARD}; told in one sentence, and what was recorded can be played.",
          faults_files.DiskFull, Limits(recovery_s=8.0), ("mounts",), says="could not be written|cannot be written"),
    Fault("audio-server-killed", "The audio server is killed, and started again after three seconds.",
          "Silence while there is none, in time; then the sound comes back by itself within a second.",
          faults_audio.ServerKilled, Limits(None, 1.0, phase_ms=60.0), ("signals", "jack"),
          says="player was started again"),
    Fault("audio-server-stopped", "The audio server stands still (SIGSTOP) for three seconds.",
          "Silence while it stands; then the sound comes back by itself within a second.",
          faults_audio.ServerStopped, Limits(None, 1.0), ("signals", "jack")),
    Fault("midi-unplugged", "A controller is pulled out while it is turned, and plugged in again.",
          f"{NOTHING_HEARD}, and nothing jumps; bound again within two seconds.",
          faults_audio.MidiPulled, Limits(recovery_s=8.0), ("signals", "midi")),
    Fault("clock-lost", "The MIDI clock that is followed falls silent, and comes back.",
          f"{NOTHING_HEARD}: the tempo stays.",
          faults_audio.ClockLost, Limits(recovery_s=8.0), ("signals", "midi")),
    Fault("time-stepped", "The system's clock is set forward by an hour, then back by two.", f"{NOTHING_HEARD}.",
          faults_machine.TimeStepped, Limits(recovery_s=8.0)),
    Fault("handles-exhausted", "Nothing of it can open a file any more; it is told to record, its renderer is killed.",
          f"{NOTHING_HEARD}: told, and all is well when there are handles again.",
          faults_machine.NoHandles, Limits(recovery_s=20.0), ("signals", "limits"),
          says="Too many open files|cannot be"),
    Fault("autosave-corrupt", "The kept states of two earlier performances are garbage at the start.",
          "--restore says so in one sentence; play plays.",
          faults_files.AutosaveCorrupt, Limits(recovery_s=10.0)),
    Fault("files-broken", "A scene, a preset and a sound that are damaged are asked for.",
          f"{NOTHING_HEARD}: each refused in one sentence, and nothing of it set.",
          faults_files.FilesBroken, Limits(recovery_s=8.0), says="cannot be read as sound"),
    Fault("weights-broken", "Decks ask for models whose weights are damaged.",
          f"{NOTHING_HEARD}: each refused in one sentence; the embedded model plays.",
          faults_files.WeightsBroken, Limits(recovery_s=15.0), says="drill-cut"),
    Fault("garbage", "Malformed OSC, HTTP and WebSocket bytes, two hundred a second.",
          f"{NOTHING_HEARD}; counted and refused.",
          faults_network.Garbage, Limits(recovery_s=8.0)),
    Fault("flood", "Five thousand OSC messages a second.", f"{NOTHING_HEARD}; they are counted, and hands are obeyed.",
          faults_network.Flood, Limits(recovery_s=8.0)),
)  # fmt: skip
"""In the order in which they are done."""


def chosen(names: str) -> list[Fault]:
    """The faults of a list "NAME,...", in the order of the table; all for "". UsageError for an unknown one."""
    known = {fault.name: fault for fault in FAULTS}
    wanted = [name.strip() for name in names.split(",") if name.strip()]
    for name in wanted:
        if name not in known:
            raise UsageError(f"--faults knows no {name!r}; liveriff drill --list shows all.{did_you_mean(name, known)}")
    return [fault for fault in FAULTS if not wanted or fault.name in wanted]
