"""Sound to pictures in batches, on any device. Called by the codec's training and by whatever encodes material."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from liveriff.render.spectrogram import EMBEDDED, encode
from liveriff.render.spectrogram.analysis import hann, unit
from liveriff.render.spectrogram.filterbank import filterbank
from liveriff.train.material.kernels import RATE
from liveriff.train.material.picture import HIT_COLUMNS, HIT_FRAMES, LOOP_COLUMNS
from liveriff.train.shards import FULL_SCALE, facts_of, sound_of

_WINDOWS = {"cuda": 32768}
"""Windows transformed at once; elsewhere two buffers of 128 stay in a core's cache."""

_TOGETHER, _AHEAD = 64, 3
"""Items whose windows' places are worked out together; shards that are read ahead."""


@dataclass(frozen=True)
class Place:
    """Where an item lies in a flat sound, in frames."""

    start: int
    frames: int


def pictures(sound: Tensor, places: list[Place], hit: bool) -> Iterator[Tensor]:
    """Pictures uint8 (up to 64, 512, columns) on the sound's device, of items of flat int16 (frames,).

    As ``material.picture.picture`` makes them one by one, but for rounding: a loop wraps round, a one-shot is cut or
    has silence after it.
    """
    for first in range(0, len(places), _TOGETHER):
        some = places[first : first + _TOGETHER]
        around, starts = _extended(sound, some, hit)
        parts = [_values(around, block) for block in torch.split(starts, _WINDOWS.get(sound.device.type, 128))]
        columns = len(starts) // len(some)
        yield torch.cat(parts).view(len(some), columns, -1).transpose(1, 2).contiguous()


def _values(around: Tensor, starts: Tensor) -> Tensor:
    """Grey values uint8 (windows, bands) of windows that begin at ``starts``."""
    window, fft = EMBEDDED.window(RATE), EMBEDDED.fft(RATE)
    taper = (hann(window) * unit(EMBEDDED, window, RATE) / FULL_SCALE).to(around.device)
    bank = filterbank(EMBEDDED, RATE, fft).to(around.device)
    heard = torch.fft.rfft(around.unfold(0, window, 1)[starts] * taper, n=fft)[:, : len(bank)]
    return (encode(heard.abs() @ bank, EMBEDDED) * 255.0 + 0.5).to(torch.uint8)


def _extended(sound: Tensor, places: list[Place], hit: bool) -> tuple[Tensor, Tensor]:
    """Items with half a window before and after each, as flat float32, and where every column's window begins there."""
    half, columns = EMBEDDED.window(RATE) // 2, HIT_COLUMNS if hit else LOOP_COLUMNS
    parts, starts, ahead = [], [], 0
    column = torch.arange(columns, device=sound.device)
    for place in places:
        item = sound[place.start : place.start + place.frames].float()
        if hit:
            item = torch.nn.functional.pad(item[:HIT_FRAMES], (0, max(0, HIT_FRAMES - place.frames)))
        parts.append(_circle(item, half) if not hit else torch.nn.functional.pad(item, (half, half)))
        starts.append(ahead + (2 * column * len(item) + columns) // (2 * columns))
        ahead += len(parts[-1])
    return torch.cat(parts), torch.cat(starts)


def _circle(item: Tensor, half: int) -> Tensor:
    """A loop with what comes before and after it, however short it is."""
    times = -(-half // len(item))
    more = item.repeat(times)
    return torch.cat((more[len(more) - half :], item, more[:half]))


def shard_pictures(path: Path, device: torch.device) -> Iterator[Tensor]:
    """Pictures of a whole shard, in its order, (up to 64, 512, columns) at a time."""
    for _, part in all_pictures([path], device):
        yield part


def all_pictures(paths: list[Path], device: torch.device) -> Iterator[tuple[Path, Tensor]]:
    """Pictures of shards, one shard after the other; the next ones are read from the disk meanwhile."""
    with ThreadPoolExecutor(_AHEAD) as pool:
        waiting = deque(pool.submit(_read, path) for path in paths[:_AHEAD])
        for index, path in enumerate(paths):
            sound, places = waiting.popleft().result()
            if index + _AHEAD < len(paths):
                waiting.append(pool.submit(_read, paths[index + _AHEAD]))
            if places:
                for part in pictures(sound.to(device), places, is_shots(path)):
                    yield path, part


def _read(path: Path) -> tuple[Tensor, list[Place]]:
    places = [Place(row["start"], row["frames"]) for row in facts_of(path)]
    return torch.from_numpy(np.array(sound_of(path))), places


def is_shots(path: Path) -> bool:
    """Whether a shard holds one-shots."""
    return path.name.startswith("shots-")
