"""A sound that goes on after its end: pictures outpainted window by window, decoded in step with what was there.

Each window is 512 columns wide and begins on a beat. Its left half is what was heard last and is kept, the rest is
painted (``outpaint``); what is painted is decoded with the phases of what was heard and joined to it without a seam.
"""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor

from liveriff.errors import UsageError
from liveriff.render.backend import Tick
from liveriff.render.riffusion.backend import Riffusion
from liveriff.render.riffusion.places import Places
from liveriff.render.soundfiles import Sound
from liveriff.render.spectrogram.levels import bent
from liveriff.render.spectrogram.passage import decode_passage, joined_to, mel_of_passage
from liveriff.wire.job import Job

WINDOW = 512
_SILENT = 1e-4


def lengthened(backend: Riffusion, sound: Sound, rate: int, job: Job, where: Places, frames: int, tick: Tick) -> Sound:
    """``frames`` new frames that follow the sound (channels, any), in 1 or 2 channels as it has itself.

    The job says what is painted; its seed is that of the first window, the next windows have those after it.
    UsageError if the sound is silent at its end or too short to be gone on from.
    """
    whole = torch.from_numpy(sound)
    heard = whole.mean(0, keepdim=True) if backend.layout.channels == 1 else whole.repeat(2, 1)[:2]
    begins = _windows(heard.shape[1], frames, where)
    for number, begin in enumerate(begins):
        one, told = replace(job, seed=job.seed + number), _part(tick, number, len(begins))
        decoded = _window(backend, heard, rate, one, where, begin, told)
        whole, heard = (_joined(each, decoded, round(where.exact(begin)), rate) for each in (whole, heard))
    return bent(whole[:, sound.shape[1] : sound.shape[1] + frames].contiguous().numpy())


def _joined(before: Tensor, decoded: Tensor, first: int, rate: int) -> Tensor:
    """A sound (channels, any) with what a window that begins on the frame ``first`` has beyond it."""
    both = decoded.expand(len(before), -1) if len(decoded) == 1 else decoded[: len(before)]
    return torch.cat((before, joined_to(before[:, first:], both, rate)), dim=1)


def _windows(have: int, frames: int, where: Places) -> list[int]:
    """Beats on which windows begin: as many as it takes, each half a window after the one before."""
    half = WINDOW // where.beat // 2
    begins = [max(0, where.begun(have) - half)]
    while where.frame(begins[-1] + 2 * half) < have + frames:
        begins.append(begins[-1] + half)
    return begins


def _window(backend: Riffusion, heard: Tensor, rate: int, job: Job, where: Places, begin: int, tick: Tick) -> Tensor:
    """The sound of the window that begins on the beat ``begin``; what ``heard`` has of it is near it."""
    layout = backend.layout
    start, upto = where.exact(begin), where.frame(begin + WINDOW // where.beat)
    first = round(start)
    known = _known(backend, heard, rate, start, where.step)
    loudest = float(known.max())
    if loudest <= _SILENT * layout.sample_units:
        raise UsageError("the sound ends in silence, which is nothing to go on from; cut it before that.")
    values = (known / loudest) ** layout.power
    painted = backend.beside(job, values, WINDOW - known.shape[-1], tick)
    mel = _led_over(known, painted ** (1.0 / layout.power) * loudest, round((heard.shape[1] - start) / where.step))
    return decode_passage(mel, layout, rate, upto - first, heard[:, first:])


def _led_over(known: Tensor, painted: Tensor, border: int) -> Tensor:
    """Magnitudes of a window: what is known of it, then what is painted, the sound ending at the column ``border``.

    Windows that reach over the border are mostly in a sound that is as it is. More than what the end of such a window
    can show would be squeezed into that end, where it would be a bang.
    """
    have = known.shape[-1]
    mel = torch.cat((known, painted[..., have:]), dim=-1)
    share = torch.sin((torch.arange(border - have) + 1.0) / (border - have + 1.0) * (torch.pi / 2.0)) ** 2
    between = torch.lerp(known[..., -1:], mel[..., have:border], share)
    mel[..., have:border] = torch.minimum(mel[..., have:border], between)
    return mel


def _known(backend: Riffusion, heard: Tensor, rate: int, start: float, step: float) -> Tensor:
    """Mel magnitudes of the window's columns that are heard in full, from the frame ``start`` on."""
    reach = backend.layout.window(rate) // 2
    columns = int((heard.shape[1] - reach - start) / step) + 1
    if columns < 8:
        raise UsageError(f"the sound is too short to go on from; {(reach + 8 * step) / rate:.2f} s are needed.")
    return mel_of_passage(heard, rate, backend.layout, start, step, min(columns, WINDOW))


def _part(tick: Tick, number: int, of: int) -> Tick:
    """The tick of one of several windows, counted as one long render."""
    return lambda step, steps: tick(number * steps + step, of * steps)
