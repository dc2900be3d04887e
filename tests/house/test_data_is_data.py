"""No code in data: nothing unpickles, evaluates or imports what a file, a model's folder or a peer has brought.

The first half reads the program's own text, the second tries: files that would leave a mark if anything in them ran.
"""

from __future__ import annotations

import ast
import contextlib
import json
import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

import liveriff
from liveriff.control.midi.node import load as load_profile
from liveriff.engine.journal import read as read_journal
from liveriff.engine.scenes import load_scene
from liveriff.errors import LiveriffError
from liveriff.render.catalog import find, names
from liveriff.render.checkpoints import from_name, read_table
from liveriff.render.dance.conversion import tensors_of
from liveriff.render.hub import weights_in
from liveriff.render.riffusion.unpickle import convert

ROOT = Path(liveriff.__file__).parent
MODULES = {"marshal", "shelve", "dill", "cloudpickle", "joblib", "jsonpickle", "code", "codeop", "runpy", "imp"}
CALLS = {"eval", "exec", "compile", "__import__", "input"}
NEVER_BY_NAME = ("engine/", "wire/", "params/", "music/", "player/", "control/")
"""Rooms that read what people and peers bring, and import no module by a name; but for the list of MIDI libraries, and
the peers that the mixer is measured beside."""
OWN_NAMES = {"control/midi/rt.py", "player/bench_others.py"}


MODULES_READ = [
    (path.relative_to(ROOT).as_posix(), ast.parse(path.read_text("utf-8"))) for path in sorted(ROOT.rglob("*.py"))
]


def called(node: ast.Call) -> str:
    """The name of what is called, with its module: "torch.load"."""
    return ast.unparse(node.func)


def keywords(node: ast.Call) -> dict[str, str]:
    return {each.arg: ast.unparse(each.value) for each in node.keywords if each.arg}


CALLED = [(name, node) for name, tree in MODULES_READ for node in ast.walk(tree) if isinstance(node, ast.Call)]


def test_nothing_that_runs_data_is_imported() -> None:
    found = set()
    for name, tree in MODULES_READ:
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                found |= {(name, each.name) for each in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found |= {(name, f"{node.module}.{each.name}") for each in node.names}
    odd = {(name, what) for name, what in found if what.split(".")[0] in MODULES or what.startswith("pickle")}
    assert odd <= {("train/vocoder.py", "pickle.PickleError")}, "an exception's name is no unpickling"


def test_nothing_is_evaluated() -> None:
    assert [(name, called(node)) for name, node in CALLED if called(node) in CALLS] == []


def test_rooms_that_read_data_import_nothing_by_name() -> None:
    found = {name for name, node in CALLED if called(node).endswith("import_module")}
    assert {name for name in found if name.startswith(NEVER_BY_NAME)} <= OWN_NAMES


def test_loaders_are_told_to_be_careful() -> None:
    for name, node in CALLED:
        what, given = called(node), keywords(node)
        if what in ("torch.load", "load") and "map_location" in given:
            assert given.get("weights_only") == "True", name
        if what == "torch.load":
            assert given.get("weights_only") == "True", name
        if what in ("np.load", "numpy.load"):
            assert given.get("allow_pickle", "False") == "False", name
        if what == "yaml.load":
            assert given.get("Loader") == "_Unique", name  # a child of BaseLoader, see below
        assert what not in ("yaml.unsafe_load", "yaml.full_load", "os.system", "os.popen"), name
        assert given.get("shell", "False") == "False", name
        assert given.get("trust_remote_code", "False") == "False", name


def test_files_of_models_are_only_fetched_by_the_command_for_it() -> None:
    """And nothing but ``download`` asks the hub: everything else is told to look at this machine only."""
    assert {name for name, node in CALLED if called(node) == "download"} == {"cli/models.py"}
    for name, node in CALLED:
        if called(node) in ("snapshot_download", "hf_hub_download"):
            asks = "local_files_only" not in keywords(node)
            assert name == "render/hub.py", name
            assert not asks or keywords(node)["allow_patterns"] == "wanted"


# --- trying ----------------------------------------------------------------------------------------------------------


class Bomb:
    """Unpickled, it makes a file."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Callable[..., object], tuple[str]]:
        return os.mkdir, (str(self.mark),)


@pytest.fixture
def mark(tmp_path: Path) -> Iterator[Path]:
    """What is there afterwards if anything was run."""
    mark = tmp_path / "it ran"
    yield mark
    assert not mark.exists(), "code in data was run"


def test_the_bomb_works(tmp_path: Path) -> None:
    """Or the others prove nothing."""
    pickle.loads(pickle.dumps(Bomb(tmp_path / "it ran")))
    assert (tmp_path / "it ran").is_dir()


@pytest.mark.parametrize("suffix", [".ckpt", ".bin", ".pt", ".safetensors"])
def test_pickled_weights(suffix: str, mark: Path, tmp_path: Path) -> None:
    """Loaded as they are nowhere; turned into safetensors only as tensors."""
    plain, zipped = tmp_path / f"plain{suffix}", tmp_path / f"zipped{suffix}"
    plain.write_bytes(pickle.dumps({"state_dict": Bomb(mark)}))
    torch.save({"state_dict": Bomb(mark)}, zipped)
    for number, file in enumerate((plain, zipped)):
        with pytest.raises(LiveriffError):
            tensors_of(file)
        with pytest.raises(LiveriffError):
            convert(str(file), str(tmp_path / f"out{number}.safetensors"))
        if suffix != ".safetensors":
            with pytest.raises(LiveriffError):
                weights_in(file)
            for backend in ("riffusion", "dance"):
                with pytest.raises(LiveriffError):
                    find(f"{backend}:{file}").info()


def test_a_folder_with_pickled_parts_and_code(mark: Path, tmp_path: Path) -> None:
    """A diffusers folder whose parts are pickles and which brings pipelines and schedulers along."""
    code = f"import os; os.mkdir({str(mark)!r})\n"
    for part in ("unet", "vae", "text_encoder", "tokenizer", "scheduler"):
        (tmp_path / "model" / part).mkdir(parents=True)
        (tmp_path / "model" / part / "config.json").write_text(json.dumps({"_class_name": "AutoencoderKL"}))
        (tmp_path / "model" / part / "diffusion_pytorch_model.bin").write_bytes(pickle.dumps(Bomb(mark)))
        for name in ("pipeline.py", "modeling.py", "__init__.py"):
            (tmp_path / "model" / part / name).write_text(code)
    (tmp_path / "model" / "pipeline.py").write_text(code)
    index = {"_class_name": ["pipeline", "Evil"], "unet": ["modeling", "Net"]}
    (tmp_path / "model" / "model_index.json").write_text(json.dumps(index))
    for backend in ("riffusion", "dance", "pipelines"):
        with pytest.raises(LiveriffError):
            find(f"{backend}:{tmp_path / 'model'}").info()


def test_a_scheduler_that_is_none(mark: Path, tmp_path: Path) -> None:
    """The name of a class in a file picks among schedulers, not among everything that diffusers has."""
    from liveriff.render.riffusion.nets import _scheduler

    for name in ("utils", "ConfigMixin", "__builtins__", "__loader__", "no_such"):
        with pytest.raises(LiveriffError, match="names a scheduler"):
            _scheduler(name, tmp_path)
    assert _scheduler("DDIMScheduler", tmp_path).__name__ == "DDIMScheduler"


def test_yaml(mark: Path, tmp_path: Path) -> None:
    evil = f"!!python/object/apply:os.mkdir ['{mark}']"
    table = tmp_path / "models.yaml"
    table.write_text(f"funk:\n  backend: {evil}\n")
    with pytest.raises(LiveriffError):
        read_table(table)
    with pytest.raises(LiveriffError):
        from_name(f"riffusion:x?steps={evil}")
    with contextlib.suppress(LiveriffError):
        assert load_profile(f"title: {evil}\n", "profile.yaml")


def test_scenes_and_logs(mark: Path, tmp_path: Path) -> None:
    for name, text in (("scene.toml", 'title = "{os.mkdir}"\n[deck.1]\n"prompt/a" = "{0.__class__}"\nx = 1\n'),):
        (tmp_path / name).write_text(text)
        with pytest.raises(LiveriffError):
            load_scene(str(tmp_path / name))
    log = tmp_path / "set.jsonl"
    log.write_bytes(pickle.dumps(Bomb(mark)))
    with pytest.raises(LiveriffError):
        read_journal(log)


def test_arrays(mark: Path, tmp_path: Path) -> None:
    np.save(tmp_path / "evil.npy", np.array([Bomb(mark)], dtype=object), allow_pickle=True)
    with pytest.raises(ValueError, match="allow_pickle"):
        np.load(tmp_path / "evil.npy")


def test_a_folder_of_samples_brings_no_modules_along(mark: Path, tmp_path: Path) -> None:
    """Nor an entry point: what is started from such a folder, and what that starts, imports nothing from there."""
    folder = tmp_path / "samples"
    info = folder / "evil-1.0.dist-info"
    info.mkdir(parents=True)
    code = f"import os; os.path.isdir({str(mark)!r}) or os.mkdir({str(mark)!r})\n"
    for name in ("numpy.py", "multiprocessing.py", "click.py", "textual.py", "evil.py", "sitecustomize.py"):
        (folder / name).write_text(code)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: evil\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[liveriff.backends]\nevil = evil:BACKEND\n")
    command = "[sys.executable, '-m', 'liveriff', 'models', 'list', '--json']"
    starts = (
        "import subprocess, sys; from liveriff.cli.app import _mind_folder; _mind_folder(); "
        f"print(subprocess.run({command}, capture_output=True, text=True).stdout)"
    )
    if sys.version_info < (3, 11):
        pytest.skip("Python 3.10 cannot be told to leave the folder out")
    done = subprocess.run([sys.executable, "-P", "-c", starts], cwd=folder, capture_output=True, text=True, timeout=120)
    models = {model["name"] for model in json.loads(done.stdout)["models"]}
    assert set(names()) <= models
    assert "evil" not in models
