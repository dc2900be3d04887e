"""Half precision: where it is used, what stays in float32, and that nobody hears it."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from liveriff.render.backend import CanvasBackend
from liveriff.render.embedded import backend as module
from liveriff.render.embedded.backend import Embedded
from liveriff.render.embedded.draft import HOP
from liveriff.render.embedded.halves import ROWS, halves_are_quick
from liveriff.render.embedded.model import untrained
from liveriff.render.embedded.vocoder import Vocoder
from liveriff.render.spectrogram import EMBEDDED, analyse, encode
from liveriff.wire.job import Job

JOB = Job(category="mix", prompt_a="techno", prompt_b="ambient", alpha=0.4, seed=3, beats=4, rate=48000)


def loaded(quick: bool, monkeypatch: pytest.MonkeyPatch) -> CanvasBackend:
    monkeypatch.setattr(module, "halves_are_quick", lambda: quick)
    made = Embedded()
    made.load("cpu")
    return made


def seen(samples: np.ndarray) -> torch.Tensor:
    """The picture of a sound."""
    mono = torch.from_numpy(samples.mean(axis=1))[None]
    return encode(analyse(mono, 48000, EMBEDDED, EMBEDDED.columns(JOB.beats)), EMBEDDED)


def apart(one: torch.Tensor, other: torch.Tensor) -> float:
    return float((one - other).norm() / other.norm())


def test_nobody_hears_it(monkeypatch: pytest.MonkeyPatch) -> None:
    full, half = loaded(False, monkeypatch), loaded(True, monkeypatch)
    canvases = [backend.canvas(JOB, lambda _step, _of: True) for backend in (full, half)]
    pictures = [torch.from_numpy(canvas.values.astype(np.float32)) for canvas in canvases]
    assert 0.0 < apart(pictures[1], pictures[0]) < 0.02
    sounds = [backend.decode(canvases[0], JOB).samples for backend in (full, half)]
    assert 0.0 < apart(seen(sounds[1]), seen(sounds[0])) < 0.01  # the same canvas
    own = [
        apart(seen(half.decode(canvas, JOB).samples), picture)
        for canvas, picture in zip(canvases, pictures, strict=True)
    ]
    assert abs(own[1] / own[0] - 1.0) < 0.03  # each sound is as near to its own picture
    loud = [20 * np.log10(np.sqrt(np.square(sound).mean())) for sound in sounds]
    assert abs(loud[1] - loud[0]) < 0.1


def test_what_is_told_and_the_last_layers_stay_in_float32() -> None:
    model = untrained().halve()
    dtypes = {name: parameter.dtype for name, parameter in model.unet.named_parameters()}
    told = [name for name in dtypes if name.startswith(("prompt", "time", "key", "leave")) or "modulation" in name]
    assert {dtypes[name] for name in told} == {torch.float32}
    assert dtypes["bottom.blocks.0.conv_in.conv.weight"] == torch.bfloat16
    assert dtypes["bottom.attention.queries.weight"] == torch.bfloat16
    assert next(model.codec.decoder[-1].parameters()).dtype == torch.float32
    assert next(model.codec.decoder[0].parameters()).dtype == torch.bfloat16
    assert {parameter.dtype for parameter in model.codec.encoder.parameters()} == {torch.float32}
    assert {parameter.dtype for parameter in model.text.parameters()} == {torch.float32}


@pytest.mark.parametrize(("known", "quick"), [((), False), (("_is_amx_tile_supported",), True)])
def test_only_processors_with_instructions_for_it_are_asked_to(
    known: tuple[str, ...], quick: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("_is_avx512_bf16_supported", "_is_amx_tile_supported"):
        monkeypatch.setattr(torch.cpu, name, lambda name=name: name in known, raising=False)
    assert halves_are_quick() is quick


@pytest.mark.parametrize("count", [7, 63, 64, 65, 578])
def test_in_half_precision_the_vocoder_multiplies_few_numbers_of_rows(count: int) -> None:
    rows: set[int] = set()
    whole, half = Vocoder(width=16, inner=32, blocks=2, bands=8), Vocoder(width=16, inner=32, blocks=2, bands=8)
    torch.nn.init.normal_(whole.leave.weight, std=0.05)
    half.load_state_dict(whole.state_dict())
    half.halve()
    for part in half.modules():
        if isinstance(part, torch.nn.Linear):
            part.register_forward_pre_hook(lambda _, given: rows.add(given[0].shape[-2]))
    noise = torch.Generator().manual_seed(count)
    sound, values = torch.randn(1, count * HOP, generator=noise), torch.rand(1, 8, 16, generator=noise)
    with torch.inference_mode():
        heard, meant = half(sound, values, count * HOP / 16), whole(sound, values, count * HOP / 16)
    assert rows == {-(-count // ROWS) * ROWS}
    assert heard.shape == meant.shape
    assert float((heard - meant).norm() / meant.norm()) < 0.02
