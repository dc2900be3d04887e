"""The process that holds a cluster: messages in by pipe, on to the renderers there; chunks back into shared slots.

The main thread listens to the engine; a thread a renderer hires it, asks it what it has to say, and hires another when
it is gone. If the cluster itself is gone the process says so and leaves: the engine starts it again.
"""

from __future__ import annotations

import contextlib
import os
import threading
from multiprocessing.connection import Connection

import numpy as np

from liveriff.errors import LiveriffError
from liveriff.render.ray.cluster import AwayError, Cluster, GoneError, Hired, reach
from liveriff.render.ray.desk import Samples, Sent
from liveriff.render.ray.parcel import Packer
from liveriff.render.servant import step_back
from liveriff.wire.chunks import ChunkCache
from liveriff.wire.job import Job
from liveriff.wire.messages import At, Away, Left, Opening, Pulse, Quit, Refused, Render, Rendered
from liveriff.wire.slots import Slots, SlotSpec

HEAR_S = 1.0  # a renderer that has nothing to say is heard of so often
AHEAD = 2  # questions on their way to each renderer: its answer never waits for one
LONGEST_S = 8.0


def main(pipe: Connection, spec: SlotSpec, address: str, count: int | None, model: str, cache_dir: str | None) -> None:
    """Serve one pipe until Quit, until its other end is gone, or until the cluster is."""
    step_back()
    _quiet()
    try:
        slots = Slots(spec)
    except FileNotFoundError:
        return  # the engine has ended before the link was there
    link = Link(pipe, slots, ChunkCache(cache_dir) if cache_dir else None)
    try:
        cluster = reach(address, count)
    except AwayError as error:
        link.away(str(error))
        return
    link.serve(cluster, model)
    slots.close()
    cluster.close()


def _quiet() -> None:
    """What Ray and its processes write goes nowhere: the terminal is the performer's, who is told in sentences."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)


class Link:
    """Between one pipe and one cluster."""

    def __init__(self, pipe: Connection, slots: Slots, cache: ChunkCache | None) -> None:
        """Nothing is read from the pipe yet. cache: where chunks are kept for another day."""
        self._pipe, self._slots, self._cache = pipe, slots, cache
        self._writing = threading.Lock()
        self._hired: dict[int, Hired] = {}
        self._packers: dict[int, Packer] = {}
        self._jobs: dict[tuple[int, int], Job] = {}
        self._over = threading.Event()

    # --- to the renderers --------------------------------------------------------------------------------------------

    def serve(self, cluster: Cluster, model: str) -> None:
        """Until it is over."""
        for seat in range(cluster.count):
            args = (seat, cluster, model)
            threading.Thread(target=self._keep, args=args, name=f"seat-{seat}", daemon=True).start()
        with contextlib.suppress(EOFError, OSError):
            while not self._over.is_set():
                message = self._pipe.recv()
                if isinstance(message, Quit):
                    break
                if isinstance(message, At):
                    self._tell(message.seat, message.message)
        self._over.set()
        for hired in list(self._hired.values()):
            hired.dismiss()

    def _tell(self, seat: int, message: object) -> None:
        hired = self._hired.get(seat)
        if hired is None:
            return  # what it had is lost with it, and told already
        if isinstance(message, Render):
            self._jobs[seat, message.request] = message.job
            message = self._packers[seat].pack(message)
        with contextlib.suppress(GoneError, AwayError):  # seen by the thread that hears it
            hired.dismiss() if isinstance(message, Quit) else hired.say(message)

    def away(self, reason: str) -> None:
        """The cluster is no more: say so, and let the pipe close."""
        if not self._over.is_set():
            self._over.set()
            self._send(Away(reason))
            self._pipe.close()

    # --- from the renderers ------------------------------------------------------------------------------------------

    def _keep(self, seat: int, cluster: Cluster, model: str) -> None:
        """Let there be a renderer at a seat, whatever becomes of each. A thread's body."""
        wait_s = 0.0
        while not self._over.wait(wait_s):
            self._send(At(seat, Opening(f"seat {seat + 1}")))
            try:
                self._packers[seat] = Packer()
                hired = self._hired[seat] = cluster.hire(self._slots.spec, model)
                wait_s = 0.0
                self._listen(seat, hired)
            except GoneError as error:
                self._lost(seat, str(error))
                wait_s = min(max(2 * wait_s, 1.0), LONGEST_S)
            except OSError as error:  # the disk or the memory of this machine, not the cluster's
                self._lost(seat, str(error))
                wait_s = LONGEST_S
            except AwayError as error:
                if not self._over.is_set():
                    self.leave(str(error))
                return

    def leave(self, reason: str) -> None:
        """As ``away``; the main thread waits for a message that will not come, so the process ends here."""
        self.away(reason)
        os._exit(0)

    def _lost(self, seat: int, reason: str) -> None:
        if hired := self._hired.pop(seat, None):
            hired.dismiss()
        self._jobs = {key: job for key, job in list(self._jobs.items()) if key[0] != seat}
        self._send(At(seat, Left(reason)))

    def _listen(self, seat: int, hired: Hired) -> None:
        """Hand on what a renderer says, until it is gone."""
        asked = [hired.hear(turn, HEAR_S) for turn in range(AHEAD)]
        turn = AHEAD
        while not self._over.is_set():
            said = hired.take(asked.pop(0), HEAR_S * AHEAD)
            asked.append(hired.hear(turn, HEAR_S))
            turn += 1
            self._send(At(seat, Pulse()))
            for sent in said:
                self._hand_on(seat, sent)

    def _hand_on(self, seat: int, sent: Sent) -> None:
        message, samples = sent
        job = self._jobs.pop((seat, message.request), None) if isinstance(message, (Rendered, Refused)) else None
        if isinstance(message, Rendered):
            message = self._laid(message, samples)
        self._send(At(seat, message))
        if job is not None and samples is not None and self._cache and isinstance(message, Rendered):
            self._cache.store(job, samples, message.picture, message.loudness)

    def _laid(self, message: Rendered, samples: Samples | None) -> Rendered | Refused:
        """The chunk lies in its slot, if it is one."""
        whole = samples is not None and samples.dtype == np.float32 and samples.shape == (message.frames, 2)
        if samples is None or not whole or not np.isfinite(samples).all():
            return Refused(message.request, "what came from the cluster is no chunk.")
        try:
            self._slots.reserve(message.slot, len(samples))
        except LiveriffError as error:
            return Refused(message.request, str(error))
        self._slots[message.slot][: len(samples)] = samples
        return message

    def _send(self, message: object) -> None:
        with self._writing, contextlib.suppress(OSError, ValueError):  # the engine is gone: the main thread sees it
            self._pipe.send(message)
