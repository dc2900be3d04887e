"""Jobs played by a small checkpoint: strips, continuations, sources, masks, layouts, widths, categories, names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
import torch
from PIL import Image

from liveriff.errors import UsageError
from liveriff.render.backend import Cancelled, Canvas
from liveriff.render.catalog import find
from liveriff.render.checkpoints import Checkpoint
from liveriff.render.riffusion import BACKEND
from liveriff.render.riffusion.backend import Riffusion
from liveriff.render.riffusion.canvas import canvas_of, columns_a_beat, columns_of, layout_of, picture_of
from liveriff.render.riffusion.options import EMBEDDED, Options
from liveriff.render.riffusion.outpaint import soft_border, tail_and_room
from liveriff.render.riffusion.request import End
from liveriff.render.riffusion.sound import sound_of
from liveriff.render.riffusion.sources import canvas_of_sound, fitted, mask, picture, source_picture
from liveriff.render.spectrogram import RIFFUSION, RIFFUSION_20K
from liveriff.wire.job import Job

JOB = Job(
    category="drums", prompt_a="techno", prompt_b="piano", steps=3, beats=4, canvas_bpm_cents=9375, bpm_cents=9375
)


def always(_step: int, _of: int) -> bool:
    return True


@pytest.fixture(scope="module")
def made(folder: Path) -> Iterator[Any]:
    """Backends by their options, loaded once."""
    kept: dict[str, Riffusion] = {}

    def make(**options: Any) -> Riffusion:
        key = repr(sorted(options.items()))
        if key not in kept:
            kept[key] = Riffusion(Checkpoint("tiny", "riffusion", str(folder), options=options))
            kept[key].load("cpu")
        return kept[key]

    yield make
    for backend in kept.values():
        backend.close()


def values(backend: Riffusion, job: Job) -> np.ndarray[Any, np.dtype[np.float32]]:
    return np.asarray(backend.canvas(job, always).values, np.float32)


def furthest(one: Any, other: Any) -> float:
    return float(np.abs(np.asarray(one, np.float32) - np.asarray(other, np.float32)).max())


# --- strips ----------------------------------------------------------------------------------------------------------


def test_a_strip_is_its_jobs(made: Any) -> None:
    backend, alphas = made(), (0.0, 0.4, 1.0)
    for alpha, canvas in zip(alphas, backend.strip(JOB, alphas, always), strict=True):
        assert furthest(canvas.values, values(backend, replace(JOB, alpha=alpha))) < 2e-3  # half precision's step


def test_a_long_strip_counts_on(made: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("liveriff.render.riffusion.backend._STRIP_COLUMNS", 512)
    heard: list[tuple[int, int]] = []

    def tick(step: int, of: int) -> bool:
        heard.append((step, of))
        return True

    assert len(made().strip(JOB, (0.0, 0.5, 1.0), tick)) == 3
    assert heard == [(step, 6) for step in range(1, 7)]


def test_neighbours_can_be_decoded_with_one_s_phases(made: Any) -> None:
    """So their sounds are as alike as their pictures, and what is decoded alone stays what it was."""
    backend, job = made(), replace(JOB, beats=4)
    bands = torch.linspace(0, 1, 512)[:, None]
    one = 0.5 + 0.5 * torch.sin(40 * bands + torch.linspace(0, 9, 256))
    pair = [Canvas((one * (1 - share) + share * one.flip(1))[None].numpy()) for share in (0.0, 0.1)]
    alone = [backend.decode(each, job).samples[:, 0] for each in pair]
    led = backend.decode_like(pair[1], pair[0], job).samples[:, 0]
    assert np.array_equal(backend.decode_like(pair[0], pair[0], job).samples[:, 0], alone[0])
    own, like = (float(np.corrcoef(alone[0], each)[0, 1]) for each in (alone[1], led))
    assert like > own + 0.2


def test_a_fill_changes_its_beats_alone(made: Any) -> None:
    backend = made()
    whole = backend.canvas(JOB, always)
    job = replace(JOB, fill_beats=1, fill_end=3, fill_seed=77)
    filled = backend.refill(whole, job, always)
    changed = np.abs(filled.values.astype(np.float32) - whole.values.astype(np.float32)).max(axis=(0, 1))
    assert changed[128:192].max() > 0.02
    assert changed[:128].max() == changed[192:].max() == 0.0
    other = backend.refill(whole, replace(job, fill_seed=78), always)
    assert furthest(filled.values, other.values) > 0.01


# --- going on --------------------------------------------------------------------------------------------------------


def test_what_follows_depends_on_what_was_before(made: Any) -> None:
    backend = made()
    one, other = (backend.canvas(replace(JOB, seed=seed), always) for seed in (1, 2))
    after_one, after_other = (backend.continued(replace(JOB, seed=9), before, always) for before in (one, other))
    assert after_one.values.shape == one.values.shape
    assert furthest(after_one.values, after_other.values) > 0.02
    assert furthest(after_one.values, backend.continued(replace(JOB, seed=9), one, always).values) == 0.0
    with pytest.raises(UsageError, match="not 1000"):
        backend.continued(JOB, one, always, keep=1000)
    with pytest.raises(Cancelled):
        backend.continued(JOB, one, lambda step, _of: step < 2)


def test_a_sound_is_gone_on_from_where_the_model_says_so(made: Any, tmp_path: Path) -> None:
    """The loop's size stays, what was heard matters, and what is painted over it elsewhere is not what comes here."""
    one, other = (str(loop_file(tmp_path, seconds)) for seconds in (2.56, 2.0))
    backend = made(continues=True)
    job = replace(JOB, steps=4, source=one)
    after = values(backend, job)
    assert after.shape == (1, 512, 256)
    assert furthest(after, values(backend, replace(job, source=other))) > 1e-3
    assert furthest(after, values(made(), job)) > 1e-2
    assert backend.render(job, always).samples.shape == (job.frames, 2)
    assert furthest(values(backend, replace(job, source="")), values(made(), replace(job, source=""))) == 0.0


def test_negative_words_of_the_job_win_over_those_of_the_model(made: Any) -> None:
    plain, model = made(), made(negative="jazz")
    loud = replace(JOB, guidance=7.0)
    told = replace(loud, negative="jazz")
    assert furthest(values(plain, told), values(plain, loud)) > 1e-3
    assert furthest(values(plain, told), values(model, loud)) == 0.0
    assert furthest(values(model, replace(loud, negative="funk")), values(model, loud)) > 1e-3


def test_ends_without_negative_words_have_those_of_the_model(made: Any) -> None:
    end = End("drum loop, techno", JOB.seed, guidance=7.0)
    told = replace(end, negative="jazz")
    plain, model = made(), made(negative="jazz")
    heard = [backend.way(JOB, each, each, (0.0,), always)[0] for backend, each in ((plain, told), (model, end))]
    assert furthest(heard[0].values, heard[1].values) == 0.0
    assert furthest(heard[0].values, plain.way(JOB, end, end, (0.0,), always)[0].values) > 1e-3


def test_drift_goes_to_the_seed_that_is_named(made: Any) -> None:
    drifted = values(made(), replace(JOB, seed=3, seed_drift=1.0, seed_b=50))
    assert furthest(drifted, values(made(), replace(JOB, seed=50))) == 0.0
    assert furthest(values(made(), replace(JOB, seed=3, seed_drift=1.0)), values(made(), replace(JOB, seed=4))) == 0.0


def test_the_room_beside_the_tail_is_painted_and_the_tail_is_not() -> None:
    before = torch.arange(256.0).expand(1, 3, 512, -1)
    init, anew = tail_and_room(before, 192, 128)
    assert init.shape == (1, 3, 512, 320)
    assert torch.equal(init[..., :128], before[..., 128:])
    assert float(init[0, 0, 0, 128]) == 255.0  # reflected: the end again, backwards
    row = anew[0, 0, 0]
    assert anew.shape == (1, 1, 512, 320)
    assert (row[:64] == 0).all()
    assert (row[64:128].diff() > 0).all()
    assert (row[128:] == 1).all()
    assert float(soft_border(8, 32, 64).min()) > 0.0  # nothing is kept hard where the tail is short


# --- sources ---------------------------------------------------------------------------------------------------------


def loop_file(folder: Path, seconds: float, rate: int = 44100, beats: int = 4) -> Path:
    """Clicks on the beats."""
    frames = round(seconds * rate)
    sound = np.zeros((frames, 2), np.float32)
    noise = np.random.default_rng(0).uniform(-1, 1, (800, 2))
    for beat in range(beats):
        start = frames * beat // beats
        sound[start : start + 800] += noise * np.linspace(1, 0, 800)[:, None]
    path = folder / f"loop-{seconds:g}.wav"
    soundfile.write(path, sound, rate)
    return path


@pytest.mark.parametrize("seconds", [2.56, 2.2])
def test_a_loop_lies_on_the_beats_of_the_canvas_whatever_its_tempo(tmp_path: Path, seconds: float) -> None:
    found = source_picture(str(loop_file(tmp_path, seconds)), JOB, 256, RIFFUSION)
    loud = canvas_of(found[0], RIFFUSION)[0].mean(0)
    for beat in range(4):
        assert float(loud[64 * beat]) > 3.0 * float(loud[64 * beat + 32])


def test_longer_files_are_cut_and_shorter_ones_repeated() -> None:
    rate = 1000
    long, short, near = (torch.arange(float(n))[None] for n in (9000, 640, 2400))
    assert torch.equal(fitted(long, rate, JOB), long[:, :2560])
    assert torch.equal(fitted(short, rate, JOB), short.repeat(1, 4))
    assert torch.equal(fitted(near, rate, JOB), near)
    shot = replace(JOB, beats=0, milliseconds=500)
    assert fitted(near, rate, shot).shape == (1, 500)
    assert fitted(short[:, :100], rate, shot).shape == (1, 500)
    with pytest.raises(UsageError, match="empty"):
        fitted(torch.zeros(1, 0), rate, JOB)


def test_a_source_is_left_by_strength(made: Any, tmp_path: Path) -> None:
    backend = made(scheduler="euler")
    job = replace(JOB, source=str(loop_file(tmp_path, 2.56)), steps=6)
    near = values(backend, replace(job, strength=0.0))
    far = [float(np.abs(values(backend, replace(job, strength=s)) - near).mean()) for s in (0.5, 1.0)]
    assert 0.0 < far[0] < far[1]
    assert furthest(values(backend, replace(job, seed=2)), values(backend, job)) > 1e-2


def test_pictures_are_sources_in_every_mode(tmp_path: Path) -> None:
    grey = np.tile(np.linspace(0, 255, 512, dtype=np.uint8)[:, None], (1, 512))
    plain = Image.fromarray(grey)
    for mode in ("L", "RGB", "P", "RGBA"):
        plain.convert(mode).save(tmp_path / f"{mode}.png")
        found = picture(str(tmp_path / f"{mode}.png"), 512)
        assert found.shape == (1, 3, 512, 512)
        assert furthest(found[0, 0] * 127.5 + 127.5, grey) < 1e-3
    assert picture(str(tmp_path / "L.png"), 256).shape == (1, 3, 512, 256)


def test_masks_are_read_by_luminance_and_stay_soft(tmp_path: Path, made: Any) -> None:
    ramp = np.tile(np.linspace(0, 255, 256, dtype=np.uint8), (512, 1))
    Image.fromarray(ramp).save(tmp_path / "ramp.png")
    found = mask(str(tmp_path / "ramp.png"), 256)
    assert furthest(found[0, 0] * 255, ramp) < 1e-3
    Image.new("L", (512, 512), 0).save(tmp_path / "black.png")
    job = replace(JOB, source=str(loop_file(tmp_path, 2.56)), strength=0.8)
    masks = ({}, {"mask": str(tmp_path / "ramp.png")}, {"mask": str(tmp_path / "black.png")})
    free, soft, kept = (values(made(**each), job) for each in masks)
    assert min(furthest(free, soft), furthest(soft, kept)) > 1e-2
    other = values(made(**masks[2]), replace(job, prompt_a="piano", seed=job.seed))
    assert furthest(kept, other) < 2e-3  # all black: nothing is painted, whatever the prompt


@pytest.mark.parametrize("name", ["nothing.png", "noise.png", "nothing.wav", "noise.wav"])
def test_sources_that_cannot_be_read_are_one_sentence(made: Any, tmp_path: Path, name: str) -> None:
    (tmp_path / name.replace("nothing", "other")).write_bytes(b"\x00\x01\x02" * 50)
    with pytest.raises(UsageError, match=name):
        made().canvas(replace(JOB, source=str(tmp_path / name)), always)


def test_the_embedded_model_gives_its_groove(made: Any) -> None:
    """What img2img starts from is its render of the same job: same tempo, key and sound."""
    backend = made(seed_image=EMBEDDED)
    job = replace(JOB, tonic=9, prompt_a="house drums", canvas_bpm_cents=12000, bpm_cents=12000)
    steps = find(EMBEDDED).info().default_steps
    simple = find(EMBEDDED).create().render(replace(job, model=EMBEDDED, steps=steps, guidance=3.0), always)
    found = canvas_of(backend._grounds._guided(job, 256, always)[0], RIFFUSION)
    wanted = canvas_of_sound(torch.from_numpy(simple.samples.T.copy()), 44100, 256, RIFFUSION)
    assert float(torch.corrcoef(torch.stack((found.flatten(), wanted.flatten())))[0, 1]) > 0.98
    assert "/key/tonic" in backend.info.honours
    kept = {strength: values(backend, replace(job, strength=strength)) for strength in (0.2, 1.0)}
    assert furthest(kept[0.2], kept[1.0]) > 1e-2


@pytest.mark.parametrize(
    ("options", "strength", "calls"),
    [({}, 1.0, 6), ({"denoising": 1.0}, 1.0, 7), ({"denoising": 0.25}, 1.0, 2), ({}, 0.5, 4)],
)
def test_a_seed_image_is_left_no_farther_than_the_model_says(
    made: Any, tmp_path: Path, options: dict[str, float], strength: float, calls: int
) -> None:
    """A job without a source has strength 1, which would leave next to nothing of the picture."""
    path = tmp_path / "seed.png"
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (512, 256), np.uint8)).save(path)
    backend = made(seed_image=str(path), **options)
    told: list[tuple[int, int]] = []
    backend.canvas(replace(JOB, steps=8, strength=strength), lambda step, of: told.append((step, of)) is None)
    assert told == [(step, calls) for step in range(1, calls + 1)]


def test_the_embedded_models_steps_are_counted_and_each_can_be_the_last(made: Any) -> None:
    backend, job = made(seed_image=EMBEDDED), replace(JOB, steps=5, strength=0.6)
    ahead = find(EMBEDDED).info().default_steps
    told: list[tuple[int, int]] = []
    backend.canvas(job, lambda step, of: told.append((step, of)) is None)
    assert told == [(step, ahead + 3) for step in range(1, ahead + 4)]
    for last in (1, 2, ahead + 1):
        heard: list[int] = []
        with pytest.raises(Cancelled):
            backend.canvas(job, lambda step, _of, heard=heard, last=last: heard.append(step) is not None or step < last)
        assert heard == list(range(1, last + 1))


# --- layouts, widths, sound ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["mono", "stereo", "mono-20k", "stereo-20k"])
def test_layouts_there_and_back(name: str) -> None:
    layout = layout_of(Options(layout=name))
    assert layout.channels == (2 if "stereo" in name else 1)
    assert layout.high_hz == (RIFFUSION_20K if "20k" in name else RIFFUSION).high_hz
    canvas = torch.rand(layout.channels, 512, 64)
    found = picture_of(canvas, layout)
    assert found.shape == (1, 3, 512, 64)
    assert torch.allclose(canvas_of(found[0], layout), canvas, atol=1e-6)
    silence = picture_of(torch.zeros(layout.channels, 512, 64), layout)
    assert (silence[0, 1:] == 1.0).all()  # white
    top = torch.zeros(layout.channels, 512, 64)
    top[:, 511] = 1.0
    assert (picture_of(top, layout)[0, 1, 0] == -1.0).all()


def test_stereo_is_heard_on_both_sides(made: Any) -> None:
    backend = made(layout="stereo-20k")
    assert backend.info.channels == 2
    audio = backend.render(JOB, always)
    assert audio.canvas.values.shape[0] == 2
    assert furthest(audio.samples[:, 0], audio.samples[:, 1]) > 1e-2
    left_only = torch.stack((torch.full((512, 256), 0.6), torch.zeros(512, 256)))
    sides = sound_of(left_only, backend.layout, JOB)
    assert float(sides[0].std()) > 0.01
    assert float(sides[1].abs().max()) < 1e-3


@pytest.mark.parametrize(("cents", "columns"), [(4000, 128), (6600, 128), (6700, 64), (9375, 64), (12000, 64),
                                                (13300, 32), (17400, 32), (24000, 32)])  # fmt: skip
def test_columns_a_beat_by_tempo(cents: int, columns: int) -> None:
    assert columns_a_beat(cents) == columns


@pytest.mark.parametrize(("bpm", "width"), [(150, 320), (125, 384), (107, 448), (100, 512), (93.75, 512), (75, 640)])
def test_natural_widths(bpm: float, width: int) -> None:
    """As the table of widths and tempos has it, at multiples of 64."""
    job = replace(JOB, beats=8, canvas_bpm_cents=round(bpm * 100))
    assert columns_of(job, Options(grid="natural")) == width


def test_a_tone_keeps_its_pitch_and_a_beat_its_place_at_every_tempo() -> None:
    canvas = torch.zeros(1, 512, 256)
    canvas[:, 200:202] = 0.5
    canvas[:, 300:, ::64] = 0.9
    peaks = []
    for cents in (8000, 9375, 17400):
        sound = sound_of(canvas, RIFFUSION, JOB.retimed(cents))[0]
        assert len(sound) == JOB.retimed(cents).frames
        spectrum = torch.fft.rfft(sound).abs()
        hz = torch.fft.rfftfreq(len(sound), 1 / 44100)
        low = hz < 2000
        peaks.append(float(hz[low][spectrum[low].argmax()]))
        beats = sound.reshape(4, -1).square()
        width = beats.shape[1]
        here = torch.cat((beats[:, : width // 8], beats[:, -width // 8 :]), 1).mean()
        assert float(here) > 2.0 * float(beats[:, width // 3 : 2 * width // 3].mean())
    assert max(peaks) - min(peaks) < 15.0


def test_a_tempo_beyond_reach_of_numbers_is_still_exact(made: Any) -> None:
    for cents in (4000, 24000):
        job = replace(JOB, canvas_bpm_cents=cents, bpm_cents=cents)
        assert made().render(job, always).samples.shape == (job.frames, 2)


def test_one_shots_end_in_silence(made: Any) -> None:
    job = replace(JOB, category="kick", beats=0, milliseconds=700)
    audio = made().render(job, always)
    assert audio.canvas.values.shape == (1, 512, 128)
    assert furthest(audio.samples[-1], 0.0) < 1e-3


# --- names, categories, errors ---------------------------------------------------------------------------------------


def test_categories_are_words_before_the_prompt(made: Any, folder: Path) -> None:
    backend = made()
    assert backend.words(JOB, "techno") == "drum loop, techno"
    assert backend.words(replace(JOB, category="mix"), "techno") == "techno"
    assert backend.words(replace(JOB, category="bass"), "") == "bass line"
    assert backend.words(replace(JOB, category="bass", beats=0), "sub") == "bass note, sub"
    assert made(prompts={"drums": "my kit"}).words(JOB, "techno") == "my kit, techno"
    assert furthest(values(backend, JOB), values(backend, replace(JOB, category="bass"))) > 1e-3


def test_a_checkpoint_makes_what_its_entry_says(folder: Path) -> None:
    only = Riffusion(Checkpoint("x", "riffusion", str(folder), categories=("bass",), one_shots=()))
    assert only.info.categories == ("bass",)
    assert only.info.one_shots == ()
    with pytest.raises(UsageError, match="use one of bass"):
        only.canvas(JOB, always)
    with pytest.raises(UsageError, match="'choir'"):
        BACKEND.variant(Checkpoint("x", "riffusion", str(folder), categories=("choir",))).info()  # type: ignore[misc]


@pytest.mark.parametrize("wrong", [{"beats": 6}, {"steps": 0}, {"alpha": 1.5}, {"category": "choir"}])
def test_jobs_that_cannot_be_are_refused(made: Any, wrong: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        made().canvas(replace(JOB, **wrong), always)


def test_the_version_is_the_weights_and_what_is_done_with_them(folder: Path, made: Any) -> None:
    versions = {made(**options).info.version for options in ({}, {"scheduler": "lcm"}, {"negative": "noise"})}
    assert len(versions) == 3
    assert find(f"riffusion:{folder}").info().version == made().info.version


def test_few_steps_are_the_default_of_schedulers_for_few(made: Any) -> None:
    assert made().info.default_steps == 25
    assert made(scheduler="lcm").info.default_steps == 4
    assert made(scheduler="lcm", steps=2).info.default_steps == 2
    assert [made(**how).info.default_guidance for how in ({}, {"scheduler": "tcd"})] == [7.0, 1.0]


def test_it_says_whether_strength_matters_without_a_source(made: Any) -> None:
    assert [made(seed_image=image).info.seeded for image in ("", "embedded")] == [False, True]


def test_a_picture_is_shown_from_the_second_chunk_on(made: Any) -> None:
    backend, shown = made(), []
    backend.close()
    backend.load("cpu")
    for seed in (1, 2):
        backend.show = shown.append
        audio = backend.render(replace(JOB, seed=seed), always)
        backend.show = None
        assert len(shown) == (0 if seed == 1 else JOB.steps)
    small = torch.nn.functional.avg_pool2d(torch.from_numpy(np.asarray(audio.canvas.values, np.float32)), 8)[0]
    assert shown[-1].shape == (64, 32)
    assert float(np.corrcoef(shown[-1].ravel(), small.numpy().ravel())[0, 1]) > 0.3
