"""Tokenizers of a few hundred words, of the kinds that text encoders of audio models come with."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

WORDS = ("techno", "drums", "loop", "soft", "piano", "bass", "line", "jazz", "funk", "minor", "major", "BPM")
_LETTERS = tuple(chr(code) for code in range(33, 127))
_SPACE = "▁"


def _transformers() -> Any:
    return importlib.import_module("transformers")


def unigram(length: int) -> Any:
    """T5's kind: pieces with a score each; prompts of up to ``length`` tokens."""
    tokenizers = importlib.import_module("tokenizers")
    pieces = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), (_SPACE, -2.0)]
    pieces += [(_SPACE + word, -3.0) for word in WORDS] + [(letter, -6.0) for letter in _LETTERS]
    tokenizer = tokenizers.Tokenizer(tokenizers.models.Unigram(pieces, 2))
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.Metaspace()
    tokenizer.post_processor = tokenizers.processors.TemplateProcessing("$A </s>", special_tokens=[("</s>", 1)])
    names = {"eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>", "extra_ids": 0}
    return _loaded("T5TokenizerFast", tokenizer, length, names)


def bytes_joined(length: int) -> Any:
    """RoBERTa's kind: bytes, joined by merges; here none are joined."""
    tokenizers = importlib.import_module("tokenizers")
    alphabet = sorted(tokenizers.pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {token: i for i, token in enumerate(("<s>", "<pad>", "</s>", "<unk>", "<mask>", *alphabet))}
    tokenizer = tokenizers.Tokenizer(tokenizers.models.BPE(vocabulary, [], unk_token="<unk>"))
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.post_processor = tokenizers.processors.RobertaProcessing(("</s>", 2), ("<s>", 0))
    names = {name: f"<{mark}>" for name, mark in (("bos_token", "s"), ("unk_token", "unk"), ("mask_token", "mask"))}
    names |= {"eos_token": "</s>", "pad_token": "<pad>", "cls_token": "<s>", "sep_token": "</s>"}
    return _loaded("RobertaTokenizerFast", tokenizer, length, names)


def gemma(length: int) -> Any:
    """Gemma's kind: letters joined by merges, spaces as a letter of their own."""
    tokenizers = importlib.import_module("tokenizers")
    marks = ("<pad>", "<eos>", "<bos>", "<unk>", "<mask>", _SPACE)
    vocabulary = {token: i for i, token in enumerate((*marks, *_LETTERS))}
    tokenizer = tokenizers.Tokenizer(tokenizers.models.BPE(vocabulary, [], unk_token="<unk>", fuse_unk=True))
    tokenizer.normalizer = tokenizers.normalizers.Replace(" ", _SPACE)
    names = {f"{name}_token": f"<{name}>" for name in ("pad", "eos", "bos", "unk", "mask")}
    return _loaded("GemmaTokenizerFast", tokenizer, length, names)


def _loaded(kind: str, tokenizer: Any, length: int, names: dict[str, Any]) -> Any:
    """Through its files, which all versions of transformers read."""
    with TemporaryDirectory(prefix="liveriff-") as folder:
        tokenizer.save(str(Path(folder) / "tokenizer.json"))
        model = json.loads((Path(folder) / "tokenizer.json").read_text("utf-8"))["model"]
        if isinstance(model["vocab"], dict):
            (Path(folder) / "vocab.json").write_text(json.dumps(model["vocab"]), "utf-8")
            (Path(folder) / "merges.txt").write_text("#version: 0.2\n", "utf-8")
        config = {"tokenizer_class": kind, "model_max_length": length, **names}
        (Path(folder) / "tokenizer_config.json").write_text(json.dumps(config), "utf-8")
        return getattr(_transformers(), kind).from_pretrained(folder, local_files_only=True)


def clip() -> Any:
    """CLIP's kind: letters, letters that end a word, 77 tokens."""
    marks = ("<|startoftext|>", "<|endoftext|>")
    vocabulary = [*_LETTERS, *(f"{letter}</w>" for letter in _LETTERS), *marks]
    with TemporaryDirectory(prefix="liveriff-") as folder:
        names = Path(folder) / "vocab.json", Path(folder) / "merges.txt"
        names[0].write_text(json.dumps({token: index for index, token in enumerate(vocabulary)}), "utf-8")
        names[1].write_text("#version: 0.2\n", "utf-8")
        return _transformers().CLIPTokenizer(str(names[0]), str(names[1]), model_max_length=77)
