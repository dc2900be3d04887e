"""Clips of a long sound, one after the other: each decoded in step with the last, and faded in over its end. Pure."""

from __future__ import annotations

import torch
from torch import Tensor

from liveriff.render.spectrogram.layout import Layout
from liveriff.render.spectrogram.passage import decode_passage

OVERLAP = 64
"""Columns that a clip has in common with the one before it."""
_FADE = (32, 48)  # columns of the overlap over which the new one is faded in


class Joints:
    """Takes the mel magnitudes of clip after clip, and gives their sound piece by piece."""

    def __init__(self, layout: Layout, rate: int, step: float) -> None:
        """step: frames a column."""
        self._layout, self._rate, self._step = layout, rate, step
        self.mel: Tensor | None = None
        self._sound: Tensor | None = None

    def add(self, mel: Tensor, frames: int, following: int | None) -> Tensor:
        """The sound (channels, any) that is settled by a clip (channels, bands, columns) of ``frames`` frames.

        following: its frame on which the next clip begins, ``OVERLAP`` columns before its end, or None for the last.
        Up to where the next clip is faded in, or to its end.
        """
        known, first = self._sound, 0
        mel = _led_in(self.mel, mel)
        upto = None if known is None else known[:, : self._frames(_FADE[1])]
        sound = decode_passage(mel, self._layout, self._rate, frames, upto)
        if known is not None:
            sound, first = self._faded(known, sound), self._frames(_FADE[0])
        if following is None:
            return sound[:, first:]
        self.mel, self._sound = mel[..., -OVERLAP:].clone(), sound[:, following:].clone()
        return sound[:, first : following + self._frames(_FADE[0])]

    def _frames(self, columns: int) -> int:
        return round(columns * self._step)

    def _faded(self, before: Tensor, sound: Tensor) -> Tensor:
        """The clip with the end of the one before it faded out over it."""
        first, last = (self._frames(each) for each in _FADE)
        old, new = before[:, first:last], sound[:, first:last]
        away, near = fades(last - first, likeness(old, new))
        return torch.cat((before[:, :first], away * old + near * new, sound[:, last:]), dim=1)


def _led_in(before: Tensor | None, mel: Tensor) -> Tensor:
    """A clip's magnitudes, gone over to from those of the clip before it within the columns of the fade."""
    if before is None:
        return mel
    share = ((torch.arange(OVERLAP) - _FADE[0]) / (_FADE[1] - _FADE[0])).clamp(0.0, 1.0)
    return torch.cat((torch.lerp(before, mel[..., :OVERLAP], share), mel[..., OVERLAP:]), dim=-1)


def likeness(one: Tensor, other: Tensor) -> float:
    """How alike two sounds are, -1 to 1; 0 where one is silent."""
    powers = float(one.norm() * other.norm())
    return float((one * other).sum()) / powers if powers > 0.0 else 0.0


def fades(frames: int, alike: float) -> tuple[Tensor, Tensor]:
    """Gains (frames,) of the old and the new sound, whose sum has the same power all along.

    Equal power for sounds that have nothing in common; for the same sound a straight sum of one.
    """
    angle = (torch.arange(frames) + 0.5) / max(1, frames) * (torch.pi / 2.0)
    away, near = torch.cos(angle), torch.sin(angle)
    power = (1.0 + 2.0 * max(0.0, alike) * away * near).sqrt()
    return away / power, near / power
