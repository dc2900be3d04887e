"""Folders, single files, LoRAs, learnt words, small autoencoders: as users have them, or refused in one sentence."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import torch
from diffusers import StableDiffusionPipeline
from peft import LoraConfig
from peft.utils import get_peft_model_state_dict
from safetensors.torch import save_file
from torch import Tensor

from liveriff.errors import ModelError, UsageError
from liveriff.render.riffusion.nets import Nets, dtype_of, load
from liveriff.render.riffusion.options import Lora, Options, options_of
from liveriff.render.riffusion.request import End, Request
from liveriff.render.riffusion.sampling import paint
from tests.render.riffusion.single import save_single
from tests.render.riffusion.tiny import WIDTH, save

END = End("techno drums", 3, guidance=3.0)


def painted(nets: Nets, prompt: str = END.prompt) -> Tensor:
    end = End(prompt, END.seed, guidance=END.guidance)
    return paint(nets, Request(end, end, steps=3), 128, lambda _s, _o: True, height=64)


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


@pytest.fixture(scope="module")
def single(nets: Nets, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("single") / "one.safetensors"
    return save_single(path, nets.unet, nets.vae, nets.prompts._encoder)


def test_a_single_file_is_the_same_model(nets: Nets, single: Path, folder: Path) -> None:
    loaded = load(str(single), Options(components=str(folder)), "cpu")
    assert torch.equal(painted(loaded), painted(nets))


def test_a_single_file_without_components_says_what_it_lacks(single: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ModelError, match="option components"):
        load(str(single), Options(), "cpu")


def test_a_folder_needs_no_index(tmp_path: Path, nets: Nets) -> None:
    assert torch.equal(painted(load(str(save(tmp_path / "bare", index=False)), Options(), "cpu")), painted(nets))


def test_half_precision_files_are_found_by_their_name(folder: Path, tmp_path: Path, nets: Nets) -> None:
    copy = shutil.copytree(folder, tmp_path / "half")
    for path in list(copy.rglob("*.safetensors")):
        path.rename(path.with_name(path.name.replace(".safetensors", ".fp16.safetensors")))
    assert torch.equal(painted(load(str(copy), Options(), "cpu")), painted(nets))


@pytest.mark.parametrize(("dtype", "near"), [("bf16", 0.3), ("fp16", 0.1)])
def test_half_precision_is_near(folder: Path, nets: Nets, dtype: str, near: float) -> None:
    half = load(str(folder), Options(dtype=dtype), "cpu")
    assert half.unet.dtype == dtype_of(dtype, "cpu") != torch.float32
    apart = (painted(half) - painted(nets)).abs().mean() / painted(nets).std()
    assert 0.0 < float(apart) < near


def test_precision_is_chosen_by_the_device() -> None:
    assert dtype_of("auto", "cpu") == torch.float32
    assert dtype_of("auto", "cuda:0") == torch.float16
    assert dtype_of("fp32", "cuda") == torch.float32


def test_channels_last_changes_the_order_not_the_picture(folder: Path, nets: Nets) -> None:
    last = load(str(folder), Options(channels_last=True), "cpu")
    assert last.unet.conv_in.weight.is_contiguous(memory_format=torch.channels_last)
    assert float((painted(last) - painted(nets)).abs().max()) < 1e-3


@pytest.mark.slow
def test_a_compiled_net_paints_alike_and_still_closes_loops(
    folder: Path, nets: Nets, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = torch.compile
    monkeypatch.setattr(torch, "compile", lambda net: plain(net, backend="eager"))
    compiled = load(str(folder), Options(compile=True), "cpu")
    for circular in (False, True, False):
        request = Request(END, END, steps=3, circular=circular)
        one, other = (paint(each, request, 128, lambda _s, _o: True, height=64) for each in (compiled, nets))
        assert float((one - other).abs().max()) < 1e-4


def test_a_small_autoencoder_takes_the_place_of_the_large_one(folder: Path, nets: Nets, tmp_path: Path) -> None:
    small = save(tmp_path / "small", tiny_vae=True)
    given = load(str(folder), Options(vae=str(small / "vae")), "cpu")
    assert type(given.vae).__name__ == "AutoencoderTiny"
    assert given.scale == 1.0
    assert nets.scale == pytest.approx(0.18215)
    assert painted(given).shape == painted(nets).shape
    assert torch.equal(painted(given), painted(load(str(small), Options(), "cpu")))


# --- LoRAs and learnt words ------------------------------------------------------------------------------------------


def lora_file(folder: Path, into: Path) -> Path:
    """A LoRA of unet and text encoder as diffusers' own training scripts save it."""
    pipe = StableDiffusionPipeline.from_pretrained(folder)
    torch.manual_seed(5)
    for net, layers in ((pipe.unet, ["to_q", "to_v"]), (pipe.text_encoder, ["q_proj", "v_proj"])):
        net.add_adapter(LoraConfig(r=2, lora_alpha=2, target_modules=layers, init_lora_weights=False))
    StableDiffusionPipeline.save_lora_weights(
        into,
        unet_lora_layers=get_peft_model_state_dict(pipe.unet),
        text_encoder_lora_layers=get_peft_model_state_dict(pipe.text_encoder),
    )
    return into / "pytorch_lora_weights.safetensors"


def test_a_lora_is_melted_in_as_much_as_told(folder: Path, nets: Nets, tmp_path: Path) -> None:
    path = lora_file(folder, tmp_path)
    plain, whole = painted(nets), painted(load(str(folder), Options(loras=(Lora(str(path)),)), "cpu"))
    part = painted(load(str(folder), Options(loras=(Lora(str(tmp_path), 0.5),)), "cpu"))
    none = painted(load(str(folder), Options(loras=(Lora(str(path), 0.0),)), "cpu"))
    assert float((whole - plain).abs().max()) > 1e-2
    assert float((part - plain).abs().max()) > 1e-3
    assert float((part - whole).abs().max()) > 1e-3
    assert float((none - plain).abs().max()) < 1e-5
    pipe = StableDiffusionPipeline.from_pretrained(folder)
    pipe.load_lora_weights(path.parent, weight_name=path.name)
    theirs = pipe.unet.state_dict()
    name = "mid_block.attentions.0.transformer_blocks.0.attn2.to_q"
    merged = theirs[f"{name}.base_layer.weight"] + (
        theirs[f"{name}.lora_B.default_0.weight"] @ theirs[f"{name}.lora_A.default_0.weight"]
    )
    ours = load(str(folder), Options(loras=(Lora(str(path)),)), "cpu").unet.state_dict()[f"{name}.weight"]
    assert float((ours - merged).abs().max()) < 1e-5


def test_a_lora_in_the_trainers_format_is_read(folder: Path, nets: Nets, tmp_path: Path) -> None:
    """As kohya's scripts name things."""
    layer = "lora_unet_mid_block_attentions_0_transformer_blocks_0_attn2_to_q"
    width = nets.unet.get_submodule("mid_block.attentions.0.transformer_blocks.0.attn2.to_q").weight.shape[0]
    torch.manual_seed(6)
    tensors = {
        f"{layer}.lora_down.weight": torch.randn(2, WIDTH),
        f"{layer}.lora_up.weight": torch.randn(width, 2),
        f"{layer}.alpha": torch.tensor(2.0),
    }
    save_file(tensors, tmp_path / "kohya.safetensors")
    loaded = load(str(folder), Options(loras=(Lora(str(tmp_path / "kohya.safetensors")),)), "cpu")
    assert float((painted(loaded) - painted(nets)).abs().max()) > 1e-3


@pytest.mark.parametrize("vectors", [1, 3])
def test_a_learnt_word_is_learnt(folder: Path, nets: Nets, tmp_path: Path, vectors: int) -> None:
    torch.manual_seed(7)
    save_file({"<mysound>": torch.randn(vectors, WIDTH)}, tmp_path / "any.safetensors")
    save_file({"emb_params": torch.randn(vectors, WIDTH)}, tmp_path / "myfile.safetensors")
    names = tuple(str(tmp_path / name) for name in ("any.safetensors", "myfile.safetensors"))
    taught = load(str(folder), Options(embeddings=names), "cpu")
    assert float((painted(taught) - painted(nets)).abs().max()) < 1e-5
    for word in ("<mysound>", "myfile"):
        assert len(taught.prompts._tokens(f"techno {word}")[0]) == vectors + 1
        assert float((painted(taught, f"techno {word}") - painted(nets, f"techno {word}")).abs().max()) > 1e-3


# --- what cannot be loaded -------------------------------------------------------------------------------------------


def spoilt(folder: Path, tmp_path: Path, what: str) -> Path:
    copy = shutil.copytree(folder, tmp_path / "spoilt")
    weights = next((copy / "unet").glob("*.safetensors"))
    if what == "missing":
        shutil.rmtree(copy / "vae")
    elif what == "pickled":
        weights.rename(weights.with_suffix(".bin"))
    elif what == "cut":
        weights.write_bytes(weights.read_bytes()[:-1000])
    elif what == "noise":
        weights.write_bytes(b"\xff" * 4000)
    elif what == "foreign":
        config = json.loads((copy / "vae" / "config.json").read_text())
        (copy / "vae" / "config.json").write_text(json.dumps({**config, "_class_name": "VQModel"}))
    else:
        config = json.loads((copy / "unet" / "config.json").read_text())
        (copy / "unet" / "config.json").write_text(json.dumps({**config, "cross_attention_dim": 64}))
    return copy


@pytest.mark.parametrize("what", ["missing", "pickled", "cut", "noise", "foreign", "misfit"])
def test_what_is_broken_is_one_sentence(folder: Path, tmp_path: Path, what: str) -> None:
    with pytest.raises(ModelError) as raised:
        load(str(spoilt(folder, tmp_path, what)), Options(), "cpu")
    assert "\n" not in str(raised.value)
    assert 20 < len(str(raised.value)) < 400


def test_other_files_are_not_read(tmp_path: Path, folder: Path) -> None:
    (tmp_path / "model.ckpt").write_bytes(b"\x80\x04.")
    with pytest.raises(ModelError, match=r"not a \.safetensors file"):
        load(str(tmp_path / "model.ckpt"), Options(), "cpu")
    with pytest.raises(ModelError, match="no model at"):
        load(str(tmp_path / "nothing"), Options(), "cpu")
    with pytest.raises(ModelError, match="liveriff models get someone/nothing"):
        load("someone/nothing", Options(), "cpu")
    save_file({"a": torch.zeros(1), "b": torch.zeros(1)}, tmp_path / "two.safetensors")
    for options in (Options(loras=(Lora(str(tmp_path / "two.safetensors")),)),
                    Options(embeddings=(str(tmp_path / "two.safetensors"),))):  # fmt: skip
        with pytest.raises(ModelError, match=r"two\.safetensors"):
            load(str(folder), options, "cpu")


def test_a_device_that_is_not_there_is_one_sentence(folder: Path) -> None:
    with pytest.raises(ModelError, match="cannot run on 'cuda:7'"):
        load(str(folder), Options(dtype="fp32"), "cuda:7")


# --- options ---------------------------------------------------------------------------------------------------------


def test_options_are_read() -> None:
    given = {
        "scheduler": "lcm",
        "steps": 4,
        "loras": ["a/b", {"model": "c", "scale": 0.5}],
        "prompts": {"bass": "deep bass"},
        "circular": False,
    }
    options = options_of(given, "x")
    assert options == Options(
        scheduler="lcm",
        steps=4,
        loras=(Lora("a/b"), Lora("c", 0.5)),
        prompts={"bass": "deep bass"},
        circular=False,
    )


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"sheduler": "lcm"}, "Did you mean scheduler"),
        ({"scheduler": "fast"}, "scheduler is one of"),
        ({"steps": "4"}, "steps is a whole number"),
        ({"steps": True}, "steps is a whole number"),
        ({"steps": 1000}, "steps is 1 to 150"),
        ({"circular": 1}, "circular is true or false"),
        ({"loras": [{"scale": 1}]}, "loras is a list"),
        ({"embeddings": 3}, "embeddings is a list"),
        ({"prompts": ["x"]}, "prompts is a table"),
        ({"negative": None}, "negative is a text"),
        ({"denoising": 2}, "denoising is 0 to 1"),
        ({"denoising": True}, "denoising is 0 to 1"),
        ({"mask": "/nowhere.png"}, "which is not there"),
    ],
)
def test_wrong_options_are_one_sentence(given: dict[str, object], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        options_of(given, "x")
