"""liveriff: a live-performance instrument that plays diffusion models on the beat.

It is played by its command (`liveriff`, or `python -m liveriff`), by OSC, MIDI and browsers. What programs may import
and will find again: this version; ``liveriff.render.backend``, ``liveriff.wire.job`` and ``liveriff.errors``, which a
backend is made of (docs/backends.md). Everything else may change from one version to the next.
"""

import sys

__version__ = "0.1.0"
__all__ = ["__version__"]

if sys.platform == "win32":
    from liveriff.timers import fine

    fine()
