"""docs/security.md is kept true: its tests are there, its figures are the program's, what it says of texts holds."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest

from liveriff.cli.plain import plain
from liveriff.control.door import connections, entry, http, websocket
from liveriff.control.osc import clients, codec, dispatch, packets, tcp
from liveriff.control.osc.clients import ClientLimits
from liveriff.control.osc.server import OscServer
from liveriff.control.riffserver import server
from liveriff.params.kinds_worded import Text
from liveriff.params.registry import Registry
from liveriff.render.compat import sound
from liveriff.ui import served_words

HERE = Path(__file__).parents[1]
PAGE = (HERE.parent / "docs" / "security.md").read_text("utf-8")
PROVED = re.findall(r"`((?:control|engine|e2e|house|render|ui)/[\w/]+\.py)(?:::(\w+))?`", PAGE)
LIMITS = {
    "OSC: bytes of a packet": packets.MAX_PACKET,
    "OSC: bundles in bundles": packets.MAX_DEPTH,
    "OSC: messages in a packet": packets.MAX_MESSAGES,
    "OSC: new patterns in a packet": dispatch.MAX_NEW_PATTERNS,
    "OSC: messages a second from one machine (of this machine: from one program)": ClientLimits().messages_per_s,
    "OSC: connections": tcp.MAX_CONNECTIONS,
    "OSC: connections of one other machine": tcp.OF_ONE_HOST,
    "OSC: clients of one other machine that are told of changes": clients.OF_ONE_HOST,
    "OSC: seconds for the rest of a packet in a stream": tcp.PATIENCE_S,
    "door: connections": connections.MOST,
    "door: connections of one other machine": connections.OF_ONE_HOST,
    "door: connections kept for this machine": connections.KEPT,
    "door: listeners": websocket.MOST,
    "door: listeners of one other machine": websocket.OF_ONE_HOST,
    "door: seconds to ask, and to read an answer": connections.PATIENCE_S,
    "door: bytes of a frame": websocket.LONGEST,
    "door: units a second for one other machine (a request, or 10 kB of an answer)": entry.UNITS_PER_S,
    "door: units at once": entry.UNITS_AT_ONCE,
    "door: times as much for this machine": entry.HERE_TIMES,
    "door: bytes taken from a listener in a turn (on Windows 65536)": websocket.READ,
    "web: screens": served_words.MOST_SCREENS,
    "web: screens of one other machine": served_words.OF_ONE_HOST,
    "web: columns and rows of a screen": served_words.LARGEST,
    "serve: clips that one other machine waits for": server.OF_ONE_HOST,
    "serve: bytes of a request": server.LARGEST_JSON,
    "serve: bytes of a request with sound": server.LARGEST_SOUND,
    "serve: samples of a sound, all channels together": sound.MOST_SAMPLES,
    "texts: letters": Text().longest,
}


def test_the_figures_are_the_programs() -> None:
    section = PAGE.partition("## Limits")[2].partition("\n## ")[0]
    told = {what: float(value) for what, value in re.findall(r"^\| (\w[^|]*?) \| (\d+) \|$", section, re.MULTILINE)}
    assert told == {what: float(value) for what, value in LIMITS.items()}
    assert http.UNIT_BYTES == 10_000


def test_there_is_a_proof_for_every_row() -> None:
    for section in ("## Entry points", "## Attacks"):
        rows = re.findall(r"^\| (?!-)(.+) \|$", PAGE.partition(section)[2].partition("\n## ")[0], re.MULTILINE)[1:]
        assert len(rows) >= 7
        assert [row for row in rows if not re.search(r"`[\w/]+\.py(::\w+)?`$", row)] == [], "rows without a test"


@pytest.mark.parametrize(("file", "name"), PROVED)
def test_the_proof_is_there(file: str, name: str) -> None:
    text = (HERE / file).read_text("utf-8")
    assert re.search(rf"^(async )?def {name or 'test_'}", text, re.MULTILINE)


def test_the_commands_it_names_are_there() -> None:
    from click.testing import CliRunner

    from liveriff.cli.app import cli

    told = CliRunner().invoke(cli, ["play", "--help"]).output
    assert all(option in told for option in ("--lan", "--token", "--osc-allow", "--osc"))
    assert CliRunner().invoke(cli, ["remote", "--help"]).exit_code == 0


@pytest.mark.parametrize("text", ["/deck\x1b]0;evil\x07", "/a\x9b31m", "/x\r\n\x1b[2J", "/\u202eevil", "/é"])
def test_what_is_said_obeys_no_peer(text: str) -> None:
    """An address comes back in a sentence for the performer: on the terminal, and as a reading that screens show."""

    async def run() -> list[str]:
        said: list[str] = []
        osc = OscServer(Registry(), lambda *_: None, said.append)
        osc._datagram(codec.message(text), ("127.0.0.1", 9999))
        return said

    (sentence,) = asyncio.run(run())
    for shown in (plain(sentence), Text().coerce(sentence)):
        assert shown.isprintable()
        assert shown.startswith("OSC from 127.0.0.1:9999: ")


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--osc", "0.0.0.0:8000"], "say so with --lan"),
        (["--osc", "192.0.2.1:8000"], "say so with --lan"),
        (["--osc-allow", "192.168.1.20"], "say so with --lan"),
        (["--lan", "--osc-allow", "tablet"], "is no list of addresses"),
        (["--lan", "--token", "two words"], "a token is made of"),
        (["--lan", "--token", "sesame", "--osc", "192.0.2.1:8000"], "say who with --osc-allow"),
    ],
)
def test_nothing_is_open_by_accident(
    options: list[str], sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from click.testing import CliRunner

    from liveriff.cli.app import cli

    monkeypatch.setenv("LIVERIFF_HOME", str(tmp_path))
    done = CliRunner().invoke(cli, ["play", "--headless", "--sink", "null", "--model", "test-tone", *options])
    assert sentence in str(done.exception)


def test_a_file_from_somebody_obeys_no_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from click.testing import CliRunner

    from liveriff.cli.app import cli

    monkeypatch.setenv("LIVERIFF_HOME", str(tmp_path))
    (tmp_path / "scenes").mkdir()
    (tmp_path / "scenes" / "gift.toml").write_text(r'title = "a gift\u001b]0;evil\u0007"' + "\n")
    told = CliRunner().invoke(cli, ["scenes"], color=True).output
    assert "a gift?]0;evil?" in told
    assert told.replace("\n", "").isprintable()


def test_an_error_obeys_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    from liveriff.cli.app import fail

    with pytest.raises(SystemExit):
        fail("one\x1b[2Jtwo\nthree\x07.")
    assert capsys.readouterr().err == "liveriff: one?[2Jtwo\nthree?.\n"
