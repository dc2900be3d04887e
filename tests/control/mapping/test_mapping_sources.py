"""The sources of bindings, and their file changed in place."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from liveriff.control.mapping import files
from liveriff.control.mapping.bindings import Binding
from liveriff.control.mapping.own import OwnFile
from liveriff.control.mapping.sources import Sources

KNOB = Binding("knob/1", "/deck/1/alpha")
OTHER = Binding("knob/1", "/deck/1/pan")
BY_HAND = """# my set
# the left hand

[[binding]]
control = "knob/{1-3}"  # the small ones
path = "/deck/{1-3}/filter"

# the foot
[[binding]]
control = "cc/1/64"
path = "/deck/1/freeze"
fire = "hold"
"""
FREEZE = Binding("cc/1/64", "/deck/1/freeze", fire="hold")
some = st.lists(
    st.builds(
        Binding,
        st.sampled_from(["knob/1", "knob/2", "fader/1"]),
        st.sampled_from(["/deck/1/alpha", "/deck/1/pan"]),
        layer=st.sampled_from(["", "shift"]),
    ),
    max_size=4,
).map(tuple)


def test_the_scene_stands_above_the_performer_but_not_above_what_was_learnt_since() -> None:
    sources = Sources((KNOB,), (OTHER,), (KNOB,))
    assert sources.merged == (KNOB,)
    learnt = Sources((), (), (KNOB,)).learn(OTHER)
    assert learnt.merged == (OTHER,)
    assert learnt.whose(OTHER) == "yours"
    assert learnt.with_scene((KNOB,)).merged == (KNOB,)
    assert learnt.with_own(()).merged == (KNOB,)  # another program cleared it


@given(some, some, some, st.sampled_from(["/deck/1/alpha", "/deck/1/pan"]))
def test_what_is_cleared_deeply_does_nothing_and_stays_so(
    default: tuple[Binding, ...], own: tuple[Binding, ...], scene: tuple[Binding, ...], path: str
) -> None:
    cleared = Sources(default, own, scene).clear(path)
    assert cleared.bound(path) == ()
    assert Sources(default, cleared.own).bound(path) == ()
    assert not any(each.path == path for each in Sources(default, own, scene).clear(path, deep=False).own)


def test_what_hid_the_default_map_gives_it_back() -> None:
    sources = Sources((KNOB,), (OTHER,)).clear("/deck/1/pan", deep=False)
    assert sources.merged == (KNOB,)


def test_a_file_written_by_hand_keeps_its_comments(tmp_path: Path) -> None:
    file = tmp_path / files.NAME
    file.write_text(BY_HAND)
    own = files.load(file)
    files.save(file, [*own, OTHER])
    text = file.read_text()
    assert text.startswith(BY_HAND)
    assert files.load(file) == (*own, OTHER)
    files.save(file, own)
    assert file.read_text() == BY_HAND


def test_a_row_that_loses_one_is_written_out_and_the_rest_stays(tmp_path: Path) -> None:
    file = tmp_path / files.NAME
    file.write_text(BY_HAND)
    left = [each for each in files.load(file) if each.control != "knob/2"]
    files.save(file, left)
    text = file.read_text()
    assert sorted(files.load(file), key=repr) == sorted(left, key=repr)
    assert text.startswith("# my set\n")
    assert "# the foot" in text
    assert "{1-3}" not in text


def test_the_comment_goes_with_its_own_table(tmp_path: Path) -> None:
    file = tmp_path / files.NAME
    file.write_text(BY_HAND)
    files.save(file, [FREEZE])
    assert '# the foot\n[[binding]]\ncontrol = "cc/1/64"' in file.read_text()
    assert "small ones" not in file.read_text()


@given(some, some)
def test_any_file_is_changed_into_any_other(old: tuple[Binding, ...], new: tuple[Binding, ...]) -> None:
    text = files.changed("# mine\n" + files.dump(old), new)
    assert sorted(files.parse(text, "x"), key=repr) == sorted(new, key=repr)


def test_a_link_to_the_file_stays_a_link(tmp_path: Path) -> None:
    real, link = tmp_path / "real.toml", tmp_path / files.NAME
    real.write_text("")
    try:
        link.symlink_to(real)
    except OSError:  # not allowed on some Windows
        return
    files.save(link, [KNOB])
    assert link.is_symlink()
    assert files.load(real) == (KNOB,)


def test_a_file_with_a_fault_gives_what_it_held_before(tmp_path: Path) -> None:
    file = OwnFile(tmp_path / files.NAME)
    files.save(file.path, [KNOB])
    assert file.load() == (KNOB,)
    file.path.write_text("[[binding]]\n")
    assert file.changed()
    assert file.load() == (KNOB,)
    assert "needs a control" in file.fault
    assert not file.changed()
