"""Encoders: images to embeddings."""

from fashion_plugin.encoders.base import Encoder, l2_normalise
from fashion_plugin.encoders.litert import LiteRTEncoder
from fashion_plugin.encoders.loading import load_encoder
from fashion_plugin.encoders.presets import DEFAULT, PRESETS, Preprocessing, Preset

__all__ = [
    "DEFAULT",
    "PRESETS",
    "Encoder",
    "LiteRTEncoder",
    "Preprocessing",
    "Preset",
    "l2_normalise",
    "load_encoder",
]
