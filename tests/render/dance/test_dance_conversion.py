"""Original checkpoints become folders with a network of the same numbers; only plain weights are read."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

import pytest
import torch

from liveriff.errors import LiveriffError, ModelError, UsageError
from liveriff.render.checkpoints import Checkpoint
from liveriff.render.dance.card import card_of
from liveriff.render.dance.conversion import KNOWN, Origin, convert
from liveriff.render.dance.names import levels_in, renamed
from liveriff.render.dance.net import load

from .original import Original

ORIGIN = Origin(8000, 2048)


def save(path: Path, network: Original, ema: Original | None = None, **more: object) -> Path:
    """A checkpoint as a training of Dance Diffusion writes it."""
    state = {f"diffusion.{name}": value for name, value in network.state_dict().items()}
    if ema:
        state |= {f"diffusion_ema.{name}": value for name, value in ema.state_dict().items()}
    torch.save({"epoch": 3, "state_dict": state, "optimizer_states": [{"lr": 4e-5}], **more}, path)
    return path


def network(seed: int, widths: tuple[int, ...] = (32, 32, 64, 64, 64), attending: int = 2) -> Original:
    torch.manual_seed(seed)
    return Original(widths, attending).eval()


@pytest.mark.parametrize(("widths", "attending"), [((32, 32, 64, 64, 64), 2), ((32, 64, 32, 32, 32), 1)])
def test_the_converted_network_gives_the_same_numbers(tmp_path: Path, widths: tuple[int, ...], attending: int) -> None:
    averaged = network(1, widths, attending)
    config = convert(save(tmp_path / "a.ckpt", network(2, widths, attending), averaged), tmp_path / "a", ORIGIN)
    assert config["time_embedding_dim"] == 16
    assert not list(tmp_path.glob(".*"))
    net = load(card_of(Checkpoint("a", "dance", str(tmp_path / "a"))), "cpu")
    assert (net.card.rate, net.card.trained, net.card.unit) == (8000, 2048, 2 ** (len(widths) - 1))
    x = torch.randn(2, 2, 128, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        expected, other = averaged(x, torch.full((2,), 0.3)), averaged(x, torch.full((2,), 0.9))
        got = net.velocity(x, 0.3)
    assert float((expected - other).abs().max()) > 1e-2  # t is heard, or the test could not tell
    assert float((expected - got).abs().max()) < 1e-5


def test_trimmed_checkpoints_and_halves_will_do(tmp_path: Path) -> None:
    one = network(1)
    state = {f"diffusion_ema.{name}": value.half() for name, value in one.state_dict().items()}
    torch.save({"state_dict": state}, tmp_path / "a.ckpt")
    torch.save(one.state_dict(), tmp_path / "b.ckpt")
    for name in ("a", "b"):
        convert(tmp_path / f"{name}.ckpt", tmp_path / name, ORIGIN)
        net = load(card_of(Checkpoint(name, "dance", str(tmp_path / name))), "cpu")
        x = torch.randn(1, 2, 64, generator=torch.Generator().manual_seed(0))
        with torch.no_grad():
            assert float((net.velocity(x, 0.5) - one(x, torch.tensor([0.5]))).abs().max()) < 2e-2


def test_the_published_network_is_fourteen_levels() -> None:
    """Names of the original's full size, from its description, all of them and each once."""
    with torch.device("meta"):
        from diffusers import UNet1DModel

        original = Original((128, 128, 256, 256, *[512] * 10), 6)
        blocks = (*["DownBlock1D"] * 7, *["AttnDownBlock1D"] * 5)
        unet = UNet1DModel(
            extra_in_channels=16,
            time_embedding_dim=16,
            block_out_channels=(128, 128, 256, 256, *[512] * 9),
            down_block_types=("DownBlock1DNoSkip", *blocks),
            up_block_types=(*(block.replace("Down", "Up") for block in blocks[::-1]), "UpBlock1DNoSkip"),
        )
    names = [name for name, _ in original.named_parameters()]
    assert levels_in(names) == 14
    translated = [new for name in names for new in renamed(name, 14)]
    assert sorted(translated) == sorted(name for name, _ in unet.named_parameters())
    assert sum(weight.numel() for weight in original.parameters()) == 221_389_322


class Trap:
    """What a hostile checkpoint would hold."""

    def __reduce__(self) -> tuple[object, ...]:
        return (os.mkdir, ("trapped",))


def test_a_pickle_that_is_a_program_is_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    save(tmp_path / "a.ckpt", network(1), hyper_parameters=Trap())
    (tmp_path / "b.ckpt").write_bytes(pickle.dumps(Trap()))
    for name in ("a.ckpt", "b.ckpt"):
        with pytest.raises(UsageError, match="no plain weights"):
            convert(tmp_path / name, tmp_path / "out", ORIGIN)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.ckpt", "b.ckpt"]


def test_what_cannot_be_converted_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    whole = network(1)
    save(tmp_path / "good.ckpt", whole)
    torch.save({"state_dict": {"unet.weight": torch.zeros(2)}}, tmp_path / "other.ckpt")
    torch.save([1, 2], tmp_path / "list.ckpt")
    lacking = {name: value for name, value in whole.state_dict().items() if name != "net.3.main.1.main.0.bias"}
    torch.save(lacking, tmp_path / "lacking.ckpt")
    torch.save(whole.state_dict() | {"net.9.main.0.bias": torch.zeros(2)}, tmp_path / "more.ckpt")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").write_text("mine")
    cases: list[tuple[str, str, Origin | None, type[LiveriffError], str]] = [
        ("missing.ckpt", "o", ORIGIN, UsageError, "there is no file"),
        ("good.ckpt", "o", None, UsageError, "--rate and --size"),
        ("good.ckpt", "full", ORIGIN, UsageError, "is there already"),
        ("good.ckpt", "no/o", ORIGIN, UsageError, "does not exist"),
        ("other.ckpt", "o", ORIGIN, UsageError, "no checkpoint of Dance Diffusion"),
        ("list.ckpt", "o", ORIGIN, UsageError, "holds no weights"),
        ("lacking.ckpt", "o", ORIGIN, ModelError, "do not fit"),
        ("more.ckpt", "o", ORIGIN, ModelError, "do not fit"),
    ]
    before = sorted(tmp_path.rglob("*"))
    for name, out, origin, kind, says in cases:
        with pytest.raises(kind, match=says):
            convert(tmp_path / name, tmp_path / out, origin)
    assert sorted(tmp_path.rglob("*")) == before


def test_published_checkpoints_are_known_by_name() -> None:
    assert KNOWN["jmann-large-580k"] == Origin(48000, 131072)
    assert KNOWN["maestro-150k"].rate == 16000


def test_an_empty_folder_is_written_to_where_folders_are_not_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def replace(source: Path, target: Path) -> None:
        if os.path.isdir(target):
            raise PermissionError(13, "Access is denied")  # Windows, also for an empty folder
        os.rename(source, target)

    monkeypatch.setattr("liveriff.render.dance.conversion.os.replace", replace)
    (out := tmp_path / "out").mkdir()
    convert(save(tmp_path / "a.ckpt", network(2)), out, ORIGIN)
    assert (out / "model_index.json").is_file()
