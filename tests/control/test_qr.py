"""QR codes as text and as pictures: the modules are a library's."""

from __future__ import annotations

import pytest

from liveriff.control.qr import blocks, encoded, svg


def test_an_address_becomes_finders_and_modules() -> None:
    matrix = encoded("http://192.168.1.5:8080/?token=k7fq2m9x4tpd")
    assert {len(row) for row in matrix} == {len(matrix)}
    finder = [tuple(map(bool, row)) for row in ([1] * 7, [1, 0, 0, 0, 0, 0, 1], [1, 0, 1, 1, 1, 0, 1])]
    assert [row[:7] for row in matrix[:3]] == finder == [row[-7:] for row in matrix[:3]]
    assert encoded("a") != encoded("b")


def test_too_long_for_a_code() -> None:
    with pytest.raises(ValueError, match="too many"):
        encoded("x" * 3000)


def test_on_a_terminal_and_as_a_picture() -> None:
    matrix = encoded("a")
    lines = blocks(matrix, colours=False).splitlines()
    assert {len(line) for line in lines} == {len(matrix) + 8}
    assert lines[0] == lines[1] == "█" * 29, "the quiet zone is light"
    assert lines[2][4] == " ", "two dark modules of the finder's edge"
    picture = svg(matrix)
    assert picture.count("h1v1h-1z") == sum(map(sum, matrix))
    assert "<script" not in picture
    assert 'href="' not in picture
