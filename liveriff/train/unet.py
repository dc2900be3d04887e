"""Training of the generator and its text encoder by rectified flow, on any device. Resumable."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from liveriff.errors import UsageError
from liveriff.render.embedded.model import load
from liveriff.render.embedded.text import TextEncoder
from liveriff.render.embedded.unet import Unet
from liveriff.render.embedded.weights import read_manifest
from liveriff.train import latents
from liveriff.train.batches import Drawn, draw, kind_of
from liveriff.train.course import Course, Report
from liveriff.train.deciding import undecided
from liveriff.train.device import autocast, compiled
from liveriff.train.latents import Store
from liveriff.train.run import Run
from liveriff.train.vocabulary import fresh

BATCH = {"cpu": 32, "cuda": 768, "mps": 64}
"""Loops a step; one-shots and bars are half as wide and come twice as many."""

_PEAK_RATE, _FREE, _BARE = 1.5e-3, 0.1, 0.05
"""Highest learning rate; shares of the pictures that are told nothing at all, and nothing but words."""

Forward = Callable[..., Tensor]


class Nets(nn.Module):
    """Generator and text encoder, trained together."""

    def __init__(self, unet: Unet | None = None, text: TextEncoder | None = None) -> None:
        """Fresh ones unless they are given; fresh words know the vocabulary."""
        super().__init__()
        self.unet = Unet() if unet is None else unet
        self.text = fresh() if text is None else text

    @property
    def config(self) -> dict[str, dict[str, Any]]:
        """What both are made with, to be kept beside their weights."""
        return {name: public(net.config) for name, net in (("unet", self.unet), ("text", self.text))}


def loss_of(nets: Nets, drawn: Drawn, forward: Forward | None = None) -> Tensor:
    """Mean squared error of the velocity (Liu et al. 2022), t = sigmoid(N(0, 1)) (Esser et al. 2024).

    forward: the generator's, compiled perhaps.
    """
    data, size = drawn.data, len(drawn.data)
    dice = torch.rand(size, device=data.device)
    free, told = dice < _FREE, dice >= _FREE + _BARE
    t = torch.sigmoid(torch.randn(size, device=data.device))
    noise = torch.randn_like(data)
    mixed = data + (noise - data) * t[:, None, None, None]
    with autocast(data.device):
        text = nets.text(drawn.ids * ~free[:, None])
        condition = nets.unet.condition(text, drawn.told.without(~told))
        velocity = (nets.unet if forward is None else forward)(mixed, t, condition, drawn.known)
    return (velocity.float() - (noise - data)).square().mean()


def train(
    work: Path,
    minutes: float,
    report: Report,
    device: str = "cpu",
    start: Path | None = None,
    batch: int = 0,
    fast: bool = False,
) -> None:
    """Train until the budget is used. start: folder of weights to begin from; batch: 0 is what suits the device;
    fast: compile the generator first, where that works."""
    stores = stores_of(work, device)
    nets = _begun(start, stores["pieces"]).to(device).train()
    course = Course(Run(work, "unet", minutes * 60.0), nets, _PEAK_RATE, nets.config)
    size = batch or BATCH.get(torch.device(device).type, 32)
    forward = compiled(nets.unet, lambda net: _probe(nets, net, stores, size)) if fast else nets.unet
    while course.run.going:
        torch.manual_seed(course.run.step)  # so that a resumed run draws what an uninterrupted one would
        course.step(loss_of(nets, drawn(stores, course.run.step, size), forward))
        course.keep_books(report, samples_a_second=rate_of(course.run, size))
    course.save()


def stores_of(work: Path, device: str) -> dict[str, Store]:
    """The material on a device by kind: pieces, and shots where there are any."""
    kinds = ["pieces", *(["shots"] if latents.path_of(work, "shots").exists() else [])]
    return {kind: latents.load(work, kind, device) for kind in kinds}


def rate_of(run: Run, size: int) -> float:
    """Loops a second since the beginning."""
    return round(run.step * size / max(1e-9, run.spent), 1)


def drawn(stores: dict[str, Store], step: int, size: int) -> Drawn:
    """The batch of a step."""
    kind = kind_of(step, "shots" in stores)
    return draw(stores["shots" if kind == "shots" else "pieces"], kind, size)


def _probe(nets: Nets, net: Forward, stores: dict[str, Store], size: int) -> None:
    """Both widths once forwards and backwards, as they will be used."""
    for kind in ("loops", "bars"):
        loss: Tensor = loss_of(nets, draw(stores["pieces"], kind, size), net)
        loss.backward()  # type: ignore[no-untyped-call]
    nets.zero_grad(set_to_none=True)


def _begun(start: Path | None, store: Store) -> Nets:
    """Nets to begin with: of a folder of weights, or fresh."""
    torch.manual_seed(1234)
    if start is None:
        return Nets(Unet(channels=store.latents.shape[1], rows=store.latents.shape[2]))
    model = load(start)
    teacher = Unet.from_config({**model.unet.config, "student": False})
    teacher.load_state_dict(model.unet.state_dict())
    return Nets(teacher, undecided(model.text))


ADOPTED = "adopted"
"""Name of the checkpoint of what came with weights and is not trained further: their vocoder, and how they were
made."""


def adopt(work: Path, folder: Path) -> None:
    """Make codec and vocoder of a folder of weights those of ``work``, unless there is a codec already."""
    run = Run(work, "codec", 0.0)
    if not run.checkpoint.exists():
        work.mkdir(parents=True, exist_ok=True)
        model = load(folder)
        if model.vocoder is not None:
            Run(work, ADOPTED, 0.0).save(vocoder=model.vocoder.state_dict(), notes=read_manifest(folder).notes)
        run.save(net=model.codec.state_dict(), config=public(model.codec.config))


def public(config: Mapping[str, Any]) -> dict[str, Any]:
    """A net's settings without those that diffusers keeps for itself."""
    return {name: value for name, value in config.items() if not name.startswith("_")}


def teacher(work: Path) -> Nets:
    """The averaged nets of the checkpoint."""
    state = Run(work, "unet", 0.0).load()
    if state is None:
        raise UsageError(f"there is no trained generator in {work}; run `liveriff train unet` first.")
    return filled(state["average"], state["config"])


def filled(weights: dict[str, Any], config: dict[str, dict[str, Any]]) -> Nets:
    """Nets made as ``Nets.config`` says, with these weights, to be used and not trained."""
    nets = Nets(Unet(**config["unet"]), TextEncoder(**config["text"]))
    nets.load_state_dict(weights)
    return nets.eval().requires_grad_(False)


def trained(work: Path) -> tuple[Unet, TextEncoder]:
    """The averaged nets of the checkpoints: the student's, aligned or not, whichever is newer; else the teacher's."""
    students = [run for run in (Run(work, "distil", 0.0), Run(work, "align", 0.0)) if run.checkpoint.exists()]
    state = max(students, key=lambda run: run.checkpoint.stat().st_mtime_ns).load() if students else None
    nets = teacher(work) if state is None else filled(state["average"], state["config"])
    return nets.unet, nets.text
