"""Texts that set something: parameters by their paths, prompts, models and their options, addresses of a door."""

from __future__ import annotations

import math
from random import Random

from fuzz.stage import FEW, Stage, folder
from fuzz.surface import Surface, Target, must
from liveriff.control.door.url import read_url
from liveriff.render.checkpoints import Checkpoint, from_name, read_table
from liveriff.render.dance.settings import from_options
from liveriff.render.embedded.spelling import LONGEST, Spelling
from liveriff.render.pipelines.options import options_of as pipelines_options
from liveriff.render.riffusion.options import options_of as riffusion_options
from liveriff.render.riffusion.weights import parse

WORDS = (
    *(
        b"/deck/1/level",
        b"=",
        b"-3 dB",
        b"auto",
        b"on",
        b"off",
        b"A minor",
        b"124 BPM",
        b"1/16",
        b"/raw",
        b"inf",
        b"nan",
    ),
    *(
        b"riffusion:",
        b"dance:",
        b"?scheduler=lcm",
        b"&steps=4",
        b"=[",
        b"{model: a, scale: 2}",
        b"!!python/none",
        b"&a [*a]",
    ),
)
ENTRIES = b"""funk:
  backend: riffusion
  model: ~/models/funk
  categories: [bass, mix]
  options: {scheduler: lcm, steps: 4, loras: [{model: a, scale: 0.5}], prompts: {bass: deep}}
kicks: {backend: dance, model: harmonai/maestro-150k, one_shots: [kick], options: {sampler: ddim, eta: 0.5}}
long: {backend: pipelines, model: ./audioldm2, options: {whole: true, negative: hiss}}
"""


def settings() -> Target:
    """``--set /path=value``, and the same text as what an encoder or a fader would do."""
    stage = Stage(FEW)

    def target(data: bytes) -> bool:
        stage.begin()
        path, _, value = data.decode("utf-8", "surrogateescape").partition("=")
        try:
            stored = stage.registry.set(path, value, "fuzz")
        except Exception:
            stage.check(untouched=True)
            raise
        must(stage.registry.spec(path).coerce(stored) == stored, f"{path} stores {stored!r}")
        stage.registry.format(path).encode("utf-8")
        stage.check()
        stage.registry.undo()
        return True

    return target


def prompts() -> Target:
    """A prompt, as the embedded model and Riffusion's read it."""
    spelling = Spelling(["deep", "house", "deep house", "bass", "drum", "drums", "acid", "warm", "pad", "808"], 10)

    def target(data: bytes) -> bool:
        text = data.decode("utf-8", "replace")
        must(len(spelling.ids(text)) <= LONGEST, "more entries than are read")
        must(all(math.isfinite(piece.weight) for piece in parse(text)), "a weight is no number")
        return True

    return target


def _options(checkpoint: Checkpoint) -> None:
    """As the backend that is named reads them."""
    if checkpoint.backend == "dance":
        from_options(checkpoint.options, "the model")
    elif checkpoint.backend == "pipelines":
        pipelines_options(checkpoint.options, checkpoint.name)
    else:
        riffusion_options(checkpoint.options, checkpoint.name)


def models() -> Target:
    """models.yaml, and the options of every entry."""
    path = folder("models") / "models.yaml"

    def target(data: bytes) -> bool:
        path.write_bytes(data)
        for checkpoint in read_table(path).values():
            _options(checkpoint)
        return True

    return target


def model_names() -> Target:
    """A model as it is named on a command line or in a scene; no file is looked for."""

    def target(data: bytes) -> bool:
        found = from_name(data.decode("utf-8", "replace"))
        if found is not None:
            _options(found)
        return found is not None

    return target


def urls() -> Target:
    """The address of a door."""

    def target(data: bytes) -> bool:
        url = read_url(data.decode("utf-8", "replace"))
        must(url.base.startswith("http://"), f"{url.base} is no address")
        return True

    return target


def setting(random: Random) -> bytes:
    """Any path, any value."""
    values = (
        "1",
        "-3.5 dB",
        "off",
        "auto",
        "A minor",
        "nan",
        "-inf",
        "1e999",
        "²",
        " ",
        "x" * 600,
        "\u202eabc",
        "é\x07",
    )
    return f"{random.choice(tuple(FEW))}={random.choice(values)}".encode()


SURFACES = (
    Surface(
        "setting",
        "texts as values of parameters, from the command line",
        settings,
        lambda: [
            b"/deck/1/level=-3 dB",
            b"/key/tonic=Bb",
            b"/deck/1/prompt/a=warm bass",
            b"/quantum=1/16",
            b"/play=on",
        ],
        setting,
        WORDS,
        longest=700,
    ),
    Surface(
        "prompt",
        "prompts, down to the words that the embedded model knows and the weights that Riffusion's reads",
        prompts,
        lambda: [
            b"deep house, warm pad",
            b"(louder:1.5) [softer] \\(x",
            b"a" * 45,
            "Ａcid ﬀ Ἀ".encode(),
            b"((((a:2):3):4)",
        ],
        words=(
            b"(",
            b")",
            b"[",
            b"]",
            b":",
            b"\\",
            b":1.5)",
            b":-1)",
            b":9999999999)",
            b" ",
            b"deep",
            b"hou",
            b"drumbass",
        ),
        longest=4000,
    ),
    Surface(
        "models",
        "models.yaml and the options of every entry",
        models,
        lambda: [ENTRIES, *(b"a:\n " + each for each in ENTRIES.split(b"\n ")[1:5])],
        words=(
            *WORDS,
            b"backend: ",
            b"model: ",
            b"options: ",
            b"loras: ",
            b": ",
            b"\n",
            b"  ",
            b"- ",
            b"? ",
            b"[",
            b"]",
            b"*a",
        ),
    ),
    Surface(
        "model-name",
        "models as they are named: backend, path or hub id, options",
        model_names,
        lambda: [b"embedded", b"riffusion:a/b?scheduler=lcm&steps=4", b"dance:x?eta=0.5", b"pipelines?whole=true"],
        words=WORDS,
        longest=600,
    ),
    Surface(
        "url",
        "addresses of a door, for attach",
        urls,
        lambda: [b"127.0.0.1:8080", b"http://laptop.local:8080/?token=x", b"ws://[::1]:9/", b"laptop"],
        words=(
            b"http://",
            b"ws://",
            b"[",
            b"]",
            b":",
            b"@",
            b"%",
            b"?token=",
            b"&",
            b"#",
            b"//",
            b"\\",
            "．".encode(),
            b"::1",
        ),
        longest=300,
    ),
)
