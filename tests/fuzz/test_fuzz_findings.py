"""What the fuzzer found, once for each cause."""

from __future__ import annotations

import json
import math
import struct
import time
import tracemalloc
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from fuzz.surfaces import SURFACES, door

from liveriff.control.mapping import files
from liveriff.control.midi.profile_read import read_profile
from liveriff.control.riffserver.asked import asked
from liveriff.control.riffserver.pictures import Pictures
from liveriff.control.riffserver.replies import text
from liveriff.engine import journal, sessions
from liveriff.engine.folders import data_folder
from liveriff.engine.journal_fields import FieldError
from liveriff.engine.journal_file import JournalFile
from liveriff.engine.library import fetched
from liveriff.engine.replay import message_of, play
from liveriff.engine.scenes import load_scene
from liveriff.errors import ModelError, UsageError
from liveriff.music.follower import FORGOTTEN_S, ClockFollower
from liveriff.params import tomltext, yamltext
from liveriff.render.checkpoints import Checkpoint, from_name, read_table
from liveriff.render.compat.sound import given_sound
from liveriff.render.dance.card import card_of as dance_card
from liveriff.render.dance.settings import from_options
from liveriff.render.embedded.weights import read_manifest
from liveriff.render.pipelines.card import card_of as pipelines_card
from liveriff.render.riffusion.weights import parse
from liveriff.render.soundfiles import read, resampled, sound_in
from liveriff.render.spectrogram.exif import Parameters

DEEP = "[" * 5000
BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
YAMLS = (DEEP, BOMB, "a: &a [*a]", "? - ? - ? " * 500, "2001-99-99", "{[]: 1}", "a: !!int x", "a: 'b")


# --- texts of people ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        f"x = {DEEP}",
        f"{'a.' * 60}a = 1",
        f"x = {'[' * 20}{']' * 20}",
        f"x = {'9' * 5000}",
        f"{'a.' * 100_000}a = 1",
        "x = 1979-99-99",
    ],
)
def test_toml_is_refused_by_one_error_and_soon(text: str) -> None:
    began = time.process_time()
    with pytest.raises(tomltext.TomlError):
        tomltext.tables(text)
    assert time.process_time() - began < 5


@pytest.mark.parametrize("text", YAMLS)
def test_yaml_is_refused_by_one_error(text: str) -> None:
    with pytest.raises(yamltext.YamlError):
        yamltext.value(text)


def test_aliases_that_mean_little_are_read() -> None:
    assert yamltext.value("a: &a [1, 2]\nb: *a\nc: [*a, *a]") == {"a": [1, 2], "b": [1, 2], "c": [[1, 2], [1, 2]]}


def test_a_scene_with_a_mistake_at_its_end_is_told_soon(tmp_path: Path) -> None:
    """Its place was looked for by parsing every beginning of the file."""
    file = tmp_path / "long.toml"
    file.write_text('title = "x"\n' + "".join(f"# {number}\n" for number in range(30_000)) + "nothing = 1\n")
    began = time.process_time()
    with pytest.raises(UsageError, match="a scene has no nothing"):
        load_scene(str(file))
    assert time.process_time() - began < 30


@pytest.mark.parametrize("lines", [1, 7, 40])
def test_the_place_of_a_mistake_is_right(tmp_path: Path, lines: int) -> None:
    file = tmp_path / "scene.toml"
    text = 'title = "x"\n[bank]\ndrums = [\n    "a",\n    "b",\n]\n' + "# more\n" * lines + '[deck.1]\nlevel = "loud"\n'
    file.write_text(text + "# end\n" * lines)
    with pytest.raises(UsageError, match=f"line {lines + 8}, column 1: /deck/1/level takes"):
        load_scene(str(file))


@pytest.mark.parametrize("text", ["x = 99" + "9" * 5000, f"x = {DEEP}", f"[[binding]]\nrange = [0, {'9' * 400}]"])
def test_bindings_are_refused_by_one_error(text: str) -> None:
    with pytest.raises(UsageError):
        files.parse(text, "bindings.toml")


def test_a_digit_that_is_no_number_is_a_word() -> None:
    row = '[[binding]]\ncontrol = "knob/{1-2}"\npath = "/deck/1/prompt/a"\nvalue = "²{1-2}"\n'
    assert [each.value for each in files.parse(row, "x")] == ["²1", "²2"]


@pytest.mark.parametrize(
    "name", ["1" * 50_000, "pad/1..99999999999999999999", "x" * 70_000, "pad/" + "1" * 5000 + "..2"]
)
def test_a_profile_with_a_long_name_is_refused_soon(name: str) -> None:
    text = f"id: a\nname: A\nconfidence: low\nsource: b\nmatch: [A]\ncontrols:\n- {{name: {name}, cc: 1}}\n"
    began = time.process_time()
    with pytest.raises(UsageError):
        read_profile(text, "x.yaml")
    assert time.process_time() - began < 5


def test_a_profile_whose_keys_refer_to_each_other_is_refused() -> None:
    with pytest.raises(UsageError, match="means too much"):
        read_profile(BOMB + "? *i\n: 1\n", "x.yaml")


@pytest.mark.parametrize("text", [BOMB, "a: 2001-99-99", DEEP, "a:\n  backend: &b [*b]\n"])
def test_a_table_of_models_is_refused_by_one_error(tmp_path: Path, text: str) -> None:
    (tmp_path / "models.yaml").write_text(text)
    with pytest.raises(UsageError):
        read_table(tmp_path / "models.yaml")


def test_options_behind_a_model_s_name_are_refused_by_one_error() -> None:
    for told in ("[" * 300, "2001-99-99", "!!python/none", "'"):
        with pytest.raises(UsageError):
            from_name(f"riffusion?x={told}")


@pytest.mark.parametrize("options", [{"steps": 10**9}, {"rho": math.nan}, {"eta": 10**400}, {"longest": math.inf}])
def test_numbers_beyond_all_bounds_are_no_settings(options: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        from_options(options, "the model")


# --- clocks ------------------------------------------------------------------------------------------------------


def test_a_master_that_comes_back_after_a_minute_has_no_tempo_yet() -> None:
    clock = ClockFollower()
    for tick in range(100):
        clock.feed(b"\xf8", tick / 48)
    assert clock.lead(2.1) is not None
    clock.feed(b"\xf8", FORGOTTEN_S + 10)
    assert clock.lead(FORGOTTEN_S + 10) is None


def test_ticks_all_at_once_are_no_tempo() -> None:
    clock, now = ClockFollower(), 0.0
    for tick in range(40):
        now += 1 / 48 if tick < 8 else 0.0
        clock.feed(b"\xf8", now)
    lead = clock.lead(now)
    assert lead is None or (2000 <= lead.bpm_cents <= 64000 and math.isfinite(lead.line.bpm))


# --- sounds ------------------------------------------------------------------------------------------------------


def wav(rate: int, channels: int = 1, said: int = 400) -> bytes:
    head = struct.pack("<HHIIHH", 1, channels, rate, (rate * 2 * channels) & 0xFFFFFFFF, 2 * channels & 0xFFFF, 16)
    parts = b"fmt " + struct.pack("<I", 16) + head + b"data" + struct.pack("<I", said) + bytes(400)
    return b"RIFF" + struct.pack("<I", 4 + len(parts)) + b"WAVE" + parts


@pytest.mark.parametrize("rate", [1, 3, 999, 800_000, 2**31 - 1])
def test_a_rate_that_no_sound_has_is_refused(tmp_path: Path, rate: int) -> None:
    """Another rate for it would have taken as much room as it has frames a second."""
    file = tmp_path / "odd.wav"
    file.write_bytes(wav(rate))
    for reader in (lambda: fetched(file, 48000, 0.5), lambda: read(file)):
        with pytest.raises(UsageError, match="frames a second"):
            reader()
    with pytest.raises(UsageError, match="frames a second"):
        given_sound(wav(rate))


def test_a_file_of_many_channels_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "wide.wav"
    file.write_bytes(wav(48000, 200))
    with pytest.raises(UsageError, match="channels"):
        read(file)


# --- pictures, prompts, requests -------------------------------------------------------------------------------------


def test_black_that_stands_for_too_much_is_refused() -> None:
    with pytest.raises(UsageError, match="black cannot stand for"):
        Parameters(max_value=10**30).checked("the picture")


def test_a_weight_of_a_prompt_stays_a_number() -> None:
    for prompt in (f"(a:{'9' * 400})", "(" * 2000 + "a", f"{'(' * 30}a{':9)' * 400}"):
        assert all(abs(piece.weight) <= 100 for piece in parse(prompt))


@pytest.mark.parametrize("field", ["prompt", "negative_prompt"])
def test_half_a_letter_in_a_request_is_refused(field: str) -> None:
    end = {"prompt": "bells", "seed": 1, field: "be\ud800lls"}
    body = json.dumps({"alpha": 0.5, "start": end, "end": {"prompt": "jazz", "seed": 2}}).encode()
    with pytest.raises(UsageError, match="half a letter"):
        asked(body, Pictures())


def test_a_refusal_may_cite_half_a_letter() -> None:
    assert text(400, "not \ud800").text == "not ?"


# --- the door ----------------------------------------------------------------------------------------------------

MALFORMED_TOUCH = b"/deck/1/level/z\0,s\0\0abcdefgh"
HANDSHAKE = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
VERSION, KEY = b"Sec-WebSocket-Version: %s\r\n", b"Sec-WebSocket-Key: %s==\r\n\r\n"
ODD_VERSION = HANDSHAKE + VERSION % b"\xbd13" + KEY % (22 * b"A")
ODD_KEY = HANDSHAKE + VERSION % b"13" + KEY % (11 * b"A" + b"\xef\xbb\xbf" + 8 * b"A")


@pytest.mark.parametrize(
    ("surface", "data"),
    [
        ("websocket", door.frame(Random(1), MALFORMED_TOUCH, 2)),
        ("http", ODD_VERSION),
        ("http", ODD_KEY),
    ],
)
def test_the_door_has_no_fault_of_its_own(surface: str, data: bytes) -> None:
    """Its target raises where the door counted one, or where a seat is kept."""
    SURFACES[surface].open()(data)


# --- models ------------------------------------------------------------------------------------------------------

DANCE: dict[str, Any] = {
    "_class_name": "UNet1DModel",
    "down_block_types": ["DownBlock1DNoSkip", "DownBlock1D"],
    "in_channels": 2,
    "out_channels": 2,
    "sample_rate": 8000,
    "sample_size": 2048,
    "extra_in_channels": 16,
}


@pytest.mark.parametrize(
    "change",
    [
        {"down_block_types": 5},
        {"down_block_types": "DownBlock1DNoSkip"},
        {"down_block_types": {"0": 1}},
        {"down_block_types": ["DownBlock1DNoSkip", *["DownBlock1D"] * 60]},
        {"sample_rate": 10**9},
        {"sample_size": 10**12},
        {"time_embedding_dim": "x"},
        {"extra_in_channels": None},
    ],
)
def test_a_dance_diffusion_that_cannot_be_is_refused(tmp_path: Path, change: dict[str, Any]) -> None:
    (tmp_path / "config.json").write_text(json.dumps({**DANCE, **change}))
    with pytest.raises(ModelError):
        dance_card(Checkpoint("x", "dance", str(tmp_path)))


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("vae/config.json", {"sampling_rate": 44100, "patch_size": 0, "encoder_strides": [2], "audio_channels": 2}),
        ("vae/config.json", {"sampling_rate": 1e400, "patch_size": 4, "encoder_strides": [2], "audio_channels": 2}),
        ("vae/config.json", {"sampling_rate": 44100, "patch_size": 4, "encoder_strides": ["ab"], "audio_channels": 2}),
        ("vae/config.json", {"sampling_rate": 44100, "patch_size": 4, "encoder_strides": [2], "audio_channels": 9}),
        ("duration_embedder/config.json", {"max_val": 1e300}),
        ("duration_embedder/config.json", DEEP),
    ],
)
def test_a_pipeline_that_cannot_be_is_refused(tmp_path: Path, name: str, told: object) -> None:
    good: dict[str, Any] = {
        "model_index.json": {"_class_name": "StableAudio3Pipeline"},
        "vae/config.json": {"sampling_rate": 44100, "patch_size": 4, "encoder_strides": [2, 4], "audio_channels": 2},
        "duration_embedder/config.json": {"max_val": 47.0},
        "scheduler/scheduler_config.json": {},
    }
    for path, settings in {**good, name: told}.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(settings if isinstance(settings, str) else json.dumps(settings))
    with pytest.raises(ModelError):
        pipelines_card(Checkpoint("x", "pipelines", str(tmp_path)))


def test_a_checkpoints_part_whose_name_no_system_takes_is_missing(tmp_path: Path) -> None:
    index = {"_class_name": "AudioLDM2Pipeline", "v" * 5000: ["diffusers", "AutoencoderKL"]}
    (tmp_path / "model_index.json").write_text(json.dumps(index))
    with pytest.raises(ModelError, match="is not whole"):
        pipelines_card(Checkpoint("x", "pipelines", str(tmp_path)))


def test_a_table_of_bindings_in_a_comment_is_a_comment() -> None:
    assert files.changed("#[[binding]]\n", []) == "#[[binding]]\n"


@pytest.mark.parametrize("text", [DEEP, '{"version": "1", "files": {"a": [1e999, "x"]}}', "[]", '{"files": 3}'])
def test_a_manifest_that_cannot_be_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(ModelError):
        read_manifest(tmp_path)


# --- what was left behind ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("pid", ["-1", "0", "1e999", "9" * 400, "[]", DEEP])
def test_a_session_that_cannot_be_is_none(pid: str) -> None:
    folder = data_folder() / "sessions"
    folder.mkdir(parents=True)
    (folder / "session--1.json").write_text(
        f'{{"pid": {pid}, "url": "http://a", "token": "", "scene": "", "started": 1, "born": 1}}'
    )
    assert sessions.find() == []
    assert sessions.sweep() == 1


def test_a_rate_that_nothing_divides_costs_no_more_than_others() -> None:
    """Its sound had to be mirrored until a whole number of seconds was full."""
    sine = np.sin(2 * np.pi * 1000 * np.arange(19661) / 196609)[None].astype(np.float32)
    tracemalloc.start()
    heard = resampled(sine, 196609, 48000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert heard.shape == (1, 4800)
    assert peak < 8e6
    wanted = np.sin(2 * np.pi * 1000 * np.arange(4800) / 48000)
    assert np.abs(heard[0] - wanted)[200:-200].max() < 2e-3


@pytest.mark.parametrize("loudest", [3e38, -3e38, 2e6])
def test_samples_that_no_sound_reaches_are_refused(loudest: float) -> None:
    samples = np.array([[0.0, loudest]], np.float32)
    with pytest.raises(UsageError, match="too loud"):
        sound_in(samples, "a.wav")
    assert sound_in(samples / np.float32(abs(loudest)) * 100, "a.wav") is not None


# --- logs --------------------------------------------------------------------------------------------------------

HEADER = journal.Header(2, "0.1.0", "house", 8000, "now", {}, {})


def log_with(path: Path, *events: journal.Event, rate: int = 8000) -> Path:
    header = journal.Header(2, "0.1.0", "house", rate, "now", {}, {})
    path.write_text("".join(map(journal.line, (header, *events, journal.End(1.0, 99, 1.0)))))
    return path


@pytest.mark.parametrize(
    "line",
    [
        '{"kind":"end","s":1e300,"frame":0,"beat":0}',
        '{"kind":"end","s":-1,"frame":0,"beat":0}',
        '{"kind":"end","s":0,"frame":0,"beat":1e300}',
        '{"kind":"end","s":0,"frame":-5,"beat":0}',
        f'{{"kind":"end","s":{"9" * 400},"frame":0,"beat":0}}',
        f'{{"kind":"end","s":{"[" * 900}{"]" * 900},"frame":0,"beat":0}}',
        '{"kind":"landed","s":0,"frame":0,"beat":0,"deck":1,"job":{"bpm_cents":0}}',
        '{"kind":"landed","s":0,"frame":0,"beat":0,"deck":1,"job":{"beats":1000000000}}',
        '{"kind":"landed","s":0,"frame":0,"beat":0,"deck":9223372036854775808,"job":null}',
        '{"kind":"hit","s":0,"frame":0,"beat":0,"pad":9223372036854775808,"velocity":0.8}',
        '{"kind":"hit","s":0,"frame":0,"beat":0,"pad":3,"velocity":NaN}',
        f'{{"kind":"grid","s":0,"frame":0,"beat":0,"bpm_cents":1{"0" * 400},"at_frame":0,"at_beat":[0,1]}}',
    ],
)
def test_a_moment_that_no_performance_has_is_refused(tmp_path: Path, line: str) -> None:
    path = tmp_path / "set.log"
    path.write_text(journal.line(HEADER) + line + "\n" + journal.line(journal.End(0.0, 0, 0.0)))
    with pytest.raises(UsageError, match="line 2"):
        journal.read(path)


@pytest.mark.parametrize("rate", [0, -1, 10**9])
def test_a_rate_that_no_player_has_is_refused(tmp_path: Path, rate: int) -> None:
    with pytest.raises(UsageError, match="rate cannot be"):
        journal.read(log_with(tmp_path / "set.log", rate=rate))


class Silence:
    """Every sound, as long as it is said to be."""

    def get(self, sound: journal.Sound) -> Any:
        return np.zeros((sound.frames, 2), np.float32)


SWAP = {
    "type": "Swap",
    "deck": 1,
    "slot": 5,
    "frames": 4000,
    "beats": 1,
    "anchor": [0, 1],
    "at": None,
    "fade_frames": 4,
}


@pytest.mark.parametrize(
    ("block", "message"),
    [
        (0, SWAP),
        (-64, SWAP),
        (1 << 40, SWAP),
        (64, SWAP),  # of a slot that was never filled
        (64, {"type": "SetGrid", "grid": {"rate": 8000, "bpm_cents": 0, "frame": 0, "beat": [0, 1]}}),
        (64, {"type": "SetGrid", "grid": {"rate": 8000, "bpm_cents": -(1 << 63), "frame": 0, "beat": [0, 1]}}),
    ],
)
def test_a_score_that_no_player_has_taken_is_refused(tmp_path: Path, block: int, message: dict[str, object]) -> None:
    path = log_with(
        tmp_path / "set.log",
        journal.Life(0.0, 0, 0.0, block, 4000),
        journal.Sent(0.0, 0, 0.0, 1, message, ()),
        journal.Block(0.0, 0, 0.0, 0, {}, 10**15, (), None),  # nobody counts through all these
        journal.Block(0.5, 256, 0.0, 0, {}, 0, (), None),
    )
    with pytest.raises(UsageError, match=r"no block has|cannot be played"):
        list(play(journal.read(path), path, Silence()))


@pytest.mark.parametrize("gain", [float("nan"), float("inf"), 1e300, -1e300])
def test_a_gain_that_makes_no_sound_is_refused(gain: float) -> None:
    assert message_of(SWAP | {"gain": 1.0})
    with pytest.raises(FieldError, match="gain cannot be"):
        message_of(SWAP | {"gain": gain})


def test_half_a_letter_does_not_end_the_log(tmp_path: Path) -> None:
    """A file's name that is no text stands in a sentence for the performer, and that in the log."""
    file = JournalFile(str(tmp_path / "set.log"), pytest.fail)
    file.put(HEADER)
    file.put(journal.Notice(0.0, 0, 0.0, "there is no sound \udcff.wav"))
    file.put(journal.End(1.0, 0, 0.0))
    file.close()
    log = journal.read(file.path)
    assert log.whole
    assert log.events[0] == journal.Notice(0.0, 0, 0.0, "there is no sound \udcff.wav")


def test_fractions_of_a_log_stay_exact() -> None:
    grid = journal.Grid(0.0, 0, 0.0, 12000, 0, (1, 3))
    assert journal.parse(journal.line(grid)) == grid
    assert Fraction(*grid.at_beat) == Fraction(1, 3)
