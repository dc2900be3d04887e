"""A home of its own for what `liveriff bench` plays: it neither finds nor changes what the performer keeps there."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import yaml

from liveriff.render.checkpoints import TABLE_NAME, Checkpoint, table
from liveriff.wire.folders import temporary

HOME = "LIVERIFF_HOME"


@contextmanager
def own_home() -> Iterator[Path]:
    """Within, this process and those that it starts have an empty home, but for the performer's models."""
    with temporary("bench") as folder:
        models = {name: _entry(each) for name, each in table().items()}
        text = yaml.safe_dump(json.loads(json.dumps(models, default=str)))
        (Path(folder) / TABLE_NAME).write_text(text, encoding="utf-8")
        before = os.environ.get(HOME)
        os.environ[HOME] = folder
        try:
            yield Path(folder)
        finally:
            del os.environ[HOME]
            if before is not None:
                os.environ[HOME] = before


def _entry(checkpoint: Checkpoint) -> dict[str, Any]:
    """As models.yaml has it, its path no longer beside a table."""
    told = asdict(checkpoint).items()
    return {key: value for key, value in told if key != "name" and value is not None}
