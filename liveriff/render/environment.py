"""What a renderer's Python has to find when it starts. No torch: the engine reads this."""

from __future__ import annotations

PRELOAD = ("liveriff.render.preload",)
"""Modules that a forkserver imports once, so that every renderer forked from it starts in a fraction of a second."""

VARIABLES = {
    # glibc gives large tensors back to the system and faults them in again at every step, which costs more than the
    # arithmetic; these keep them. Read once, when the allocator starts, hence from the environment.
    "MALLOC_MMAP_THRESHOLD_": "4294967296",
    "MALLOC_TRIM_THRESHOLD_": "8589934592",
    "MALLOC_TOP_PAD_": "268435456",
    # OpenMP threads that spin while they wait starve the player on a small machine.
    "OMP_WAIT_POLICY": "PASSIVE",
    # numpy's own threads spin as well: two renderers on two cores made no more chunks than one.
    "OPENBLAS_NUM_THREADS": "1",
}

THREADS_VARIABLE = "LIVERIFF_TORCH_THREADS"
"""How many threads torch may use in a renderer; 1 when unset: the other cores are the player's and the screen's."""
