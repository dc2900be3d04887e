"""How good a model is, in numbers and in a picture, against material it may have seen. Called by the command line."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from liveriff.errors import UsageError
from liveriff.render.embedded.conditions import Conditions
from liveriff.render.embedded.model import Model
from liveriff.render.embedded.sampler import noise
from liveriff.render.spectrogram import EMBEDDED, decode, decode_image
from liveriff.train import figures
from liveriff.train.material.measure import brightness, density

RATE, BEATS, COLUMNS, SIXTEENTHS = 44100, 8, 512, 32
Pictures = NDArray[np.uint8]
Facts = dict[str, Any]
Done = Callable[[], None]


@dataclass(frozen=True, eq=False)
class Loop:
    """A picture uint8 (512, 512), its facts, and the sound (frames,) it decodes to."""

    picture: Pictures
    facts: Facts
    sound: NDArray[np.float32]


def material(work: Path, count: int) -> list[tuple[Pictures, Facts]]:
    """The last loops of the material, of which the newest shards were seen least."""
    paths = sorted((work / "data").glob("loops-*.npy"))
    if not paths:
        raise UsageError(f"there is no material in {work / 'data'}; run `liveriff train data` first.")
    pictures = np.load(paths[-1], mmap_mode="r")
    lines = paths[-1].with_suffix(".jsonl").read_text("utf-8").splitlines()
    return [(np.array(picture), json.loads(line)) for picture, line in list(zip(pictures, lines, strict=True))[:count]]


def heard(picture: Pictures, facts: Facts) -> Loop:
    """A picture with its sound at its own tempo."""
    mel = decode_image(torch.from_numpy(picture.astype(np.float32) / 255.0)[None], EMBEDDED)
    frames = round(BEATS * 60.0 / facts["bpm"] * RATE)
    return Loop(picture, facts, decode(mel, EMBEDDED, RATE, frames)[0].numpy())


@torch.inference_mode()
def generated(model: Model, facts: Facts, seed: int, steps: int, guidance: float) -> Pictures:
    """A picture of the model for the conditions and the first caption of a piece of material."""
    row = Conditions(*(facts[name] for name in ("category", "tonic", "mode", "density", "brightness", "bpm")))
    told = model.told(model.text.embed([facts["captions"][-1]]), [row])
    start = noise(seed, *model.latent_shape, SIXTEENTHS)
    return grey(model.codec.decode(model.sample(start, told, guidance, steps, lambda step: None)))


def grey(values: torch.Tensor) -> Pictures:
    """uint8 (512, columns) of a decoded batch of one."""
    picture: Pictures = (values[0, 0].float() * 255.0 + 0.5).to(torch.uint8).numpy()
    return picture


@torch.inference_mode()
def codec_error(model: Model, pictures: list[Pictures]) -> float:
    """Mean absolute error in grey levels of 255 after coding and decoding."""
    errors = []
    for picture in pictures:
        batch = torch.from_numpy(picture.astype(np.float32) / 255.0)[None, None]
        errors.append(float((model.codec.decode(model.codec.encode(batch)) - batch).abs().mean()) * 255.0)
    return float(np.mean(errors))


def summary(loops: list[Loop]) -> dict[str, float]:
    """Figures of a set of loops."""
    drums = [loop for loop in loops if loop.facts["category"] in ("drums", "mix")]
    keyed = [loop for loop in loops if loop.facts["tonic"] is not None and loop.facts["category"] in ("bass", "synth")]
    spreads = [figures.grid_spread(figures.onset_offsets(loop.sound, RATE, SIXTEENTHS)) for loop in drums]
    right = [figures.in_key(figures.chroma(loop.picture), loop.facts["tonic"], loop.facts["mode"]) for loop in keyed]
    seams = [figures.seam(loop.sound) for loop in loops]
    return {
        "loops": len(loops),
        "onset_spread_ms": _mean(spreads),
        "chroma_in_key": _mean(right),
        "seam": _mean(seams),
        "density_agreement": _agreement(loops, "density", density),
        "brightness_agreement": _agreement(loops, "brightness", brightness),
    }


def _mean(values: list[float]) -> float:
    known = [value for value in values if not np.isnan(value)]
    return round(float(np.mean(known)), 4) if known else float("nan")


def _agreement(loops: list[Loop], name: str, measured: Callable[[Pictures, str], float]) -> float:
    told = np.array([loop.facts[name] for loop in loops])
    found = np.array([measured(loop.picture, loop.facts["category"]) for loop in loops])
    return round(figures.rank_agreement(told, found), 4)


def speed(model: Model, facts: Facts, steps: int, guidance: float) -> dict[str, float]:
    """Seconds for eight beats: picture and sound, the better of three, and how many times real time both are."""
    spent = []
    for seed in range(3):
        began = time.perf_counter()
        picture = generated(model, facts, seed, steps, guidance)
        drawn = time.perf_counter()
        loop = heard(picture, facts)
        spent.append((drawn - began, time.perf_counter() - drawn))
    canvas, sound = (min(parts) for parts in zip(*spent, strict=True))
    real = len(loop.sound) / RATE / (canvas + sound)
    return {"canvas_s": round(canvas, 3), "decode_s": round(sound, 3), "times_real_time": round(real, 2)}


def contact_sheet(rows: list[list[Pictures]], path: Path) -> None:
    """Material above, generated below, low bands at the bottom of each picture, at half size."""
    lines = [np.concatenate([np.pad(p[::-2, ::2], 2, constant_values=90) for p in row], axis=1) for row in rows]
    Image.fromarray(np.concatenate(lines)).save(path)


def evaluate(model: Model, work: Path, count: int, steps: int, guidance: float, done: Done) -> dict[str, Any]:
    """All figures as written to WORK/eval.json; WORK/eval.png shows the first eight pairs."""
    pairs = material(work, count)
    ours = []
    for seed, (_, facts) in enumerate(pairs):
        ours.append(generated(model, facts, seed, steps, guidance))
        done()
    real = [heard(picture, facts) for picture, facts in pairs]
    made = [heard(picture, facts) for picture, (_, facts) in zip(ours, pairs, strict=True)]
    found = {
        "steps": steps,
        "guidance": guidance,
        "codec_error_of_255": round(codec_error(model, [picture for picture, _ in pairs]), 3),
        "material": summary(real),
        "generated": summary(made),
        "speed": speed(model, pairs[0][1], steps, guidance),
    }
    contact_sheet([[picture for picture, _ in pairs[:8]], ours[:8]], work / "eval.png")
    (work / "eval.json").write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    return found
