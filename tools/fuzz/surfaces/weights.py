"""Models from elsewhere: safetensors, and the JSON beside them, by the readers of all backends."""

from __future__ import annotations

import contextlib
import json
import struct
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

from fuzz import jsons
from fuzz.stage import folder
from fuzz.surface import Surface, Target, must
from liveriff.errors import ModelError
from liveriff.render.checkpoints import Checkpoint
from liveriff.render.dance.card import card_of as dance_card
from liveriff.render.embedded.weights import checked_manifest
from liveriff.render.hub import fingerprint, licence_of
from liveriff.render.pipelines.card import card_of as pipelines_card
from liveriff.render.pipelines.card import scheduler_of

DANCE: dict[str, Any] = {
    "_class_name": "UNet1DModel",
    "sample_rate": 8000,
    "sample_size": 2048,
    "in_channels": 2,
    "out_channels": 2,
    "extra_in_channels": 16,
    "block_out_channels": [32, 32, 32],
    "down_block_types": ["DownBlock1DNoSkip", "DownBlock1D", "AttnDownBlock1D"],
    "up_block_types": ["AttnUpBlock1D", "UpBlock1D", "UpBlock1DNoSkip"],
}
SMALL: dict[str, Any] = {  # one level: diffusers builds it in half the time
    **DANCE,
    "block_out_channels": [32],
    "down_block_types": ["DownBlock1DNoSkip"],
    "up_block_types": ["UpBlock1DNoSkip"],
}
_PARTS = {"vae": ["diffusers", "AutoencoderOobleck"], "transformer": ["diffusers", "StableAudioDiTModel"]}
STABLE: dict[str, Any] = {
    "model_index.json": {"_class_name": "StableAudioPipeline", **_PARTS},
    "vae/config.json": {"downsampling_ratios": [2, 4, 4, 8, 8], "sampling_rate": 44100, "audio_channels": 2},
    "transformer/config.json": {"sample_size": 1024},
    "scheduler/scheduler_config.json": {"_class_name": "CosineDPMSolverMultistepScheduler", "sigma_min": 0.3},
}
LDM: dict[str, Any] = {
    "model_index.json": {
        "_class_name": "AudioLDM2Pipeline",
        "vae": ["diffusers", "A"],
        "vocoder": ["transformers", "B"],
    },
    "vae/config.json": {"block_out_channels": [128, 256, 512]},
    "vocoder/config.json": {"sampling_rate": 16000, "upsample_rates": [5, 4, 2, 2, 2]},
    "unet/config.json": {"sample_size": 128},
    "scheduler/scheduler_config.json": {"_class_name": "DDIMScheduler"},
}
THIRD: dict[str, Any] = {
    "model_index.json": {"_class_name": "StableAudio3Pipeline", "vae": ["diffusers", "A"]},
    "vae/config.json": {"sampling_rate": 44100, "patch_size": 4, "encoder_strides": [2, 4, 8, 8], "audio_channels": 2},
    "duration_embedder/config.json": {"max_val": 47.0},
    "scheduler/scheduler_config.json": {"stochastic_sampling": True},
}
MANIFEST: dict[str, Any] = {"version": "abc", "files": {"unet/config.json": [2, "ab" * 32]}, "notes": {"steps": 3}}
FOLDERS: tuple[dict[str, Any], ...] = ({"unet/config.json": DANCE}, STABLE, LDM, THIRD, {"manifest.json": MANIFEST})


def _dance(place: Path) -> None:
    card = dance_card(Checkpoint("x", "dance", str(place)))
    must(0 < card.shortest <= card.longest, f"{card.shortest}, {card.longest}")
    must(0 < card.rate <= 384000 and card.longest < 2**31, f"{card.rate}, {card.longest}")
    must(isinstance(card.time_width, int), f"{card.time_width!r}")


def _pipelines(place: Path) -> None:
    card = pipelines_card(Checkpoint("x", "pipelines", str(place)))
    must(0 < card.rate <= 384000 and card.channels in (1, 2), f"{card.rate}, {card.channels}")
    must(0 < card.unit <= card.most < 2**31, f"{card.unit}, {card.columns}")
    scheduler_of(place)


def _embedded(place: Path) -> None:
    checked_manifest(place)


_READERS: tuple[Callable[[Path], None], ...] = (_dance, _pipelines, _pipelines, _pipelines, _embedded)


def folders() -> Target:
    """A folder of settings: the first byte says of which backend, the second which file of it the rest is."""
    place = folder("models")
    readers = [(_filled(place / str(number), files), files) for number, files in enumerate(FOLDERS)]

    def target(data: bytes) -> bool:
        kind = data[0] % len(readers) if data else 0
        base, files = readers[kind]
        name = list(files)[data[1] % len(files) if len(data) > 1 else 0]
        (base / name).write_bytes(data[2:])
        try:
            _READERS[kind](base)
        finally:
            (base / name).write_text(json.dumps(files[name]))
        return True

    return target


def _filled(base: Path, files: dict[str, Any]) -> Path:
    for name, told in files.items():
        (base / name).parent.mkdir(parents=True, exist_ok=True)
        (base / name).write_text(json.dumps(told))
    return base


def config(random: Random) -> bytes:
    """One file of one folder with something wrong in it."""
    kind = random.randrange(len(FOLDERS))
    which = random.randrange(len(FOLDERS[kind]))
    return bytes((kind, which)) + jsons.dumped(jsons.changed(random, list(FOLDERS[kind].values())[which], 3))


def tensors() -> Target:
    """A safetensors file as a learnt word for Riffusion: its digest, its tensors."""
    from liveriff.render.riffusion.adapters import _teach

    path = folder("tensors") / "word.safetensors"
    pipe = _Taught()

    def target(data: bytes) -> bool:
        path.write_bytes(data)
        fingerprint(path)
        _teach(pipe, path)
        return True

    target(safetensors(HEAD))  # torch is imported
    return target


class _Taught:
    """A pipeline that only looks at what it is taught."""

    def load_textual_inversion(self, tensor: Any, token: str) -> None:
        must(isinstance(token, str) and tensor.numel() >= 0, f"{token!r}")


def safetensors(head: Any, body: bytes = bytes(32)) -> bytes:
    """A file with this head."""
    told = head if isinstance(head, bytes) else json.dumps(head).encode()
    return struct.pack("<Q", len(told)) + told + body


HEAD: dict[str, Any] = {
    "<funk>": {"dtype": "F32", "shape": [2, 4], "data_offsets": [0, 32]},
    "__metadata__": {"format": "pt"},
}


def head(random: Random) -> bytes:
    """A file whose head is nearly right."""
    told = jsons.changed(random, HEAD)
    if random.random() < 0.3:
        return safetensors(jsons.dumped(told), random.randbytes(random.randrange(64)))
    return safetensors(jsons.dumped(told))


def networks() -> Target:
    """A small Dance Diffusion checkpoint, read whole by diffusers: the first byte says whether the rest is its settings
    or its weights."""
    import torch
    from diffusers import UNet1DModel

    from liveriff.render.dance.net import load
    from liveriff.render.libraries import quiet

    torch.set_num_threads(1)
    place = folder("networks")
    with contextlib.ExitStack() as stack:
        stack.enter_context(quiet())
        known = {key: value for key, value in SMALL.items() if key != "_class_name"}
        UNet1DModel(**known, time_embedding_dim=16).save_pretrained(place)
    config_, weights = place / "config.json", place / "diffusion_pytorch_model.safetensors"
    good = {config_: config_.read_bytes(), weights: weights.read_bytes()}

    def target(data: bytes) -> bool:
        file = config_ if data[:1] and data[0] & 1 else weights
        size = len(good[weights])
        file.write_bytes(data[1:] if file is config_ else (data[1:] + good[weights][len(data) - 1 :])[:size])
        try:
            card = dance_card(Checkpoint("x", "dance", str(place)))
            with quiet():
                load(card, "cpu")
        finally:
            file.write_bytes(good[file])
        return True

    return target


def network(random: Random) -> bytes:
    """Settings with something wrong in them."""
    return b"\1" + jsons.dumped(jsons.changed(random, {**SMALL, "time_embedding_dim": 16, "layers_per_block": 1}))


def licences() -> Target:
    """A model's card."""
    place = folder("cards")

    def target(data: bytes) -> bool:
        (place / "README.md").write_bytes(data)
        return licence_of(place) != ""

    return target


def _folders() -> list[bytes]:
    return [
        bytes((kind, which)) + json.dumps(told).encode()
        for kind, files in enumerate(FOLDERS)
        for which, told in enumerate(files.values())
    ]


_JSON = (b"null", b"true", b"-1", b"1e999", b"[]", b"{}", b"[", b"]", b"{", b"}", b":", b",", b'""', b"NaN", b"9" * 40)
SURFACES = (
    Surface(
        "model-folder",
        "settings of checkpoints (Dance Diffusion, Stable Audio, AudioLDM 2), and the manifest of own weights",
        folders,
        _folders,
        config,
        (
            *_JSON,
            b'"_class_name"',
            b'"sample_rate"',
            b'"sample_size"',
            b'"files"',
            b'"UNet1DModel"',
            b'"custom_library"',
        ),
    ),
    Surface(
        "safetensors",
        "safetensors files: lengths, heads, offsets, types; as a learnt word",
        tensors,
        lambda: [safetensors(HEAD), safetensors({"emb_params": HEAD["<funk>"]}), safetensors({}), bytes(8)],
        head,
        (*_JSON, b'"F16"', b'"BF16"', b'"I64"', b'"data_offsets"', b'"shape"', b"__metadata__", b"\xff" * 8, b"\0" * 8),
    ),
    Surface(
        "model-card",
        "a model's README, for its licence",
        licences,
        lambda: [b"---\nlicense: mit\n---\n# x\n", b"license: \xff\n"],
        words=(b"license:", b"\n", b"---", b" "),
    ),
    Surface(
        "network",
        "a whole small checkpoint of Dance Diffusion, settings or weights changed, read by diffusers",
        networks,
        lambda: [b"\1" + json.dumps(SMALL).encode(), b"\0"],
        network,
        _JSON,
        refusals=(ModelError,),
        slow_s=5.0,
        grows_mb=256,
    ),
)
