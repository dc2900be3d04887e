"""Small pictures by which a copy of a training item would be found: 16 bands x 32 sixteenths, 512 bytes each.

Training writes those of all its loops to WORK/judge/training.npy; the judge looks for the nearest of each sample.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from liveriff.train.judge.distances import nearest

ROWS, COLUMNS = 16, 32
_BATCH = 256
Bytes = NDArray[np.uint8]


@torch.inference_mode()
def fingerprints(pictures: Any) -> Bytes:
    """uint8 (n, 512) of pictures uint8 (n, 512, columns), a numpy array or a tensor on any device."""
    parts = []
    for first in range(0, len(pictures), _BATCH):
        batch = torch.as_tensor(np.asarray(pictures[first : first + _BATCH])) if isinstance(pictures, np.ndarray) else (
            pictures[first : first + _BATCH]
        )  # fmt: skip
        small = functional.adaptive_avg_pool2d(batch[:, None].float(), (ROWS, COLUMNS))
        parts.append(small.add_(0.5).to(torch.uint8).flatten(1).cpu().numpy())
    return np.concatenate(parts) if parts else np.zeros((0, ROWS * COLUMNS), np.uint8)


def path_of(work: Path) -> Path:
    """Where the training set's fingerprints lie."""
    return work / "judge" / "training.npy"


def write(work: Path, found: Bytes) -> None:
    """Keep the training set's fingerprints; written aside and renamed."""
    path = path_of(work)
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_suffix(".part")
    with aside.open("wb") as file:
        np.save(file, found)
    os.replace(aside, path)


def distances(prints: Bytes, training: Bytes) -> NDArray[np.float64]:
    """Distance of each print to the nearest of the training set, as grey levels of 255 (root mean square).

    Loops are looked for as they are and turned by a bar, as training turns them.
    """
    known = training.astype(np.float32)
    images = prints.reshape(-1, ROWS, COLUMNS)
    turned = np.roll(images, COLUMNS // 2, axis=2).reshape(len(prints), -1)
    both = [nearest(rows.astype(np.float32), known)[0] for rows in (prints, turned)]  # type: ignore[arg-type]
    least: NDArray[np.float64] = np.minimum(*both).astype(np.float64) / np.sqrt(prints.shape[1])
    return least
