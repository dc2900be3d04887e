"""Alignment: what is asked, what learns, what is held, and that the student comes to be heard as it is told."""

from __future__ import annotations

import copy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from unet_toys import small, store

from liveriff.errors import UsageError
from liveriff.render.embedded.conditions import UNSET
from liveriff.render.embedded.text import TextEncoder
from liveriff.train import align, walking
from liveriff.train.asking import asked
from liveriff.train.course import Course
from liveriff.train.latents import Store
from liveriff.train.listener import Lessons, Listener
from liveriff.train.material.words import STYLES
from liveriff.train.run import Run
from liveriff.train.unet import Nets, trained

WIDTHS = (8, 16, 16)


def material(items: int = 64) -> Store:
    """Loops of two styles."""
    facts = [{"style": ("house", "dub")[place // 4 % 2], "seed": place // 4} for place in range(items)]
    return replace(store(items, 32), facts=facts)


def nets() -> Nets:
    """A student that answers what it is told."""
    torch.manual_seed(5)
    made = Nets(small(student=True), TextEncoder(words=0, letters=0))
    for value in made.parameters():
        if value.dim() > 1 and not value.any():
            nn.init.normal_(value, std=0.05)
    return made


class Reads(TextEncoder):
    """One word each: so many letters."""

    def ids(self, prompts: list[str]) -> Tensor:
        return torch.tensor([[len(prompt)] * (1 + len(prompt) % 3) + [0] * (2 - len(prompt) % 3) for prompt in prompts])


def test_what_is_asked_names_the_style_or_quotes_a_caption(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[str] = []
    monkeypatch.setattr(Reads, "ids", lambda self, prompts: heard.extend(prompts) or torch.ones(len(prompts), 5).long())
    torch.manual_seed(0)
    what, facts, like = asked(Lessons(material()), Reads(), 200)
    named = facts.style >= 0
    assert 0.6 < float(named.float().mean()) < 0.9
    assert torch.equal(what.ids[named], torch.ones(int(named.sum()), what.ids.shape[1]).long() * (what.ids[named] > 0))
    words = {*STYLES["house"], *STYLES["dub"]}
    assert all(any(word in prompt for word in words) for prompt in heard)
    untold = what.told.tonic == 12
    assert bool(untold.any())
    assert not facts.notes[untold].any(), "a key that was not told is not asked for"
    assert bool((facts.told.scalars == UNSET).any())
    assert torch.equal(facts.style[named], like.style[named])
    assert like.latents.shape == (200, 16, 32, 32)


def test_only_what_steers_learns() -> None:
    learning = align.steered(nets())
    parts = {name.split(".")[0] for name, value in learning.unet.named_parameters() if value.requires_grad}
    assert {"prompt", "mix", "told_rows", "category"} <= parts
    assert "enter" not in parts
    assert not any(value.requires_grad for value in learning.text.parameters())
    blocks = [name for name, value in learning.unet.named_parameters() if value.requires_grad and "conv" in name]
    assert blocks == []


def test_a_copy_has_not_strayed_and_given_beats_come_back() -> None:
    torch.manual_seed(1)
    student, lessons = nets().eval(), Lessons(material())
    what, _, _ = asked(lessons, student.text, 8)
    start = torch.randn(8, 16, 32, 32)
    end, strayed = walking.walked(student, copy.deepcopy(student), what, start, 2)
    assert strayed.item() == 0.0
    mask = what.known[:, -1:].expand_as(end) > 0
    assert bool(mask.any())
    assert torch.equal(end[mask], what.known[:, :-1][mask])
    changed = copy.deepcopy(student)
    nn.init.normal_(changed.unet.category.weight)
    other, further = walking.walked(changed, student, what, start, 2)
    assert further.item() > 0.0
    assert not torch.equal(end, other)


def test_louder_words_are_twice_as_loud() -> None:
    before, ids = nets().text, torch.zeros(1, 3).long()
    loud = Nets(small(student=True), copy.deepcopy(before))
    with torch.no_grad():
        bare = before.out(torch.ones(1, 96))
        assert torch.allclose(align.louder(loud).text.out(torch.ones(1, 96)), 2.0 * bare)
    assert not before(ids).any(), "no words are none, however loud"


@pytest.mark.parametrize("kind", ["bars", "shots"])
def test_a_copy_is_steady(kind: str) -> None:
    torch.manual_seed(2)
    student = nets().eval()
    pool = material() if kind == "bars" else store(8, 16, "hit kick")
    assert float(walking.steady(student, copy.deepcopy(student), pool, kind, 4)) == 0.0
    changed = copy.deepcopy(student)
    nn.init.normal_(changed.unet.prompt.weight)
    nn.init.normal_(changed.unet.category.weight)
    assert float(walking.steady(changed, student, pool, kind, 4)) > 0.0


class Bright(Listener):
    """Hears brightness only: the mean of the first channel."""

    def forward(self, latents: Tensor) -> Tensor:
        return torch.cat((latents[:, 0].mean(dim=(1, 2))[:, None], latents.new_zeros(len(latents), 383)), dim=1)


def test_the_student_comes_to_be_heard_as_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hears = Bright(2, TextEncoder(), widths=WIDTHS).eval().requires_grad_(False)
    with torch.no_grad():
        for value in hears.scalars.parameters():
            value.zero_()
        hears.scalars.weight[1, 0] = 1.0
    monkeypatch.setattr(align, "listened", lambda work, lessons: hears)
    monkeypatch.setattr(align, "wrong_of_material", lambda *given: torch.zeros(5))
    monkeypatch.setattr(align, "_HEARD", (0.0, 0.0, 0.0, 1.0, 0.0))
    monkeypatch.setattr(align, "_NEAR", 0.01)
    for name, weights in (("_DOUBTS", (0.0,) * 4), ("_MOMENTS", (0.0, 0.0)), ("_HEAD_START", 0)):
        monkeypatch.setattr(align, name, weights)
    monkeypatch.setattr(align, "noised", lambda latents: latents)
    settled: list[object] = []
    monkeypatch.setattr(align, "settle", lambda of, styles, stores: settled.append(of))
    start = nets()
    for steps in (8, 24):  # the second time it goes on from its checkpoint
        monkeypatch.setattr(Run, "going", property(lambda self, steps=steps: self.step < steps))
        monkeypatch.setattr(Run, "rate", lambda self, peak, after: 5e-3)
        stores = {"pieces": material(), "shots": store(8, 16, "hit kick")}
        align.train(tmp_path, 1.0, lambda run: None, start, stores, batch=4)
    state = Run(tmp_path, "align", 0.0).load()
    assert state is not None
    assert state["step"] == 24
    assert len(settled) == 2, "words are brought to their names before each"

    def distance(of: Nets) -> float:
        torch.manual_seed(9)
        what, _, _ = asked(Lessons(material()), of.text, 64)
        end, _ = walking.walked(of, of, what, torch.randn(64, 16, 32, 32), 4)
        return float((end[:, 0].mean(dim=(1, 2)) - 0.2).square().mean())

    after = copy.deepcopy(start)
    after.load_state_dict(state["nets"])
    with torch.no_grad():
        assert distance(after.eval()) < 0.75 * distance(start.eval())
    unet, text = trained_in(tmp_path, monkeypatch)
    average: dict[str, Any] = state["average"]
    assert torch.equal(unet.prompt.weight, average["unet.prompt.weight"])
    assert torch.equal(text.out[-1].weight, average["text.out.2.weight"])
    Run(tmp_path, "distil", 0.0).save(average=start.state_dict(), config=start.config)
    again, _ = trained_in(tmp_path, monkeypatch)
    assert torch.equal(again.prompt.weight, start.unet.prompt.weight), "a student distilled since is the newer one"


def trained_in(work: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, Any]:
    """What would be exported."""
    monkeypatch.setattr("liveriff.train.unet.Unet", small)
    return trained(work)


def alignment(student: Nets, hears: Listener, monkeypatch: pytest.MonkeyPatch, **weights: Any) -> align.Alignment:
    """One that counts only what is named; everything else weighs nothing."""
    nothing: dict[str, Any] = {"_HEARD": (0.0,) * 5, "_DOUBTS": (0.0,) * 4, "_MOMENTS": (0.0, 0.0), "_NEAR": 0.0}
    for name, none in nothing.items():
        monkeypatch.setattr(align, name, weights.get(name, none))
    return align.Alignment(student, copy.deepcopy(student), hears, Lessons(material()), 4)


def listener() -> Listener:
    return Listener(2, TextEncoder(), widths=WIDTHS).eval().requires_grad_(False)


def test_nothing_is_gained_beyond_what_the_material_is_heard_as(monkeypatch: pytest.MonkeyPatch) -> None:
    torch.manual_seed(3)
    student, hears = nets().eval(), listener()
    enough = align.wrong_of_material(hears, Lessons(material()), 4)
    assert enough.shape == (5,)
    assert bool((enough > 0.0).all())
    for share, wanted in ((100.0, False), (0.5, True)):
        monkeypatch.setattr(align, "wrong_of_material", lambda *given, share=share: share * enough)
        heard = alignment(student, hears, monkeypatch, _HEARD=(1.0,) * 5)
        assert (heard.loss("loops").item() > 0.0) == wanted


@pytest.mark.parametrize("kind", ["loops", "bars"])
def test_doubts_reach_what_learns_and_the_critic_learns_by_itself(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    torch.manual_seed(4)
    student = align.steered(nets())
    judged = alignment(student, listener(), monkeypatch, _DOUBTS=(1.0,) * 4)
    before = copy.deepcopy(judged.opponent.critic.state_dict())
    loss = judged.loss(kind)
    loss.backward()  # type: ignore[no-untyped-call]
    learnt = student.unet.category.weight.grad
    assert learnt is not None
    assert bool(learnt.any())
    after = copy.deepcopy(judged.opponent.critic.state_dict())
    assert any(not torch.equal(before[name], after[name]) for name in before)
    student.zero_grad()
    judged.watched(kind)
    assert any(not torch.equal(after[name], value) for name, value in judged.opponent.critic.state_dict().items())
    assert student.unet.category.weight.grad is None


@pytest.mark.parametrize(("steps", "counts"), [(4, True), (1, False)])
def test_moments_count_with_the_usual_steps(steps: int, counts: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    torch.manual_seed(6)
    monkeypatch.setattr(walking, "STEPS", (steps,))
    judged = alignment(nets().eval(), listener(), monkeypatch, _MOMENTS=(1.0, 1.0))
    assert (judged.loss("loops").item() > 0.0) == counts


def test_compiled_or_not_the_same_nets_are_walked_with(monkeypatch: pytest.MonkeyPatch) -> None:
    torch.manual_seed(7)
    student, lessons, seen = align.steered(nets()), Lessons(material()), []
    monkeypatch.setattr(walking, "compiled", lambda net, probe: seen.append(probe(net)) or net)
    quick = walking.quick(student, lessons, 2)
    assert seen == [None]
    assert quick.unet is student.unet
    assert quick.text is student.text
    assert all(value.grad is None for value in student.parameters())


@pytest.mark.parametrize("items", [4, 8])
def test_too_little_material_is_one_sentence(items: int) -> None:
    """One style only; then no piece to keep back."""
    made = material(items)
    late = replace(made, facts=[{**row, "seed": row["seed"] + 1} for row in made.facts])
    with pytest.raises(UsageError, match="too few pieces"):
        Lessons(late)


def test_what_is_missing_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="train distil"):
        align.student_of(tmp_path, None)
    with pytest.raises(UsageError, match="train listener"):
        align.listened(tmp_path, Lessons(material()))
    Run(tmp_path, "align", 0.0).save(nets={})
    with pytest.raises(UsageError, match=r"align\.pt has no opponent"):
        Course(Run(tmp_path, "align", 0.0), nets(), 1e-3, beside={"opponent": nets()})
    Run(tmp_path, "listener", 0.0).save(config={"styles": ["polka"]})
    with pytest.raises(UsageError, match="other styles"):
        align.listened(tmp_path, Lessons(material()))
