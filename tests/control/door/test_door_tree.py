"""The OSCQuery tree says of every parameter what its declaration says, and nothing JSON cannot."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveriff.control.door.query import Answer, Host, answer
from liveriff.control.door.tree import ATTRIBUTES, Tree, plain
from liveriff.control.osc.codec import encode
from liveriff.control.osc.packets import parse
from liveriff.params.registry import Registry
from liveriff.params.spec import Spec
from liveriff.params.table import TABLE

HOST = Host("test", 9000)


@pytest.fixture(scope="module")
def tree() -> Tree:
    return Tree(Registry())


def node_of(tree: Tree, path: str) -> dict:
    node = json.loads(tree.text("/"))
    for part in path.strip("/").split("/"):
        node = node["CONTENTS"][part]
    return node


@pytest.mark.parametrize("spec", TABLE.values(), ids=list(TABLE))
def test_every_parameter_is_told_as_it_is_declared(tree: Tree, spec: Spec) -> None:
    node = json.loads(tree.text(spec.path))
    assert node["FULL_PATH"] == spec.path
    assert node["TYPE"] == spec.kind.osc
    assert node["ACCESS"] == {"r": 1, "w": 2, "rw": 3}[spec.access]
    assert node["DESCRIPTION"] == spec.doc
    assert node["TAGS"] == [spec.rate or "reading"]
    assert node["AUDIBLE"] is spec.audible
    assert ("UNIT" in node) == bool(spec.unit)
    assert ("CRITICAL" in node) == (not spec.kind.held)
    assert ("CURVE" in node) == spec.travels
    if spec.kind.osc == "T":
        assert "RANGE" not in node
    elif spec.kind.options:
        assert node["RANGE"] == [{"VALS": list(spec.kind.options)}]
    elif spec.kind.range:
        assert node["RANGE"] == [dict(zip(("MIN", "MAX"), spec.kind.range, strict=True))]
        assert node["CLIPMODE"] == ["both"]
    else:
        assert "RANGE" not in node


@pytest.mark.parametrize("spec", TABLE.values(), ids=list(TABLE))
def test_values_are_those_that_osc_carries(tree: Tree, spec: Spec) -> None:
    node = json.loads(tree.text(spec.path))
    assert ("VALUE" in node) == (spec.access != "w")
    if spec.access == "w" or spec.kind.osc == "b":
        return
    (_, address, args) = parse(encode(spec.path, spec, spec.default))[0]
    assert address == spec.path
    told = node["VALUE"][0]
    assert type(told) is type(args[0])
    assert told == (pytest.approx(args[0], rel=1e-6) if isinstance(told, float) else args[0])
    assert node["TEXT"] == spec.format(spec.default)
    if spec.access == "rw":
        assert node["DEFAULT"] == node["VALUE"]
    if "RAW" in node:
        assert node["RAW"][0] == pytest.approx(spec.unmap(spec.default), abs=1e-6)


def test_the_whole_tree_holds_every_parameter_once_and_nothing_else(tree: Tree) -> None:
    found = []

    def walk(node: dict) -> None:
        assert set(node) <= ATTRIBUTES
        if "TYPE" in node:
            found.append(node["FULL_PATH"])
        for name, child in node.get("CONTENTS", {}).items():
            assert child["FULL_PATH"].endswith(f"/{name}")
            walk(child)

    walk(json.loads(tree.text("/")))
    assert sorted(found) == sorted(TABLE)


def test_a_node_may_be_a_parameter_and_a_container() -> None:
    node = json.loads(Tree(Registry()).text("/deck/1/seed"))
    assert node["TYPE"] == "i"
    assert list(node["CONTENTS"]) == ["drift"]


def test_a_change_is_in_the_next_answer() -> None:
    registry = Registry()
    tree = Tree(registry)
    assert node_of(tree, "/deck/1/level")["VALUE"] == [-12.0]
    registry.set("/deck/1/level", -3.0)
    registry.publish("/deck/2/spectrogram", b"\x01\x02")
    assert node_of(tree, "/deck/1/level")["VALUE"] == [-3.0]
    assert node_of(tree, "/deck/1/level")["TEXT"] == "-3.00 dB"
    assert node_of(tree, "/deck/2/spectrogram")["VALUE"] == [None]


def test_offers_are_told_and_noticed() -> None:
    registry = Registry()
    tree = Tree(registry)
    assert "OFFERS" not in node_of(tree, "/deck/1/prompt/a")
    registry.offer("/deck/1/prompt/a", ["acid", "dub", "house"])
    assert tree.new_offers() == ["/deck/1/prompt/a"]
    assert tree.new_offers() == []
    registry.set("/deck/1/prompt/a", 1)
    node = node_of(tree, "/deck/1/prompt/a")
    assert (node["OFFERS"], node["VALUE"], node["RAW"]) == (["acid", "dub", "house"], ["dub"], [0.5])
    registry.set("/deck/1/prompt/a", "something else")
    assert "RAW" not in node_of(tree, "/deck/1/prompt/a")


@pytest.mark.parametrize(
    ("path", "asked", "status"),
    [
        ("/", [], 200),
        ("/deck/1/", [], 200),
        ("/deck/1/level", ["VALUE"], 200),
        ("/deck/1/level", ["RAW"], 200),
        ("/deck", ["CONTENTS"], 200),
        ("/nothing/there", ["HOST_INFO"], 200),
        ("/tempo/tap", ["VALUE"], 204),
        ("/deck", ["VALUE"], 204),
        ("/deck/1/prompt/a", ["RANGE"], 204),
        ("/deck/1/level", ["CONTENTS"], 204),
        ("/deck/1/level", ["value"], 400),
        ("/deck/1/level", ["NONSENSE"], 400),
        ("/deck/1/level", ["VALUE", "RANGE"], 400),
        ("/nothing", [], 404),
        ("/nothing", ["VALUE"], 404),
        ("//deck", [], 404),
        ("", [], 404),
        ("/deck/1/level/../pan", [], 404),
    ],
)
def test_statuses(tree: Tree, path: str, asked: list[str], status: int) -> None:
    told = answer(tree, HOST, path, asked)
    assert told.status == status
    assert (told.body == "") == (status == 204)
    if status == 200 and asked:
        assert list(json.loads(told.body)) == asked or asked == ["HOST_INFO"]
    if status >= 400:
        assert json.loads(told.body)["ERROR"]


def test_a_wrong_path_gets_a_hint(tree: Tree) -> None:
    assert "Did you mean /deck/1/level?" in answer(tree, HOST, "/deck/1/levle", []).body


def test_host_info() -> None:
    told = json.loads(Host("stage left", 9000, "192.168.1.5").text())
    assert (told["NAME"], told["OSC_PORT"], told["OSC_IP"], told["OSC_TRANSPORT"]) == (
        "stage left", 9000, "192.168.1.5", "UDP",
    )  # fmt: skip
    assert all(told["EXTENSIONS"][name] is True for name in ("VALUE", "RANGE", "LISTEN", "PATH_CHANGED", "SNAPSHOT"))
    assert not {"OSC_PORT", "OSC_TRANSPORT", "OSC_IP"} & set(json.loads(Host("x", 0).text()))


@given(st.text(), st.lists(st.text(), max_size=3))
def test_any_question_gets_an_answer(path: str, asked: list[str]) -> None:
    told = answer(_TREE, HOST, path, asked)
    assert isinstance(told, Answer)
    assert told.status in (200, 204, 400, 404)


_TREE = Tree(Registry())


@given(st.floats())
def test_no_number_that_json_cannot_say(number: float) -> None:
    told = plain(TABLE["/status/cpu"], number)
    assert json.loads(json.dumps(told, allow_nan=False)) == (number if math.isfinite(number) else None)
