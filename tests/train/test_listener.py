"""The listener on latents: what it is asked, what counts, and that it learns to hear it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from unet_toys import store

from liveriff.params.words import CHUNKS
from liveriff.render.embedded.conditions import CATEGORIES, NO_MODE, NO_TONIC, UNSET, Conditions, collate
from liveriff.render.embedded.text import TextEncoder
from liveriff.train import listener
from liveriff.train.latents import Store
from liveriff.train.listener import Lessons, Listener, noised, notes_of, wrong
from liveriff.train.run import Run

WIDTHS = (8, 16, 16)


def material(items: int = 64) -> Store:
    """Loops of two styles that differ in their latents, four a piece."""
    made = store(items, 32)
    facts = [{"style": ("house", "dub")[place // 4 % 2], "seed": place // 4} for place in range(items)]
    side = torch.tensor([1.0 if row["style"] == "dub" else -1.0 for row in facts])
    picture = torch.randn(16, 32, 32, generator=torch.Generator().manual_seed(1))
    return replace(made, latents=(side[:, None, None, None] * picture).half(), facts=facts)


def test_the_notes_of_a_key_are_its_scale_and_none_where_none_is_told() -> None:
    told = collate([Conditions("synth", 9, "minor"), Conditions("synth", 0, "major"), Conditions("drums")])
    notes = notes_of(told)
    assert (int(told.tonic[2]), int(told.mode[2])) == (NO_TONIC, NO_MODE)
    assert torch.equal(notes[0], notes[1]), "A minor and C major have the same notes"
    assert notes[0].nonzero()[:, 0].tolist() == [0, 2, 4, 5, 7, 9, 11]
    assert not notes[2].any()


def test_pieces_are_kept_back_whole() -> None:
    lessons = Lessons(material(128))
    assert lessons.styles == ["dub", "house"]
    back = {lessons.store.facts[row]["seed"] for row in lessons.kept_back.tolist()}
    assert back == {0, 16}
    assert len(lessons.kept_back) == 8
    assert len(lessons.taught) + len(lessons.kept_back) == 128
    torch.manual_seed(0)
    _, facts = lessons.draw(200)
    assert set(facts.style.tolist()) == {0, 1}


def test_a_category_comes_as_often_as_its_share() -> None:
    torch.manual_seed(0)
    made = material(64)
    kinds = torch.tensor([CATEGORIES.index(CHUNKS[place % 4]) for place in range(64)])
    lessons = Lessons(replace(made, told=replace(made.told, category=kinds)))
    counted = torch.bincount(lessons.draw(2000, {"mix": 0.7, "bass": 0.1, "drums": 0.1, "synth": 0.1})[1].told.category)
    assert 0.65 < float(counted[CATEGORIES.index("mix")] / 2000) < 0.75
    even = torch.bincount(lessons.draw(2000)[1].told.category)
    assert int(even.max()) < 1.3 * int(even[: len(CHUNKS)].min())


def test_what_is_not_known_does_not_count() -> None:
    torch.manual_seed(0)
    lessons, net = Lessons(material()), Listener(2, TextEncoder(), widths=WIDTHS).eval()
    data, facts = lessons.draw(4)
    heard = net(data)
    whole = wrong(net, heard, facts)
    assert bool((whole > 0.0).all())
    nothing = replace(
        facts, style=torch.full_like(facts.style, -1), notes=torch.zeros_like(facts.notes),
        told=replace(facts.told, scalars=torch.full_like(facts.told.scalars, UNSET)),
    )  # fmt: skip
    untold = wrong(net, heard, nothing)
    assert untold[[0, 2, 3]].tolist() == [0.0, 0.0, 0.0]
    assert torch.equal(untold[[1, 4]], whole[[1, 4]])


def test_noise_is_more_for_some_and_changes_nothing_but_by_itself() -> None:
    torch.manual_seed(0)
    clean = torch.zeros(64, 4, 32, 8)
    amounts = noised(clean, 0.5).std(dim=(1, 2, 3))
    assert float(amounts.min()) < 0.1 < 0.6 < float(amounts.max())
    assert torch.equal(noised(clean, 0.0), clean)


def test_it_learns_to_hear_two_styles_and_a_resumed_run_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Small(Listener):
        def __init__(self, styles: int, text: TextEncoder) -> None:
            super().__init__(styles, text, widths=WIDTHS)

    monkeypatch.setattr(listener, "Listener", Small)
    monkeypatch.setattr(listener, "fresh", TextEncoder)
    lessons = Lessons(material())
    for steps in (20, 40):
        monkeypatch.setattr(Run, "going", property(lambda self, steps=steps: self.step < steps))
        listener.train(tmp_path, 1.0, lambda run: None, lessons.store, batch=16)
        state = Run(tmp_path, "listener", 0.0).load()
        assert state is not None
        assert state["step"] == steps
    assert state["config"]["styles"] == ["dub", "house"]
    net = Small(2, TextEncoder())
    net.load_state_dict(state["nets"])
    rows = lessons.kept_back
    with torch.no_grad():
        named = net.eval().style(net(lessons.store.latents[rows].float())).argmax(dim=1)
    assert torch.equal(named, lessons.style[rows])
