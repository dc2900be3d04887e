"""The hunt with atheris (libFuzzer): inputs that reach new code are kept and changed further. Linux.

    pip install atheris

atheris has to see the modules of the program as they are imported, so this is a program of its own:
``python -m fuzz.coverage SURFACE RUNS FOLDER``; ``__main__`` starts it.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fuzz.judge import Judge

RENEWED = 50_000  # inputs after which a report is written: libFuzzer ends the process without a word


def there() -> bool:
    """Whether atheris is installed."""
    import importlib.util

    return importlib.util.find_spec("atheris") is not None


def main() -> None:
    """Hunt; libFuzzer ends the process after RUNS inputs."""
    import atheris  # type: ignore[import-untyped,unused-ignore]

    name, runs, folder = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    with atheris.instrument_imports(include=["liveriff", "yaml", "tomllib", "pythonosc"]):
        from fuzz.surfaces import SURFACES

        surface = SURFACES[name]
        surface.open()  # its imports are instrumented too
    from fuzz.judge import Judge, bound_memory

    judge, began = Judge(surface), time.monotonic()
    corpus = folder / f"{name}.corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(surface.seeds()):
        (corpus / f"seed-{number:04d}").write_bytes(seed[: surface.longest])
    words = folder / f"{name}.dict"
    words.write_text("".join(f'"{_escaped(word)}"\n' for word in surface.words if word))
    bound_memory()

    def look(data: bytes) -> None:
        found = judge.look(data)
        if found is not None:
            from fuzz.hunt import write

            write(found, name, folder / "findings")
        if judge.tally.inputs in (1, runs) or judge.tally.inputs % RENEWED == 0:
            _report(judge, folder / f"{name}.json", began)

    random = Random(name)

    def vary(data: bytes, most: int, seed: int) -> bytes:
        if surface.make is not None and random.random() < 0.1:
            return surface.make(random)[:most]
        return bytes(atheris.Mutate(data, most))

    options = [f"-runs={runs}", f"-max_len={surface.longest}", "-timeout=20", "-rss_limit_mb=6000", "-verbosity=0"]
    custom = {"custom_mutator": vary} if surface.make is not None else {}
    atheris.Setup([sys.argv[0], *options, f"-dict={words}", str(corpus)], look, **custom)
    atheris.Fuzz()


def _escaped(word: bytes) -> str:
    return "".join(chr(byte) if 32 <= byte < 127 and byte not in b'"\\' else f"\\x{byte:02x}" for byte in word)


def _report(judge: Judge, path: Path, began: float) -> None:
    tally = judge.tally
    told = {
        "inputs": tally.inputs, "taken": tally.taken, "refused": tally.refused,
        "slowest_ms": round(1000 * tally.slowest_s, 1), "findings": sorted(tally.findings),
        "seconds": round(time.monotonic() - began, 1),
    }  # fmt: skip
    path.write_text(json.dumps(told))


if __name__ == "__main__":
    main()
