"""LoRAs and learnt words, added to the nets when they load. Through diffusers' own loaders; imports diffusers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from liveriff.errors import ModelError
from liveriff.render.hub import locate, weights_in
from liveriff.render.libraries import gist
from liveriff.render.riffusion.options import Options

Expand = Callable[[str], str]


def adapted(parts: dict[str, Any], options: Options) -> Expand:
    """Melt the LoRAs into unet and text encoder, teach the tokenizer the learnt words; how prompts are expanded."""
    if not options.loras and not options.embeddings:
        return lambda prompt: prompt
    pipe = _pipeline(parts)
    for number, lora in enumerate(options.loras):
        _melt(pipe, _file(lora.model, "LoRA"), lora.scale, f"lora{number}")
    for embedding in options.embeddings:
        _teach(pipe, _file(embedding, "embedding"))
    return lambda prompt: str(pipe.maybe_convert_prompt(prompt, pipe.tokenizer))


def _pipeline(parts: dict[str, Any]) -> Any:
    """A pipeline round the parts: only its loaders are used."""
    from diffusers import StableDiffusionPipeline

    return StableDiffusionPipeline(
        **{name: parts[name] for name in ("unet", "vae", "text_encoder", "tokenizer", "scheduler")},
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )


def _file(model: str, what: str) -> Path:
    """The one weights file of a path or hub id."""
    found = weights_in(locate(model))
    if len(found) > 1:
        names = ", ".join(path.name for path in found[:4])
        raise ModelError(f"the {what} {model} is several files ({names}); name one of them.")
    return found[0]


def _melt(pipe: Any, file: Path, scale: float, name: str) -> None:
    try:
        import peft  # noqa: F401 - diffusers wants it for LoRAs, and says so in three sentences
    except ImportError as error:
        raise ModelError(f"the LoRA {file.name} needs peft; install liveriff[models].") from error
    try:
        pipe.load_lora_weights(file.parent, weight_name=file.name, adapter_name=name, local_files_only=True)
        pipe.fuse_lora(lora_scale=scale, adapter_names=[name])
        pipe.unload_lora_weights()
    except Exception as error:
        raise ModelError(f"the LoRA {file} does not fit this checkpoint: {gist(error)}.") from error


def _teach(pipe: Any, file: Path) -> None:
    """A learnt word is called as it was trained, or as its file where that does not say."""
    from safetensors.torch import load_file

    try:
        learnt = load_file(file)
        names = list(learnt)
        if len(names) != 1:
            raise ModelError(f"{file} is no textual inversion: it holds {len(names)} tensors instead of one.")
        word = file.stem if names[0] == "emb_params" else names[0]
        pipe.load_textual_inversion(learnt[names[0]], token=word)
    except ModelError:
        raise
    except Exception as error:
        raise ModelError(f"the embedding {file} does not fit this checkpoint: {gist(error)}.") from error
