"""`liveriff serve` as a stranger meets it: a real process, real clips of the test tones, wrong options."""

from __future__ import annotations

import asyncio
import base64
import io
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import soundfile
from click.testing import CliRunner

from liveriff.cli.app import cli
from liveriff.errors import LiveriffError, UsageError
from liveriff.render.specimens import make
from liveriff.render.spectrogram.images import opened, parameters_of


def right(**changes: Any) -> dict[str, Any]:
    least = {"alpha": 0.25, "start": {"prompt": "bells", "seed": 42}, "end": {"prompt": "jazz", "seed": 43}}
    return {**least, "num_inference_steps": 2, **changes}


class Serving:
    """`liveriff serve` on a free port, in a folder of its own."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, "-m", "liveriff", "serve", "--port", "0", "--backend", "test-tone", *options],
            cwd=folder,
            env={**os.environ, "LIVERIFF_HOME": str(folder), "HOME": str(folder)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line.startswith("Listening on "), self.process.communicate()
        self.address = line.split()[2]

    def end(self) -> tuple[int, str]:
        """Status and what it said, after a Ctrl-C."""
        self.process.send_signal(signal.SIGINT)
        try:
            _, said = self.process.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        return self.process.returncode, said


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    folder = tmp_path_factory.mktemp("served")
    serving = Serving(folder, "--queue", "60")
    yield serving
    status, said = serving.end()
    assert status == 0
    assert "Traceback" not in said
    assert list(folder.iterdir()) == [], "nothing is written"


def test_fifty_clients_at_once(served: Serving) -> None:
    async def run() -> None:
        async with aiohttp.ClientSession(served.address, connector=aiohttp.TCPConnector(limit=50)) as http:

            async def one(number: int) -> Any:
                body = right(start={"prompt": f"bells {number % 2}", "seed": 1})
                accept = "application/json" if number < 4 else "audio/wav"
                async with http.post("/run_inference/", json=body, headers={"Accept": accept}) as got:
                    assert (got.status, got.content_type) == (200, accept)
                    return await got.json() if number < 4 else await got.read()

            replies = await asyncio.gather(*(one(number) for number in range(50)))
            async with http.get("/health") as got:
                assert (await got.json())["made"] >= 50
        assert replies[4::2] == [replies[4]] * 23, "each gets its own"
        assert replies[5::2] == [replies[5]] * 23
        assert replies[4] != replies[5]
        check(replies[0])

    asyncio.run(run())


def check(reply: dict[str, Any]) -> None:
    assert reply["duration_s"] == 5.12
    mp3 = base64.b64decode(reply["audio"].removeprefix("data:audio/mpeg;base64,"), validate=True)
    assert soundfile.info(io.BytesIO(mp3)).samplerate == 44100
    image = opened(base64.b64decode(reply["image"].removeprefix("data:image/jpeg;base64,"), validate=True))
    assert (image.size, parameters_of(image) is not None) == ((512, 512), True)


def test_a_script_a_plug_in_and_a_mistake(served: Serving) -> None:
    async def run() -> None:
        async with aiohttp.ClientSession(served.address) as http:
            async with http.post("/run_inference/", json=right(), headers={"Accept": "audio/wav"}) as got:
                wav = await got.read()
                assert soundfile.info(io.BytesIO(wav)).frames == 225792
            audio = base64.b64encode(wav).decode()
            async with http.post("/run_vst/", json=right(audio=audio)) as got:
                reply = await got.json()
                assert soundfile.info(io.BytesIO(base64.b64decode(reply["audio"]))).frames == 225792
            nothing = base64.b64encode(b"nothing").decode()
            async with http.post("/run_vst/", json=right(audio=nothing)) as got:
                assert (got.status, "cannot be read as sound" in await got.text()) == (400, True)

    asyncio.run(run())


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--backend", "tset-tone"], "Did you mean test-tone"),
        (["--backend", "test-tone", "--category", "drum"], "Did you mean drums"),
        (["--backend", "riffusion", "--checkpoint", "/nowhere/at/all"], "/nowhere/at/all"),
        (["--backend", "test-tone", "--checkpoint", "x"], "plays its own model only"),
        (["--backend", "test-tone", "--seed-images", "/nowhere/at/all"], "there is no folder"),
        (["--backend", "test-tone", "--key", "key.pem"], "--cert"),
        (["--backend", "test-tone", "--cert", "/nowhere/cert.pem"], "there is no file"),
        (["--backend", "test-tone", "--cert", __file__], "cannot be used"),
    ],
)
def test_what_cannot_be_served_is_said_at_once(options: list[str], sentence: str) -> None:
    done = CliRunner().invoke(cli, ["serve", *options])
    assert isinstance(done.exception, LiveriffError), done.output
    assert sentence in str(done.exception)


def test_a_model_of_one_shots_alone_is_not_served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIVERIFF_HOME", str(tmp_path))
    place = make("dance", tmp_path / "kicks")
    entry = f"kicks: {{backend: dance, model: '{place}', one_shots: [kick]}}\n"
    (tmp_path / "models.yaml").write_text(entry, "utf-8")
    done = CliRunner().invoke(cli, ["serve", "--backend", "kicks"])
    assert isinstance(done.exception, UsageError), done.output
    said = "the model 'kicks' makes one-shots only, and clips are loops; name one that makes loops."
    assert str(done.exception) == said
