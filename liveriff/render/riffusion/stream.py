"""Jobs that share calls of the unet: what is asked for now leads, what comes next is carried along. Renderer's thread.

A large accelerator is not filled by one picture of 512 columns: four cost it little more. A processor, or a small
accelerator, takes four times as long for four, and whoever leads would wait for the others; that is measured.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass

import torch
from torch import Tensor

from liveriff.errors import LiveriffError
from liveriff.render.backend import Cancelled, Tick
from liveriff.render.riffusion.guidance import Question, asked
from liveriff.render.riffusion.lanes import Lane, Seen
from liveriff.render.riffusion.nets import Nets
from liveriff.render.riffusion.sampling import painted


@dataclass(frozen=True, eq=False)
class Carried:
    """A job on its way. kept: columns at the left of its picture that are surroundings and no part of the loop."""

    lane: Lane
    kept: int


Begin = Callable[[], Carried]
LANES = 4
ENOUGH = 2.0
"""Gain of ``LANES`` together from which on they are carried: then the one that leads takes at most twice as long."""


SLOW_S = 1.0
"""A net that takes so long for one picture is not asked for four to see what that takes."""


def gain(nets: Nets, columns: int, repeats: int = 3) -> float:
    """How many times faster the unet does ``LANES`` pictures of so many columns together than one after the other."""
    return LANES * _seconds(nets, columns, 1, repeats) / _seconds(nets, columns, LANES, repeats)


@torch.inference_mode()
def _seconds(nets: Nets, columns: int, many: int, repeats: int) -> float:
    """Median time of a call of the unet with so many pictures."""
    words = nets.prompts.embeddings(("",))[0].to(nets.dtype).expand(many, -1, -1)
    size = (many, int(nets.unet.config["in_channels"]), 512 // nets.factor, columns // nets.factor)
    question = Question(torch.zeros(size, device=nets.device), torch.tensor(500, device=nets.device), words)
    took = []
    for _ in range(repeats + 1):  # the first one makes room and chooses kernels
        started = time.perf_counter()
        asked(nets, [question])[0].cpu()
        took.append(time.perf_counter() - started)
    return statistics.median(took[1:])


class Stream:
    """What was carried along stays where it is until it leads itself, or is not among the next any more."""

    def __init__(self) -> None:
        """Nothing is on its way."""
        self._going: dict[str, Carried] = {}
        self._pays: bool | None = None

    def pays(self, nets: Nets, columns: int) -> bool:
        """Whether jobs are to be carried along; measured when it is asked for the first time."""
        if self._pays is None:
            alone = _seconds(nets, columns, 1, 1)
            self._pays = alone < SLOW_S and LANES * alone / _seconds(nets, columns, LANES, 1) >= ENOUGH
        return self._pays

    def __len__(self) -> int:
        """How many jobs are on their way."""
        return len(self._going)

    def forget(self) -> None:
        """Nothing is on its way any more, and the nets may be others."""
        self._going, self._pays = {}, None

    @torch.inference_mode()
    def picture(self, nets: Nets, key: str, wanted: Mapping[str, Begin], tick: Tick, seen: Seen | None) -> Tensor:
        """The picture (3, height, width) of the job ``key``, one of ``wanted``; what else is wanted comes along.

        A cancelled job is on its way all the same, should it be asked for again; after an error nothing is.
        """
        try:
            self._going = {other: self._going[other] for other in wanted if other in self._going}
            lead = self._begun(key, wanted[key])
            for other, begin in wanted.items():
                with suppress(LiveriffError):  # is told when it leads
                    self._begun(other, begin)
            others = [each.lane for each in self._going.values() if each is not lead]
            for lane in others:
                lane.seen = None
            lead.lane.seen = seen
            whole = painted(nets, lead.lane, tick, others)[0]
        except Cancelled:
            raise
        except BaseException:
            self._going = {}
            raise
        del self._going[key]
        return whole[..., lead.kept :]

    def _begun(self, key: str, begin: Begin) -> Carried:
        if key not in self._going:
            self._going[key] = begin()
        return self._going[key]
