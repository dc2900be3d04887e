"""Dance Diffusion as a backend: one-shots for pads, and loops trimmed to the beats with a crossfaded seam."""

from __future__ import annotations

from collections import OrderedDict

import numpy as np
import torch

from liveriff.errors import ModelError, UsageError
from liveriff.render.backend import Audio, BackendInfo, Show, Tick
from liveriff.render.checkpoints import Checkpoint
from liveriff.render.dance import ALL, BEATS, categories_of, info_of, listed
from liveriff.render.dance.card import card_of
from liveriff.render.dance.estimate import Estimate, estimating
from liveriff.render.dance.modes import Seed, generate, vary
from liveriff.render.dance.net import Net, load
from liveriff.render.dance.settings import Settings, from_options
from liveriff.render.dance.showing import showing
from liveriff.render.fitting import looped, one_shot, prepared, turned_down, with_channels
from liveriff.render.soundfiles import Sound, read
from liveriff.wire.job import Job

_AWAKE = 2
"""Networks on the accelerator at once; the others of a table wait in the machine's memory."""


class Dance:
    """See the module. Used by one thread."""

    def __init__(self, checkpoint: Checkpoint = ALL) -> None:
        """``checkpoint``: the only one, or without a path all that models.yaml lists, with its options."""
        self._named = checkpoint
        self._device = "cpu"
        self._nets: OrderedDict[str, Net] = OrderedDict()
        self.show: Show | None = None

    @property
    def info(self) -> BackendInfo:
        """What is known of it."""
        return info_of(self._named)

    def load(self, device: str) -> None:
        """Read the first checkpoint; the others when they are first played."""
        self._device = device
        self._net(self._checkpoints()[0])

    def close(self) -> None:
        """Forget the networks."""
        self._nets.clear()

    def render(self, job: Job, tick: Tick) -> Audio:
        """The chunk of a job."""
        checkpoint = self._chosen(job)
        settings = from_options(checkpoint.options, f"the model {checkpoint.name!r}").but(steps=job.steps)
        net = self._net(checkpoint)
        sound = self._sound(net, settings, job, tick)
        return Audio(np.ascontiguousarray(turned_down(with_channels(sound, 2)).T))

    # --- which network -----------------------------------------------------------------------------------------------

    def _checkpoints(self) -> tuple[Checkpoint, ...]:
        return (self._named,) if self._named.model else listed(self._named.options)

    def _chosen(self, job: Job) -> Checkpoint:
        """The checkpoint for the job's category; UsageError where there is none, or for another impossible job."""
        kind = 0 if job.beats else 1
        for checkpoint in self._checkpoints():
            if job.category in categories_of(checkpoint)[kind]:
                break
        else:
            what, known = (("loops", self.info.categories), ("one-shots", self.info.one_shots))[kind]
            there = ", ".join(known) or "none"
            raise UsageError(f"the model {job.model!r} has no {what} of {job.category!r}; it has {there}.")
        if job.beats and job.beats not in BEATS:
            raise UsageError(f"the model {job.model!r} makes loops of 4, 8 or 16 beats, not {job.beats}.")
        return checkpoint

    def _net(self, checkpoint: Checkpoint) -> Net:
        """The checkpoint's network, on the device and the newest."""
        if checkpoint.name in self._nets:
            self._nets.move_to_end(checkpoint.name)
            self._nets[checkpoint.name].wake()
        else:
            settings = from_options(checkpoint.options, f"the model {checkpoint.name!r}")
            self._nets[checkpoint.name] = load(card_of(checkpoint), self._device, settings.dtype)
        for name in list(self._nets)[:-_AWAKE]:
            self._nets[name].rest()
        return self._nets[checkpoint.name]

    # --- what it plays -----------------------------------------------------------------------------------------------

    def _sound(self, net: Net, settings: Settings, job: Job, tick: Tick) -> Sound:
        """The job's loop or one-shot (channels, job.frames)."""

        def make(frames: int, source: Sound | None) -> Sound:
            return self._made(net, settings, job, frames, source, tick)

        fit, most = looped if job.beats else one_shot, most_at_once(net, settings, job)
        return fit(job, net.card.rate, most, make, self._source(net, job))

    def _made(self, net: Net, settings: Settings, job: Job, frames: int, source: Sound | None, tick: Tick) -> Sound:
        seed = Seed(job.seed, job.seed_drift, job.seed_b)
        watch = self._watched(net)
        if source is None:
            made = generate(net, frames, seed, settings, tick, watch)
        else:
            made = vary(net, torch.from_numpy(source), job.strength, seed, settings, tick, watch)
        if not bool(torch.isfinite(made).all()):
            raise ModelError(f"the model {job.model!r} made numbers that are no sound; try another seed or float32.")
        return made.numpy()

    def _watched(self, net: Net) -> Estimate | None:
        return showing(estimating(net.velocity), net.card.rate, self.show) if self.show else None

    def _source(self, net: Net, job: Job) -> Sound | None:
        """The sound that the job starts from, as the network takes it; None where it starts from noise alone."""
        if not job.source or job.strength >= 1.0:
            return None
        sound, rate = read(job.source)
        return prepared(sound, rate, net.card.rate, net.card.channels)


def most_at_once(net: Net, settings: Settings, job: Job) -> int:
    """The most frames of a loop that are made before it is repeated, or of a one-shot before silence follows; for a
    loop from a source, all that the network can take."""
    card = net.card
    if job.beats:
        return card.longest if job.source else max(card.shortest, int(settings.longest * card.trained))
    return min(card.longest, max(card.shortest, int(settings.shot * card.trained)))
