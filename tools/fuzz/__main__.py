"""Give random input to everything that decodes input from outside, and tell what is not refused as it should be.

    PYTHONPATH=tools python -m fuzz osc scene --runs 1000000
    PYTHONPATH=tools python -m fuzz all --runs 20000            # all surfaces, one after the other
    PYTHONPATH=tools python -m fuzz --try osc FILE              # one input again, with its traceback
    PYTHONPATH=tools python -m fuzz --page docs/fuzzing.md      # the table of what was tried

What was found lies in WORK/findings: the input, and what happened beside it. With ``--report`` the counts are added to
those of earlier runs, also those of a hunt that Ctrl-C ends. Status 1 where anything was found.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

os.environ["LIVERIFF_HOME"] = tempfile.mkdtemp(prefix="liveriff-fuzz-")  # what ships, and nobody's own files
os.environ.setdefault("OMP_NUM_THREADS", "1")

from fuzz import coverage, report
from fuzz.hunt import Limits, apart
from fuzz.judge import Judge
from fuzz.stage import swept
from fuzz.surface import Surface
from fuzz.surfaces import SURFACES

OWN, ATHERIS = "own", "atheris"


def main() -> None:
    """See the module."""
    given = _parsed()
    if given.page:
        report.write_page(given.page, given.report or report.COUNTS)
        return
    if given.again:
        _try_again(SURFACES[given.surfaces[0]], Path(given.surfaces[1]))
        return
    found = 0
    for name in SURFACES if given.surfaces == ["all"] else given.surfaces:
        told = _hunted(SURFACES[name], given)
        found += len(told["findings"])  # type: ignore[arg-type]
        sys.stdout.write(f"{report.line(name, told)}\n")
        sys.stdout.flush()
        if given.report:
            report.add(given.report, name, told, given.engine, given.seed)
        if told.get("ended"):
            break
    sys.exit(1 if found else 0)


def _parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="fuzz", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("surfaces", nargs="*", default=["all"], metavar="SURFACE", help=", ".join(SURFACES))
    parser.add_argument("--runs", type=int, default=20_000, help="inputs of each surface")
    parser.add_argument("--seconds", type=float, default=0.0, help="of each surface, at most; 0 for any")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="the same seed tries the same inputs")
    parser.add_argument("--engine", choices=(OWN, ATHERIS), default=ATHERIS if coverage.there() else OWN)
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "liveriff-fuzz")
    parser.add_argument("--report", type=Path, metavar="FILE.json", help="add the counts to those there")
    parser.add_argument("--try", dest="again", action="store_true", help="SURFACE FILE: one input again")
    parser.add_argument("--page", type=Path, metavar="FILE.md", help="put the table of the report into a page")
    given = parser.parse_args()
    unknown = [name for name in given.surfaces if name not in (*SURFACES, "all")]
    if unknown and not given.again:
        parser.error(f"there is no surface {unknown[0]}; there are {', '.join(SURFACES)}.")
    return given


def _hunted(surface: Surface, given: argparse.Namespace) -> dict[str, object]:
    if given.engine == OWN:
        return apart(surface, Limits(given.runs, given.seconds, given.seed), given.work)
    given.work.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "fuzz.coverage", surface.name, str(given.runs), str(given.work)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as hunt:
        _, said = hunt.communicate()
    swept(hunt.pid)
    told = report.read(given.work / f"{surface.name}.json")
    if hunt.returncode:
        told["findings"] = [*told.get("findings", []), f"libFuzzer {hunt.returncode}: {said[-300:]}"]
    return told


def _try_again(surface: Surface, file: Path) -> None:
    found = Judge(surface).look(file.read_bytes())
    sys.stdout.write(f"{found.kind}: {found.what}\n{found.where}\n" if found else "Nothing is wrong with it.\n")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends as Ctrl-C does: what was tried counts
    try:
        main()
    finally:
        swept(os.getpid())
        shutil.rmtree(os.environ["LIVERIFF_HOME"], ignore_errors=True)
