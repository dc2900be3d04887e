"""The report: written, read again, shown as a page and as a table."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from dataclasses import asdict
from html.parser import HTMLParser
from pathlib import Path

import pytest

from liveriff.drill.outcome import FAILED, SKIPPED, Killed, Outcome, Report
from liveriff.drill.page import page
from liveriff.drill.picture import HEIGHT, WIDTH, height, picture
from liveriff.drill.report import DATA, PAGE, begun, read, write
from liveriff.drill.run import Setting
from liveriff.drill.words import line, markdown, summary
from liveriff.errors import UsageError

HEARD = Outcome(
    "renderer-killed", "The renderer is <killed>.", "Nothing is heard.", ear="jack", seconds=12.0, dropped=3,
    longest_gap_s=0.016, rendered_s=0.42, heard_s=1.5, marks_s=(4.0, 5.0), levels=[0.5, float("nan"), 0.0, 1.0],
    gaps=[(4.1, 0.016)], told=[(-1.0, "Before."), (4.2, "The renderer left & came back.")], status=0, phase_ms=-2.5,
    likeness=0.99,
)  # fmt: skip
BROKEN = Outcome("flood", "Many.", "Nothing.", FAILED, ["4 blocks were not played."])
ABSENT = Outcome("time-stepped", "A step.", "Nothing.", SKIPPED, ["libfaketime is not installed."])
KILLS = [Killed(1, "engine", 0.5), Killed(2, "player", 1.5, ["segment liveriff-7-slots"], ["it ended with status 3."])]


def report() -> Report:
    made = begun(Setting("house", "test-tone", seed=7))
    return Report(made.machine, made.model, made.scene, made.seed, [HEARD, BROKEN, ABSENT], KILLS)


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    write(report(), tmp_path / "new")
    again = read(tmp_path / "new" / DATA)
    assert str(asdict(again)) == str(asdict(report()))
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == [PAGE, DATA]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"faults": [{"name": "x", "speed": 1}], "kills": []}', "\xff"])
def test_what_is_no_report_is_one_sentence(tmp_path: Path, text: str) -> None:
    file = tmp_path / "report.json"
    file.write_text(text, encoding="latin-1")
    with pytest.raises(UsageError, match="is no report of the drill"):
        read(file)
    with pytest.raises(UsageError, match="is no report of the drill"):
        read(tmp_path / "absent.json")


def test_a_folder_that_cannot_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(UsageError, match="cannot be written"):
        write(report(), tmp_path / "file")


class _Tags(HTMLParser):
    """Which tags are open, and what is asked of elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.asked: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.asked += [name for name, _ in attrs if name in ("src", "href")]
        if tag not in ("meta",):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_is_whole_and_needs_nothing_else() -> None:
    tags = _Tags()
    tags.feed(page(report()))
    assert tags.open == []
    assert tags.asked == []
    text = page(report())
    assert "The renderer is &lt;killed&gt;." in text
    assert "came back" in text
    assert "Before." not in text
    assert "libfaketime is not installed." in text
    assert "segment liveriff-7-slots" in text
    assert "<script" not in text


def test_the_picture_marks_the_fault_the_holes_and_what_was_told() -> None:
    drawn = ET.fromstring(picture(HEARD))
    shade = next(each for each in drawn if each.get("class") == "fault")
    assert float(shade.get("x", "")) == pytest.approx(WIDTH * 4 / 12, abs=0.1)
    assert float(shade.get("width", "")) == pytest.approx(WIDTH / 12, abs=0.2)
    kinds = [each.get("class") for each in drawn]
    assert kinds.count("hole") == 1
    assert kinds.count("told") == 1
    assert kinds.count("missed") == 1
    assert picture(ABSENT) == ""


@pytest.mark.parametrize(("peak", "share"), [(1.0, 1.0), (2.0, 1.0), (0.001, 0.0), (0.0, 0.0), (float("nan"), 0.0)])
def test_the_height_of_the_wave_is_in_decibels(peak: float, share: float) -> None:
    assert height(peak) == pytest.approx(share * HEIGHT / 2, abs=1e-6)
    assert height(0.1) == pytest.approx(HEIGHT / 3)


def test_words_say_the_same() -> None:
    assert summary(report()) == "3 faults: 1 passed, 1 failed, 1 skipped; 2 random kills, something left after 1."
    assert not report().good
    assert "3 blocks dropped, longest silence 0.02 s, new chunk 0.42 s, beat -2 ms" in line(HEARD)
    assert line(BROKEN).split() == ["failed", "flood", "4", "blocks", "were", "not", "played."]
    rows = markdown(report()).splitlines()
    assert len({row.count("|") for row in rows[:5]}) == 1
    assert rows[4].endswith("skipped: libfaketime is not installed. |")


def test_json_is_plain(tmp_path: Path) -> None:
    write(report(), tmp_path)
    told = json.loads((tmp_path / DATA).read_text())
    assert told["faults"][1]["why"] == ["4 blocks were not played."]
    assert told["machine"]["python"]
