"""What the generator is told besides the words: numbers of a batch, and the net that makes one vector of them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

LOOPS = ("drums", "bass", "synth", "mix")
SHOTS = ("kick", "snare", "hat", "clap", "perc", "bass", "synth", "fx")
LABELS = tuple(f"loop:{name}" for name in LOOPS) + tuple(f"shot:{name}" for name in SHOTS)
MODES = ("major", "minor")
NO_LABEL, NO_TONIC, NO_MODE = len(LABELS), 12, len(MODES)
NAN = float("nan")
_TEMPI = 120.0
_WAVES = 3


def label_of(category: str, one_shot: bool) -> int:
    """Index of a category; a loop's "bass" is not a one-shot's."""
    return LABELS.index(f"{'shot' if one_shot else 'loop'}:{category}")


@dataclass(frozen=True, eq=False)
class Conditions:
    """Of n canvases: label, tonic, mode int64 (n,); density, brightness 0..1 and bpm float32 (n,), NaN where free;
    text float32 (n, numbers), zeros where there are no words."""

    label: Tensor
    tonic: Tensor
    mode: Tensor
    density: Tensor
    brightness: Tensor
    bpm: Tensor
    text: Tensor

    def dropped(self, which: dict[str, Tensor]) -> Conditions:
        """With the conditions named in ``which`` made free where its bools (n,) are true."""
        parts = {name: torch.where(where, _FREE[name], getattr(self, name)) for name, where in which.items()}
        return replace(self, **parts)

    def free(self, text: bool = True) -> Conditions:
        """All conditions free: the unconditional half of guidance."""
        all_of_them = torch.ones_like(self.label, dtype=torch.bool)
        freed = self.dropped(dict.fromkeys(_FREE, all_of_them))
        return replace(freed, text=torch.zeros_like(self.text)) if text else freed

    def joined(self, other: Conditions) -> Conditions:
        """This batch followed by another."""
        return Conditions(*(torch.cat((getattr(self, name), getattr(other, name))) for name in FIELDS))


FIELDS = ("label", "tonic", "mode", "density", "brightness", "bpm", "text")
_FREE = {
    "label": torch.tensor(NO_LABEL),
    "tonic": torch.tensor(NO_TONIC),
    "mode": torch.tensor(NO_MODE),
    "density": torch.tensor(NAN),
    "brightness": torch.tensor(NAN),
    "bpm": torch.tensor(NAN),
}


class ConditionNet(nn.Module):
    """One vector (n, width) of conditions: the sum of what each contributes."""

    def __init__(self, width: int, text: int) -> None:
        super().__init__()
        self.label = nn.Embedding(NO_LABEL + 1, width)
        self.tonic = nn.Embedding(NO_TONIC + 1, width)
        self.mode = nn.Embedding(NO_MODE + 1, width)
        self.key = nn.Embedding((NO_TONIC + 1) * (NO_MODE + 1), width)
        self.scalars = nn.Sequential(nn.Linear(3 * (2 + 2 * _WAVES), width), nn.SiLU(), nn.Linear(width, width))
        self.words = nn.Linear(text, width, bias=False)
        for table in (self.label, self.tonic, self.mode, self.key):
            nn.init.normal_(table.weight, std=0.3)

    def forward(self, told: Conditions) -> Tensor:
        """The vectors (n, width)."""
        tempo = torch.log2(told.bpm / _TEMPI) * 0.5 + 0.5
        numbers = torch.cat([_features(part) for part in (told.density, told.brightness, tempo)], dim=1)
        key = told.tonic * (NO_MODE + 1) + told.mode
        known = self.label(told.label) + self.tonic(told.tonic) + self.mode(told.mode) + self.key(key)
        out: Tensor = known + self.scalars(numbers) + self.words(told.text)
        return out


def _features(values: Tensor) -> Tensor:
    """(n, 2 + 2 waves) of (n,): known or not, the value, and slow waves of it; zeros where it is NaN."""
    known = ~values.isnan()
    there = torch.where(known, values, torch.zeros_like(values))
    waves = [turn(there * (torch.pi * n)) for n in range(1, _WAVES + 1) for turn in (torch.sin, torch.cos)]
    return torch.stack([torch.ones_like(there), there, *waves], dim=1) * known[:, None]
