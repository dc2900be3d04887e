"""liveriff: a live-performance instrument that plays diffusion models on the beat."""

__version__ = "0.1.0"
