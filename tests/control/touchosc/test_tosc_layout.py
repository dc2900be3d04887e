"""Every control is in its place, big enough, readable, and bound to something that exists."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from liveriff.control.osc.address import Addresses
from liveriff.control.touchosc import SIZES, Show, layout
from liveriff.control.touchosc.binding import RAW, REFRESH, SUBSCRIBE, TEXT, TOUCH
from liveriff.control.touchosc.lettering import fits
from liveriff.control.touchosc.node import Binding, Node
from liveriff.control.touchosc.pages_prompts import SHOWN
from liveriff.control.touchosc.picture import pictures
from liveriff.engine.scenes import list_scenes, load_scene
from liveriff.params.spec import Spec
from liveriff.params.table import TABLE
from liveriff.params.words import CHUNKS, DECKS, HITS

SMALLEST_TOUCH = 38  # points on a canvas that TouchOSC scales to a tablet of 20 cm: 7 mm


def show(name: str, decks: tuple[int, ...] = DECKS) -> Show:
    """A scene as the command hands it on."""
    scene = load_scene(name)
    values = scene.complete()
    banks = {deck: scene.bank.get(str(values[f"/deck/{deck}/category"]), ()) for deck in decks}
    return Show(scene.title, decks, banks, values, [listing.name for listing in list_scenes()])


LONG = "an extraordinarily long prompt about reverberating cathedral strings and granular whispering choirs, " * 2
FULL = Show("full", DECKS, dict.fromkeys(DECKS, (LONG,) * 30), {}, ("a-scene-with-quite-a-long-name",) * 30)
SHOWS = {
    **{
        f"{name}-{''.join(map(str, decks))}": show(name, decks)
        for name in ("house", "dub")
        for decks in ((1, 2, 3, 4), (2,))
    },
    "empty": Show(),
    "full": FULL,
}
LAYOUTS = {f"{size}-{name}": layout(given, SIZES[size]) for size in SIZES for name, given in SHOWS.items()}
EVERY = pytest.mark.parametrize("root", LAYOUTS.values(), ids=list(LAYOUTS))


def messages(root: Node) -> Iterator[tuple[Node, Binding]]:
    """Every binding with its node."""
    return ((node, bound) for node in root.walk() for bound in node.bindings)


@EVERY
def test_every_address_is_a_parameter_or_one_of_its_faces(root: Node) -> None:
    known = Addresses(TABLE)
    for node, bound in messages(root):
        if node.kind == "PAGER" and node.name == "pages":
            assert (bound.path, bound.constant, bound.value) == (SUBSCRIBE, "9000", "page")
            continue
        path = next(
            (bound.path.removesuffix(face) for face in (RAW, TEXT, TOUCH) if bound.path.endswith(face)), bound.path
        )
        assert path in TABLE, bound
        assert not bound.sends or known.find(bound.path), bound


@EVERY
def test_nothing_is_sent_to_what_only_tells(root: Node) -> None:
    for _, bound in messages(root):
        path = bound.path.removesuffix(RAW).removesuffix(TOUCH)
        if bound.sends and path in TABLE:
            assert TABLE[path].access != "r", bound
        if bound.receives:
            assert TABLE[path.removesuffix(TEXT)].kind.held, bound


@EVERY
def test_labels_listen_on_their_text_and_controls_do_not(root: Node) -> None:
    for node, bound in messages(root):
        assert (bound.value == "text") == (node.kind in ("LABEL", "TEXT"))
        if bound.value == "text":
            assert (bound.conversion, bound.sends, bound.receives) == ("STRING", False, True)


@EVERY
def test_everything_stands_inside_its_parent(root: Node) -> None:
    for node in root.walk():
        for child in node.children:
            assert node.frame.holds(child.frame), (node.name, child)
            assert child.frame.w > 0
            assert child.frame.h > 0


@EVERY
def test_no_finger_reaches_two_controls_at_once(root: Node) -> None:
    for node in root.walk():
        if node.kind == "PAGER":
            continue  # one page at a time
        touched = [child for child in node.children if child.interactive or child.children]
        for index, one in enumerate(touched):
            for other in touched[index + 1 :]:
                assert not one.frame.meets(other.frame), (one.name, other.name)


@EVERY
def test_nothing_lies_over_a_control_that_takes_its_touch(root: Node) -> None:
    for node in root.walk():
        assert node.kind not in ("LABEL", "TEXT", "BOX") or not node.interactive


@EVERY
def test_controls_are_large_enough_for_a_finger(root: Node) -> None:
    for node in root.walk():
        if node.interactive and node.kind in ("BUTTON", "FADER", "XY"):
            assert min(node.frame.w, node.frame.h) >= SMALLEST_TOUCH, node


@EVERY
def test_what_is_written_can_be_read_whole(root: Node) -> None:
    for node in root.walk():
        if node.kind in ("LABEL", "TEXT"):
            size = int(str(node.looks["textSize"]))
            assert fits(str(node.start["text"]), size, node.frame.w, node.frame.h, node.kind == "TEXT"), node


@EVERY
def test_every_control_does_something(root: Node) -> None:
    for node in root.walk():
        if node.interactive and node.kind != "PAGER":
            assert any(bound.sends for bound in node.bindings), node
            assert any(bound.path.endswith(TOUCH) for bound in node.bindings), node


@pytest.mark.parametrize("size", SIZES)
def test_pads_lie_as_on_an_mpc(size: str) -> None:
    root = layout(Show(), SIZES[size])
    banks = next(node for node in root.walk() if node.name == "banks")
    assert [len([pad for pad in bank.walk() if pad.name.endswith("/trigger")]) for bank in banks.children] == [16] * 4
    turned = banks.bindings[0]
    assert (turned.path, turned.value, turned.low, turned.high) == ("/pad/bank", "page", 1, 2)
    pads = {node.name: node.frame for node in banks.children[0].walk() if node.name.endswith("/trigger")}
    assert all(pad.x >= pads["/pad/1/trigger"].x for pad in pads.values())
    assert all(pad.y <= pads["/pad/1/trigger"].y for pad in pads.values())
    assert pads["/pad/4/trigger"].x > pads["/pad/3/trigger"].x
    assert pads["/pad/4/trigger"].y == pads["/pad/1/trigger"].y
    assert pads["/pad/5/trigger"].y < pads["/pad/1/trigger"].y


def test_controls_start_where_the_scene_puts_them() -> None:
    given = show("house")
    root = layout(given, SIZES["tablet"])
    faders = {node.name: node for node in root.walk() if node.kind == "FADER"}
    level = TABLE["/deck/1/level"]
    assert faders["/deck/1/level"].start["x"] == pytest.approx(level.unmap(given.values["/deck/1/level"]), abs=1e-4)
    assert given.values["/deck/1/level"] != level.default
    texts = [node.start["text"] for node in root.walk() if node.name == "/deck/1/prompt/a" and node.kind == "TEXT"]
    assert texts == [given.values["/deck/1/prompt/a"]]


def test_a_bank_too_long_is_cut_and_a_layout_has_only_its_decks() -> None:
    root = layout(FULL, SIZES["phone"])
    said = [b for _, b in messages(root) if b.path == "/deck/1/prompt/a" and b.constant]
    assert len(said) == SHOWN
    only = layout(SHOWS["house-2"], SIZES["tablet"])
    assert {b.path.split("/")[2] for _, b in messages(only) if b.path.startswith("/deck/")} == {"2"}


def test_what_nothing_honours_yet_is_dimmed() -> None:
    root = layout(Show(), SIZES["tablet"])
    from liveriff.control.touchosc.colours import CATEGORIES, WARM, dimmed

    assert set(CHUNKS) | set(HITS) <= set(CATEGORIES)
    for node in root.walk():
        if node.kind == "BUTTON" and node.name in TABLE:
            assert (node.looks["color"] in CATEGORIES.values()) or node.looks["color"] != dimmed(WARM)


@EVERY
def test_pictures_show_every_page(root: Node) -> None:
    from xml.etree import ElementTree

    drawn = pictures(root)
    pager = next(node for node in root.walk() if node.kind == "PAGER")
    assert list(drawn) == [page.name for page in pager.children]
    for title, svg in drawn.items():
        texts = [element.text for element in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]
        assert title in texts
        assert "PANIC" in texts
    assert "TAP" in "".join(drawn.values())


def test_a_layout_says_where_it_listens_when_opened_and_when_a_page_is_turned() -> None:
    for port, path, script in ((9001, SUBSCRIBE, "'/subscribe/text', 9001"), (0, REFRESH, "'/refresh'")):
        root = layout(Show(port=port), SIZES["tablet"])
        pager = root.children[1]
        assert root.looks["script"] == f"function init() sendOSC({script}) end"
        assert [bound.path for bound in pager.bindings] == [path]
        assert all(not node.looks.get("script") for node in root.walk() if node is not root)


def grown() -> dict[str, Spec]:
    """The table as it may be one day: half as many readings and effects again."""
    table = dict(TABLE)
    for path in ("/status/cpu", "/status/renderer", "/reverb/time", "/delay/tone"):
        for letter in "abcd":
            table[f"{path}/{letter}"] = replace(TABLE[path], path=f"{path}/{letter}")
    return table


@pytest.mark.parametrize("size", SIZES)
def test_a_table_that_grows_still_has_room(size: str) -> None:
    root = layout(Show(), SIZES[size], grown())
    test_everything_stands_inside_its_parent(root)
    test_no_finger_reaches_two_controls_at_once(root)
    test_controls_are_large_enough_for_a_finger(root)
    names = {node.name for node in root.walk()}
    assert {"/status/renderer/d", "/reverb/time/a"} <= names


@pytest.mark.parametrize("size", SIZES)
def test_a_beat_repeat_lasts_as_long_as_the_finger(size: str) -> None:
    root = layout(Show(), SIZES[size])
    held = [node for node in root.walk() if node.kind == "BUTTON" and node.name == "/deck/2/repeat"]
    said = [[(bound.condition, bound.constant) for bound in node.bindings[:2]] for node in held]
    assert said == [[("RISE", beats), ("FALL", "off")] for beats in ("1/16", "1/8", "1/4", "1/2", "1")]
    assert all(bound.path == "/deck/2/repeat" for node in held for bound in node.bindings[:2])
    loops = [node.bindings[0].constant for node in root.walk() if node.kind == "BUTTON" and node.name == "/deck/2/loop"]
    assert loops == ["off", "1", "2", "4", "8"]


@pytest.mark.parametrize("size", SIZES)
def test_what_is_done_by_the_beat_and_with_kits_is_under_a_finger(size: str) -> None:
    sent = {bound.path for _, bound in messages(layout(Show(), SIZES[size])) if bound.sends}
    deck = ("fill", "back", "swap", "loop/halve", "loop/double", "strength")
    assert {f"/deck/{n}/{name}" for n in DECKS for name in deck} <= sent
    assert {"/pad/kit/make", "/pads/level/raw"} <= sent
