"""Training of the codec on crops of pictures, and the latents of all pictures. Resumable."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from liveriff.errors import UsageError
from liveriff.render.embedded.codec import Codec
from liveriff.train.latents import calibrate
from liveriff.train.pictures import Pictures, pictures_of, shards_of
from liveriff.train.run import Run, set_rate

CROP, EDGE, BATCH = 64, 8, 16
"""Columns of a crop, those at its ends whose loss is left out (a crop is no circle), crops a step."""

_NOISE = 0.05
_PEAK_RATE = 1.5e-3
Report = Callable[[Run], None]


def crops(pictures: Pictures, dice: np.random.Generator) -> Tensor:
    """A batch (BATCH, 1, 512, CROP) of circular crops that begin on a sixteenth."""
    rows = dice.integers(0, len(pictures), BATCH)
    starts = dice.integers(0, pictures.shape[2] // 16, BATCH) * 16
    columns = (starts[:, None] + np.arange(CROP)) % pictures.shape[2]
    batch = np.stack([pictures[row][:, place] for row, place in zip(rows, columns, strict=True)])
    return torch.from_numpy(batch)[:, None].float() / 255.0


def loss_of(codec: Codec, batch: Tensor) -> Tensor:
    """L1 and half the L1 of differences along both axes, of pictures scaled to -1..1, without the crops' ends."""
    with torch.autocast("cpu", dtype=torch.bfloat16):
        latents = codec.encode_raw(batch)
        made = codec.decode_raw(latents + _NOISE * torch.randn_like(latents))
    error = 2.0 * (made.float() - batch)[..., EDGE:-EDGE]
    edges = error.diff(dim=-1).abs().mean() + error.diff(dim=-2).abs().mean()
    return error.abs().mean() + 0.5 * edges + 1e-4 * latents.float().square().mean()


def train(work: Path, minutes: float, report: Report) -> Codec:
    """Train until the budget is used; shards that appear meanwhile join in."""
    codec: Codec = Codec()
    run = Run(work, "codec", minutes * 60.0)
    run.begin()
    optimiser = torch.optim.AdamW(codec.parameters(), lr=_PEAK_RATE, weight_decay=1e-3)
    state = run.load()
    if state:
        codec.load_state_dict(state["net"])
        optimiser.load_state_dict(state["optimiser"])
    dice = np.random.default_rng(run.step)
    pictures = _drawn(work, dice)
    while run.done < 1.0:
        if run.step % 100 == 99:
            pictures = _drawn(work, dice)
        set_rate(optimiser, run.rate(_PEAK_RATE))
        loss = loss_of(codec, crops(pictures, dice))
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(codec.parameters(), 1.0)
        optimiser.step()
        run.advance(loss.item())
        report(run)
        if run.step % 100 == 0:
            run.note(samples_a_second=round(run.step * BATCH / run.spent, 2))
        if run.step % 500 == 0:
            run.save(net=codec.state_dict(), optimiser=optimiser.state_dict())
    codec.eval()
    calibrate(codec, work)
    run.save(net=codec.state_dict(), optimiser=optimiser.state_dict())
    return codec


def _drawn(work: Path, dice: np.random.Generator) -> Pictures:
    """512 loops and 128 one-shots, each of these beside another to be as wide as a loop."""
    loops, shots = shards_of(work, "loops"), shards_of(work, "shots")
    parts = [_some(loops[int(index)], 128, dice) for index in dice.integers(0, len(loops), 4)]
    if shots:
        pair = [_some(shots[int(index)], 128, dice) for index in dice.integers(0, len(shots), 2)]
        parts.append(np.concatenate(pair, axis=2))
    return np.concatenate(parts)


def _some(path: Path, count: int, dice: np.random.Generator) -> Pictures:
    """Pictures that follow each other in a shard."""
    pictures = pictures_of(path)
    first = int(dice.integers(0, max(1, len(pictures) - count + 1)))
    return np.array(pictures[first : first + count])


def trained(work: Path) -> Codec:
    """The codec of the checkpoint."""
    state = Run(work, "codec", 0.0).load()
    if state is None:
        raise UsageError(f"there is no trained codec in {work}; run `liveriff train codec` first.")
    codec: Codec = Codec()
    codec.load_state_dict(state["net"])
    codec.eval()
    return codec
