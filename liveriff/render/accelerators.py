"""What torch could run models on here. Imports torch when asked, not before."""

from __future__ import annotations


def best() -> tuple[str, str]:
    """Name for --accelerator, and a title for people."""
    import torch

    if torch.cuda.is_available():
        return "cuda", f"CUDA: {torch.cuda.get_device_name(0)}"
    if torch.backends.mps.is_available():
        return "mps", "Apple MPS"
    return "cpu", f"none, which is all that the embedded model needs (torch {torch.__version__} on the CPU)"
