"""How the vocoder does on held-out sounds, against Griffin-Lim on the same pictures. Called by its training."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from liveriff.render.embedded.codec import Codec
from liveriff.render.embedded.draft import RATE, draft_fft, draft_many
from liveriff.render.embedded.vocoder import Vocoder
from liveriff.render.spectrogram import EMBEDDED, decode_image
from liveriff.render.spectrogram.decoding import magnitudes
from liveriff.render.spectrogram.phase import GriffinLim, Ring
from liveriff.render.spectrogram.start import first_phases
from liveriff.train.crops import Sounds, columns_of, pictures
from liveriff.train.losses import WINDOWS, convergence, logarithm, magnitude, melodic

_HOPS = (240, 300, 400)
PASSES = 32
_COMPARED = 6  # crops at each tempo: Griffin-Lim takes a third of a second for each


class Check:
    """Held-out crops at three tempos with their pictures and drafts, made once."""

    def __init__(self, sounds: Sounds, size: int) -> None:
        """``size``: crops at each tempo."""
        self.wanted = [sounds.held(size, columns_of(hop) * hop) for hop in _HOPS]
        self.values = [_grey(pictures(sound, hop)) for sound, hop in zip(self.wanted, _HOPS, strict=True)]
        self.drafts = [draft_many(values, hop) for values, hop in zip(self.values, _HOPS, strict=True)]

    def distance(self, net: Vocoder) -> float:
        """Mean multi-resolution STFT distance; infinite where the net makes no numbers."""
        found = _figures(self.made(net), self.wanted)["distance"]
        return found if np.isfinite(found) else float("inf")

    @torch.no_grad()
    def made(self, net: Vocoder) -> list[Tensor]:
        """What the net makes of the crops."""
        rows = zip(self.drafts, self.values, _HOPS, strict=True)
        return [net(sound, values, float(hop)) for sound, values, hop in rows]

    def compare(self, net: Vocoder, codec: Codec | None, path: Path, step: int, seconds: float) -> None:
        """Write the figures of the vocoder, the draft and Griffin-Lim on some of the crops as JSON."""
        wanted = [sound[:_COMPARED] for sound in self.wanted]
        values = [seen[:_COMPARED] for seen in self.values]
        found: dict[str, object] = {"step": step, "seconds": round(seconds), "crops": sum(map(len, wanted))}
        found |= _compared(net, values, wanted, "")
        if codec is not None:
            found |= _compared(net, [_coded(codec, seen) for seen in values], wanted, "codec_")
        path.write_text(json.dumps(found, indent=1) + "\n", "utf-8")


@torch.no_grad()
def _coded(codec: Codec, values: Tensor) -> Tensor:
    """Pictures that went through the codec."""
    seen: Tensor = codec.decode(codec.encode(values[:, None]))[:, 0].float()
    return seen


@torch.no_grad()
def _compared(net: Vocoder, values: list[Tensor], wanted: list[Tensor], prefix: str) -> dict[str, object]:
    """Figures of the three ways from the same pictures to sound."""
    rows = list(zip(values, _HOPS, strict=True))
    drafts = [draft_many(seen, hop) for seen, hop in rows]
    made = [net(sound, seen, float(hop)) for sound, (seen, hop) in zip(drafts, rows, strict=True)]
    slow = [griffin_lim(seen, hop) for seen, hop in rows]
    return {f"{prefix}vocoder": _figures(made, wanted), f"{prefix}draft": _figures(drafts, wanted),
            f"{prefix}griffin_lim_{PASSES}": _figures(slow, wanted)}  # fmt: skip


def griffin_lim(values: Tensor, hop: int, passes: int = PASSES) -> Tensor:
    """Sounds (B, frames) of circular pictures (B, 512, columns) by Griffin-Lim, one after the other on the CPU."""
    window, fft = round(EMBEDDED.window_s * RATE), draft_fft(RATE)
    ring = Ring(values.shape[-1], hop, window, fft)
    sounds = []
    for mel in decode_image(values.float().cpu(), EMBEDDED):
        solver = GriffinLim(ring, magnitudes(mel, EMBEDDED, RATE, fft, window))
        start = solver.from_phases(first_phases(solver.magnitudes, ring))
        sounds.append(solver.run(start, passes)[: ring.columns].reshape(-1).roll(-(window // 2)))
    return torch.stack(sounds).to(values.device)


@torch.no_grad()
def _figures(made: list[Tensor], wanted: list[Tensor]) -> dict[str, float]:
    """distance: log and convergence, means over WINDOWS, added up; mel: of mel spectra; log_short: up to 256 frames."""
    logs, gaps, mels = [], [], []
    for heard, true in zip(made, wanted, strict=True):
        for length in WINDOWS:
            pair = magnitude(heard, length), magnitude(true, length)
            logs.append(float(logarithm(*pair)))
            gaps.append(float(convergence(*pair)))
        mels.append(float(melodic(heard, true)))
    short = [log for index, log in enumerate(logs) if WINDOWS[index % len(WINDOWS)] <= 256]
    figures = {"distance": np.mean(logs) + np.mean(gaps), "log": np.mean(logs), "convergence": np.mean(gaps),
               "mel": np.mean(mels), "log_short": np.mean(short)}  # fmt: skip
    return {name: round(float(value), 4) for name, value in figures.items()}


def _grey(values: Tensor) -> Tensor:
    """As pictures of 256 grey levels hold them."""
    return (values * 255.0).round() / 255.0
