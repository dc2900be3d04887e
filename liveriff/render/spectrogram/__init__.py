"""Spectrogram pictures: layouts, sound to picture, picture to sound. torch only; used by backends and training."""

from liveriff.render.spectrogram.analysis import analyse, decode_image, encode
from liveriff.render.spectrogram.decoding import PASSES, decode
from liveriff.render.spectrogram.layout import EMBEDDED, RIFFUSION, RIFFUSION_20K, Layout
from liveriff.render.spectrogram.width import rounded_off, widen

__all__ = [
    "EMBEDDED",
    "PASSES",
    "RIFFUSION",
    "RIFFUSION_20K",
    "Layout",
    "analyse",
    "decode",
    "decode_image",
    "encode",
    "rounded_off",
    "widen",
]
