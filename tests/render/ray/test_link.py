"""The link and the renderers behind it, with a cluster that is threads of this process: all of it but Ray."""

from __future__ import annotations

import itertools
import multiprocessing
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from liveriff.engine.segments import segment_name
from liveriff.render.ray.cluster import AwayError, GoneError
from liveriff.render.ray.desk import Desk, Sent
from liveriff.render.ray.link import Link
from liveriff.render.ray.parcel import KEPT, LARGEST, Packer, Parcel, Unpacker, sweep
from liveriff.render.ray.remote import Remote
from liveriff.wire.chunks import ChunkCache
from liveriff.wire.job import Job
from liveriff.wire.messages import (
    At,
    Away,
    Cancel,
    Dropped,
    Left,
    Opening,
    Progress,
    Pulse,
    Quit,
    Ready,
    Refused,
    Render,
    Rendered,
)
from liveriff.wire.slots import Slots, SlotSpec

JOB = Job(model="test-tone", prompt_a="techno", steps=3, beats=2)
PATIENCE_S = 30.0


class Hand:
    """A renderer in this process, which can be lost."""

    where = "here"

    def __init__(self, cluster: Hands, spec: SlotSpec, model: str) -> None:
        self._cluster, self._remote = cluster, Remote(spec, model, "cpu")
        self._turns = itertools.count()
        self.gone = threading.Event()

    def _check(self) -> None:
        if self._cluster.away.is_set():
            raise AwayError("the cable is out")
        if self.gone.is_set():
            raise GoneError("it was killed")

    def say(self, message: object) -> None:
        self._check()
        self._remote.say(next(self._turns), message)

    def hear(self, turn: int, patience_s: float) -> object:
        self._check()
        return turn, min(patience_s, 0.05)

    def take(self, asked: object, patience_s: float) -> list[Sent]:
        turn, wait_s = asked  # type: ignore[misc]
        self._check()
        said = self._remote.hear(turn, wait_s)
        self._check()
        return [self._cluster.spoilt(sent) for sent in said]

    def dismiss(self) -> None:
        self.gone.set()


class Hands:
    """A cluster of such renderers. spoilt: what becomes of their messages on the way."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.away = threading.Event()
        self.hired: list[Hand] = []
        self.spoilt: Callable[[Sent], Sent] = lambda sent: sent

    def hire(self, spec: SlotSpec, model: str) -> Hand:
        self.hired.append(Hand(self, spec, model))
        return self.hired[-1]

    def close(self) -> None:
        """Nothing to leave."""


class Rig:
    """A link in a thread, the engine's end of its pipe, and what came out of that."""

    def __init__(self, cluster: Hands, cache: ChunkCache | None = None) -> None:
        self.slots = Slots(SlotSpec(segment_name("linktest"), 3, 100_000), create=True)
        self.pipe, theirs = multiprocessing.Pipe()
        self.link = Link(theirs, self.slots, cache)
        self.left: list[str] = []
        self.link.leave = self._leave  # type: ignore[method-assign]
        self.cluster = cluster
        self.thread = threading.Thread(target=self.link.serve, args=(cluster, "test-tone"), daemon=True)
        self.thread.start()

    def _leave(self, reason: str) -> None:
        self.left.append(reason)
        self.link._over.set()
        self.link._send(Away(reason))

    def until(self, kind: type, seat: int | None = None) -> list[tuple[int, object]]:
        """Everything that is heard, heartbeats apart, up to the first message of a kind."""
        heard: list[tuple[int, object]] = []
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            assert self.pipe.poll(PATIENCE_S), heard
            message = self.pipe.recv()
            if isinstance(message, At) and not isinstance(message.message, Pulse):
                heard.append((message.seat, message.message))
                if isinstance(message.message, kind) and seat in (None, message.seat):
                    return heard
            elif isinstance(message, kind):
                return [*heard, (-1, message)]
        raise AssertionError(heard)

    def ready(self) -> None:
        for _ in range(self.cluster.count):
            self.until(Ready)

    def ask(self, request: int, job: Job = JOB, seat: int = 0, slot: int = 0) -> None:
        self.pipe.send(At(seat, Render(request, job, slot)))

    def close(self) -> None:
        self.pipe.send(Quit())
        self.thread.join(PATIENCE_S)
        assert not self.thread.is_alive()
        self.slots.close()


@pytest.fixture
def rig() -> Iterator[Rig]:
    made = Rig(Hands(2))
    made.ready()
    yield made
    made.close()


def test_chunks_come_into_their_slots_and_are_the_same_wherever_they_are_made(rig: Rig) -> None:
    rig.ask(1, seat=0, slot=0)
    rig.until(Rendered)
    rig.ask(2, seat=1, slot=2)
    heard = rig.until(Rendered)
    assert [message.step for _, message in heard if isinstance(message, Progress)] == [1, 2, 3]
    assert {seat for seat, _ in heard} == {1}
    assert np.array_equal(rig.slots[0][: JOB.frames], rig.slots[2][: JOB.frames])
    assert np.abs(rig.slots[0][: JOB.frames]).max() > 0.1


def test_a_cancelled_one_is_dropped_within_a_step_and_the_next_is_clean(rig: Rig) -> None:
    long = replace(JOB, steps=100_000)
    rig.ask(1, long)
    rig.until(Progress)
    rig.pipe.send(At(0, Cancel(1)))
    rig.until(Dropped)
    rig.ask(2)
    assert isinstance(rig.until(Rendered)[-1][1], Rendered)


def test_one_that_is_lost_is_told_of_and_replaced_while_the_other_works(rig: Rig) -> None:
    rig.ask(1, replace(JOB, steps=100_000), seat=1)
    rig.until(Progress, seat=1)
    rig.link._hired[0].dismiss()
    heard = rig.until(Ready)
    assert [type(message) for seat, message in heard if seat == 0] == [Left, Opening, Ready]
    assert all(isinstance(message, Progress) for seat, message in heard if seat == 1)
    rig.pipe.send(At(1, Cancel(1)))
    rig.until(Dropped)


def test_one_that_hangs_is_ended_when_the_engine_asks_for_it(rig: Rig) -> None:
    rig.pipe.send(At(1, Quit()))
    assert isinstance(rig.until(Left)[-1][1], Left)


def test_a_cluster_that_is_gone_is_told_of_once_and_the_link_leaves() -> None:
    rig = Rig(Hands(2))
    rig.ready()
    rig.cluster.away.set()
    assert rig.until(Away)[-1] == (-1, Away("the cable is out"))
    rig.close()
    assert rig.left == ["the cable is out"]


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda samples: samples[:-1], id="too short"),
        pytest.param(lambda samples: samples.astype(np.float64), id="of another kind"),
        pytest.param(lambda samples: np.full_like(samples, np.nan), id="not finite"),
        pytest.param(lambda samples: None, id="not there"),
    ],
)
def test_what_is_no_chunk_is_refused(spoil: Callable[[object], object]) -> None:
    rig = Rig(Hands(1))
    rig.ready()
    rig.cluster.spoilt = lambda sent: (sent[0], spoil(sent[1])) if isinstance(sent[0], Rendered) else sent  # type: ignore[return-value]
    rig.slots[0][:] = 0.25
    rig.ask(1)
    assert rig.until(Refused)[-1][1] == Refused(1, "what came from the cluster is no chunk.")
    assert (rig.slots[0] == 0.25).all()
    rig.close()


def test_chunks_are_kept_on_this_machine(tmp_path: Path) -> None:
    cache = ChunkCache(tmp_path)
    rig = Rig(Hands(1), cache)
    rig.ready()
    rig.ask(1)
    rig.until(Rendered)
    out = np.zeros((JOB.frames, 2), np.float32)
    end = time.monotonic() + PATIENCE_S
    while cache.load(JOB, out) is None:
        assert time.monotonic() < end
        time.sleep(0.01)
    assert np.array_equal(out, rig.slots[0][: JOB.frames])
    rig.close()


def test_answers_come_in_turn_whoever_asks_first() -> None:
    remote = Remote(SlotSpec("none", 1, 100_000), "test-tone", "cpu")
    second: list[Sent] = []
    late = threading.Thread(target=lambda: second.extend(remote.hear(1, PATIENCE_S)))
    late.start()
    first = remote.hear(0, PATIENCE_S)
    assert [type(message) for message, _ in first] == [Ready]
    remote.say(0, Render(1, JOB, 0))
    late.join(PATIENCE_S)
    assert isinstance(second[0][0], (Progress, Rendered))
    turn = 2
    while not any(isinstance(message, Rendered) for message, _ in second):
        second += remote.hear(turn, 0.2)
        turn += 1
    message, samples = second[-1]
    assert isinstance(message, Rendered)
    assert samples is not None
    assert samples.shape == (JOB.frames, 2)


def answers(remote: Remote, wanted: int) -> list[object]:
    """The first so many answers, in their order."""
    found: list[object] = []
    for turn in range(1000):
        said = [message for message, _ in remote.hear(turn, 0.2)]
        found += [message for message in said if isinstance(message, (Rendered, Refused, Dropped))]
        if len(found) >= wanted:
            return found
    raise AssertionError(found)


def test_a_cancel_that_overtakes_its_job_is_heard_after_it() -> None:
    remote = Remote(SlotSpec("none", 1, 100_000), "test-tone", "cpu")
    remote.say(1, Cancel(1))
    remote.say(2, Render(2, JOB, 0))
    remote.say(0, Render(1, replace(JOB, steps=100_000), 0))
    first, second = answers(remote, 2)
    assert first == Dropped(1)
    assert isinstance(second, Rendered)
    assert second.request == 2


def test_a_job_that_overtakes_its_file_waits_for_it(tmp_path: Path) -> None:
    file = tmp_path / "loop.wav"
    file.write_bytes(b"one")
    packer, remote = Packer(), Remote(SlotSpec("none", 1, 100_000), "test-tone", "cpu")
    read: list[str] = []
    remote._pipe = SimpleNamespace(send=lambda render: read.append(render.job.source))  # type: ignore[assignment]
    first, second = (packer.pack(Render(request, replace(JOB, source=str(file)), 0)) for request in (1, 2))
    remote.say(1, second)
    assert read == []
    remote.say(0, first)
    assert len(read) == 2
    assert len(set(read)) == 1
    assert Path(read[0]).read_bytes() == b"one"


def test_a_desk_has_a_place_for_every_slot_and_is_empty_when_taken() -> None:
    desk = Desk(SlotSpec("none", 2, 100, 2, 10))
    assert [len(desk[slot]) for slot in range(4)] == [100, 100, 10, 10]
    desk[1][:5] = 0.5
    taken = desk.take(1, 5)
    assert np.array_equal(taken, np.full((5, 2), 0.5, np.float32))
    with pytest.raises(KeyError):
        desk.take(1, 5)


# --- files that jobs start from --------------------------------------------------------------------------------------


def test_a_source_goes_along_once_and_again_when_it_has_changed(tmp_path: Path) -> None:
    file = tmp_path / "loop.wav"
    file.write_bytes(b"one")
    job = replace(JOB, source=str(file), source_id="1")
    packer, unpacker = Packer(), Unpacker()
    first = packer.pack(Render(1, job, 0, (JOB,)))
    again = packer.pack(Render(2, job, 0))
    file.write_bytes(b"another")
    changed = packer.pack(Render(3, job, 0))
    assert [len(parcel.files) for parcel in (first, again, changed)] == [1, 0, 1]
    there = unpacker.unpack(first)
    assert there.job.source != str(file)
    assert there.job.key == job.key
    assert there.beside == (JOB,)
    assert Path(there.job.source).suffix == ".wav"
    assert Path(there.job.source).read_bytes() == b"one"
    assert unpacker.unpack(again).job.source == there.job.source
    assert Path(unpacker.unpack(changed).job.source).read_bytes() == b"another"


def test_what_is_too_large_or_not_there_is_left_to_the_renderer_to_say(tmp_path: Path) -> None:
    large = tmp_path / "large.wav"
    with large.open("wb") as file:
        file.truncate(LARGEST + 1)
    for source in (str(large), str(tmp_path / "absent.wav")):
        parcel = Packer().pack(Render(1, replace(JOB, source=source), 0))
        assert parcel.files == {}
        assert Unpacker().unpack(parcel).job.source == source


def test_an_hour_of_files_leaves_a_few_and_those_that_are_wanted_again_among_them(tmp_path: Path) -> None:
    packer, unpacker = Packer(), Unpacker()
    steady = tmp_path / "steady.wav"
    steady.write_bytes(b"steady")
    for number in range(4 * KEPT):
        file = tmp_path / f"{number}.wav"
        file.write_bytes(b"loop %d" % number)
        for path in (steady, file):
            parcel = packer.pack(Render(number, replace(JOB, source=str(path)), 0))
            place = Path(unpacker.unpack(parcel).job.source)
            assert place.read_bytes() == path.read_bytes()
    assert len(list(place.parent.iterdir())) == KEPT
    again = packer.pack(Render(1, replace(JOB, source=str(tmp_path / "0.wav")), 0))
    assert Path(unpacker.unpack(again).job.source).read_bytes() == b"loop 0"


def test_a_file_that_cannot_be_written_is_not_there_and_the_job_is_asked_for_all_the_same(tmp_path: Path) -> None:
    unpacker = Unpacker()
    unpacker._laid = lambda suffix, data: (_ for _ in ()).throw(OSError("no room"))  # type: ignore[method-assign]
    render = Render(1, replace(JOB, source=str(tmp_path / "loop.wav")), 0)
    assert unpacker.unpack(Parcel(render, {render.job.source: b"one"})) == render


def test_folders_of_renderers_that_were_killed_are_removed_and_no_others(tmp_path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    dead, living = (tmp_path / f"liveriff.parcels.{pid}.abc" for pid in (process.pid, os.getpid()))
    other = tmp_path / "liveriff.parcels.music.abc"
    for folder in (dead, living, other):
        folder.mkdir()
    sweep(tmp_path)
    assert sorted(tmp_path.iterdir()) == sorted([living, other])
