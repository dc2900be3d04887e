"""Sounds varied, morphed, mended, extended, packed and converted from the command line, and what is typed wrongly."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
import torch
from diffusers import UNet1DModel
from PIL import Image

from liveriff.render import catalog
from liveriff.render.backend import PATHS, Audio, BackendFactory, Tick
from liveriff.render.testtone import INFO as TONES
from liveriff.wire.job import Job

torch.set_num_threads(1)  # threads that wait for each other take ten times as long
RATE = 8000


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a small checkpoint."""
    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("models") / "tiny"
    UNet1DModel(
        sample_size=2048,
        sample_rate=RATE,
        extra_in_channels=16,
        time_embedding_dim=16,
        block_out_channels=(32, 32, 32),
        down_block_types=("DownBlock1DNoSkip", "DownBlock1D", "DownBlock1D"),
        up_block_types=("UpBlock1D", "UpBlock1D", "UpBlock1DNoSkip"),
    ).save_pretrained(folder / "unet")
    return f"dance:{folder}"


def tone(path: Path, hz: float = 300.0, seconds: float = 0.25, rate: int = RATE) -> Path:
    time = np.arange(round(seconds * rate)) / rate
    soundfile.write(path, 0.4 * np.stack([np.sin(2 * np.pi * hz * time)] * 2, axis=1), rate, subtype="PCM_24")
    return path


def samples(path: Path) -> Any:
    return soundfile.read(path, dtype="float32", always_2d=True)[0]


def test_vary(run: Any, tmp_path: Path, model: str) -> None:
    source = tone(tmp_path / "a.wav", rate=11025)
    same = ("vary", source, "--model", model, "--strength", 0)
    assert run(*same, "--out", "same.wav")[0] == 0
    assert np.array_equal(samples(tmp_path / "same.wav"), samples(source))
    status, said, _ = run("vary", source, "--model", model, "--strength", 0.5, "--steps", 4, "--seed", 7, "--json")
    told = json.loads(said)["files"][0]
    assert (status, told["file"], told["rate"]) == (0, "a-vary-7.wav", 11025)
    assert told["frames"] == len(samples(source))
    assert np.abs(samples(tmp_path / "a-vary-7.wav") - samples(source)).max() > 0.05


def test_vary_makes_several_of_a_part(run: Any, tmp_path: Path, model: str) -> None:
    source = tone(tmp_path / "a.wav")
    part = ("--start", 0.1, "--length", 0.1, "--strength", 0.5, "--steps", 3)
    assert run("vary", source, "--model", model, *part, "--count", 2, "--out", "many")[0] == 0
    made = [samples(tmp_path / "many" / f"a-vary-{seed}.wav") for seed in (1, 2)]
    assert [len(each) for each in made] == [800, 800]
    assert not np.array_equal(*made)


def test_samplers_and_schedules_are_heard(run: Any, tmp_path: Path, model: str) -> None:
    source = tone(tmp_path / "a.wav")
    common = ("vary", source, "--model", model, "--strength", 0.6, "--steps", 4)
    ways = [(), ("--sampler", "dpmpp-2m"), ("--schedule", "karras"), ("--sampler", "ddim", "--eta", 1)]
    for k, way in enumerate(ways):
        assert run(*common, *way, "--out", f"{k}.wav")[0] == 0
    made = [samples(tmp_path / f"{k}.wav") for k in range(len(ways))]
    assert all(np.abs(made[0] - other).max() > 1e-3 for other in made[1:])


def test_morph(run: Any, tmp_path: Path, model: str) -> None:
    one, other = tone(tmp_path / "a.wav"), tone(tmp_path / "b.wav", 500.0, 0.2)
    assert run("morph", one, other, "--steps", 4, "--denoising", 3, "--model", model, "--out", "way")[0] == 0
    made = sorted((tmp_path / "way").iterdir())
    assert [path.name for path in made] == [f"morph-00{k}.wav" for k in range(4)]
    assert np.array_equal(samples(made[0]), samples(one))
    assert np.array_equal(samples(made[3])[:1600], samples(other))
    assert {len(samples(path)) for path in made} == {2000}


def test_morph_at_chosen_places(run: Any, tmp_path: Path, model: str) -> None:
    one, other = tone(tmp_path / "a.wav"), tone(tmp_path / "b.wav", 500.0)
    common = ("morph", one, other, "--denoising", 3, "--model", model)
    assert run(*common, "--steps", 5, "--out", "even")[0] == 0
    assert run(*common, "--at", "0.75, 0.25,1", "--out", "chosen")[0] == 0
    even = [samples(path) for path in sorted((tmp_path / "even").iterdir())]
    made = [samples(path) for path in sorted((tmp_path / "chosen").iterdir())]
    for place, sound in zip((3, 1, 4), made, strict=True):
        assert np.array_equal(sound, even[place])


def test_inpaint_keeps_the_rest_sample_by_sample(run: Any, tmp_path: Path, model: str) -> None:
    source = tone(tmp_path / "a.wav", seconds=0.5, rate=11025)
    span = ("--from", 0.2, "--to", 0.3, "--steps", 3)
    assert run("inpaint", source, *span, "--model", model, "--out", "b.wav")[0] == 0
    before, after = samples(source), samples(tmp_path / "b.wav")
    start, end = 2205, 3308  # 0.3 s is 3307.5 frames, rounded
    assert np.array_equal(after[:start], before[:start])
    assert np.array_equal(after[end:], before[end:])
    assert np.abs(after[start + 100 : end - 100] - before[start + 100 : end - 100]).max() > 0.05


def test_extend(run: Any, tmp_path: Path, model: str) -> None:
    source = tone(tmp_path / "a.wav", rate=11025)
    common = ("extend", source, "--seconds", 0.3, "--steps", 3, "--method", "replace", "--model", model)
    assert run(*common, "--out", "b.wav")[0] == 0
    assert run(*common, "--only-new", "--out", "c.flac")[0] == 0
    before, after, new = (samples(path) for path in (source, tmp_path / "b.wav", tmp_path / "c.flac"))
    assert len(after) - len(before) == len(new) == round(0.3 * 11025)
    assert np.array_equal(after[: len(before)], before)
    assert np.abs(after[len(before) :] - new).max() < 2**-21  # 24 bits, rounded by two writers
    assert np.abs(new).max() > 0.05


def test_pack_and_oneshot(run: Any, tmp_path: Path, model: str) -> None:
    common = ("--category", "kick", "--steps", 3, "--length", 0.3, "--seed", 5)
    assert run("pack", *common, "--model", model, "--count", 3, "--out", "pack")[0] == 0
    names = sorted(path.name for path in (tmp_path / "pack").iterdir())
    assert names == ["contact-sheet.png", "kick-0005.wav", "kick-0006.wav", "kick-0007.wav"]
    with Image.open(tmp_path / "pack" / "contact-sheet.png") as sheet:
        colours = np.asarray(sheet.convert("RGB")).reshape(-1, 3)
    assert len(np.unique(colours, axis=0)) > 50
    assert run("oneshot", *common, "--model", model, "--out", "one.wav")[0] == 0
    assert np.array_equal(samples(tmp_path / "one.wav"), samples(tmp_path / "pack" / "kick-0005.wav"))


def test_pack_plays_any_model(run: Any, tmp_path: Path) -> None:
    assert run("pack", "--category", "snare", "--count", 2, "--model", "test-tone", "--out", "pack")[0] == 0
    assert len(list((tmp_path / "pack").glob("snare-*.wav"))) == 2


def test_a_listed_checkpoint_needs_no_name(run: Any, tmp_path: Path, model: str) -> None:
    source = tone(tmp_path / "a.wav")
    (tmp_path / "home").mkdir()
    entry = f"mine: {{backend: dance, model: '{model.removeprefix('dance:')}', one_shots: [snare]}}\n"
    (tmp_path / "home" / "models.yaml").write_text(entry)
    common = ("extend", source, "--steps", 2, "--seconds", 0.1)
    assert run(*common, "--out", "b.wav")[0] == 0
    assert run(*common, "--category", "snare", "--model", "mine", "--out", "c.wav")[0] == 0
    status, _, said = run(*common, "--category", "hat", "--out", "d.wav")
    assert (status, said) == (2, "liveriff: no Dance Diffusion checkpoint is listed for 'hat'; there are mine.\n")


class Echo:
    """A backend that starts from a sound by its job: it plays the source, softer by the strength."""

    info = replace(TONES, name="echo", honours=TONES.honours | {PATHS["source"], PATHS["strength"]})

    def load(self, device: str) -> None:
        """Nothing to load."""

    def close(self) -> None:
        """Nothing to close."""

    def render(self, job: Job, tick: Tick) -> Audio:
        heard = samples(Path(job.source)) * np.float32(0.9 - job.strength / (1 + job.seed))
        return Audio(np.pad(heard, ((0, job.frames - len(heard)), (0, 0))))


ECHO = BackendFactory("echo", lambda: Echo.info, f"{__name__}:Echo")


def test_vary_asks_any_model_that_starts_from_a_sound(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(catalog._BUILT_IN, "echo", f"{__name__}:ECHO")
    source = tone(tmp_path / "a.wav", rate=11025, seconds=0.1234)
    common = ("vary", source, "--strength", 0.5, "--model", "echo")
    assert run(*common, "--count", 2, "--out", "many")[0] == 0
    for seed in (1, 2):
        made = samples(tmp_path / "many" / f"a-vary-{seed}.wav")
        assert np.allclose(made, samples(source) * (0.9 - 0.5 / (1 + seed)), atol=1e-6)
    assert run("vary", source, "--strength", 0, "--model", "echo", "--out", "same.wav")[0] == 0
    assert np.array_equal(samples(tmp_path / "same.wav"), samples(source))
    status, _, said = run(*common, "--sampler", "ddim")
    assert (status, said) == (2, "liveriff: --sampler is for Dance Diffusion; 'echo' has its own.\n")


def test_convert_checkpoint(run: Any, tmp_path: Path) -> None:
    torch.save({"state_dict": {"x": torch.zeros(1)}}, tmp_path / "other.ckpt")
    status, _, said = run("convert-checkpoint", "other.ckpt", "--out", "o", "--rate", 8000, "--size", 2048)
    assert (status, "no checkpoint of Dance Diffusion" in said) == (2, True)
    assert not (tmp_path / "o").exists()
    assert "go together" in run("convert-checkpoint", "other.ckpt", "--out", "o", "--rate", 8000)[2]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("vary", "a.wav", "--strength", 0.5, "--model", "test-tone"), "the model 'test-tone' cannot do this"),
        (("morph", "a.wav", "a.wav", "--steps", 3, "--out", "m"), "the embedded model cannot morph two sounds"),
        (("morph", "a.wav", "a.wav", "--out", "m"), "with --steps N or where on the way with --at"),
        (("morph", "a.wav", "a.wav", "--steps", 3, "--at", "0.5", "--out", "m"), "either how many"),
        (("morph", "a.wav", "a.wav", "--at", "0.5,1.1", "--out", "m"), "from 0 (A) to 1 (B)"),
        (("morph", "a.wav", "a.wav", "--at", "0.5;0.6", "--out", "m"), "not '0.5;0.6'"),
        (("morph", "a.wav", "a.wav", "--at", "nan", "--out", "m"), "not 'nan'"),
        (("extend", "no.wav", "--model", "MODEL"), "there is no sound file no.wav"),
        (("extend", "a.wav", "--model", "dance:no/where/at/all"), "there is no model at"),
        (("extend", "a.wav", "--model", "embedded"), "the model 'embedded' cannot do this"),
        (("extend", "a.wav", "--model", "MODEL", "--out", "no/b.wav"), "the folder no does not exist"),
        (("extend", "a.wav", "--model", "MODEL", "--out", "b.txt"), "use .wav, .flac, .ogg or .mp3"),
        (("extend", "a.wav", "--model", "MODEL", "--sampler", "dimm"), "Did you mean ddim"),
        (("extend", "a.wav", "--model", "MODEL", "--seconds", 100000), "--seconds"),
        (("inpaint", "a.wav", "--from", 0.2, "--to", 0.1, "--model", "MODEL"), "is no part of a sound of 0.250 s"),
        (("inpaint", "a.wav", "--from", 9, "--to", 10, "--model", "MODEL"), "is no part of a sound of 0.250 s"),
        (("inpaint", "a.wav", "--from", 0, "--to", 1, "--method", "magic", "--model", "MODEL"), "no method 'magic'"),
        (("vary", "a.wav", "--strength", 0.5, "--start", 3, "--model", "MODEL"), "lasts only 0.250 s"),
        (("vary", "a.wav", "--strength", 2, "--model", "MODEL"), "--strength"),
        (("vary", "a.wav", "--strength", 0.5, "--count", 2, "--out", "b.wav", "--model", "MODEL"), "needs a folder"),
        (
            ("morph", "a.wav", "a.wav", "--steps", 3, "--sampler", "euler-a", "--out", "m", "--model", "MODEL"),
            "adds noise",
        ),
        (("pack", "--category", "kik", "--count", 2, "--out", "p", "--model", "MODEL"), "Did you mean kick"),
        (("pack", "--category", "kick", "--count", 2, "--out", "a.wav", "--model", "MODEL"), "cannot write into a.wav"),
    ],
)
def test_what_is_wrong_is_one_sentence_and_nothing_is_left(
    run: Any, tmp_path: Path, model: str, arguments: tuple[object, ...], says: str
) -> None:
    tone(tmp_path / "a.wav")
    status, said, told = run(*(model if word == "MODEL" else word for word in arguments))
    assert (status, said) == (2, "")
    assert says in told
    assert told.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["a.wav"]
