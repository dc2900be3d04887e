"""``python -m liveriff.train.material``: render the training material into WORK/data."""

from __future__ import annotations

import argparse
import logging
from pathlib import Path

from liveriff.train.material.render import render_material


def main() -> int:
    """Parse the command line and render."""
    parser = argparse.ArgumentParser(prog="liveriff.train.material", description="Render the training material.")
    parser.add_argument("--work", type=Path, required=True, help="folder of the training run; shards go to its data/")
    parser.add_argument("--loops", type=int, default=8000, help="loops of eight beats (default: 8000)")
    parser.add_argument("--shots", type=int, default=2500, help="one-shots of two seconds (default: 2500)")
    parser.add_argument("--workers", type=int, default=2, help="processes (default: 2)")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    render_material(options.work, options.loops, options.shots, options.workers)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
