"""The encoders that ship, as frozen records."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Literal

__all__ = ["DEFAULT", "PRESETS", "OfPreset", "Preprocessing", "Preset"]

DEFAULT = "fashion"
"""The preset used when nobody asks for another."""


@dataclass(frozen=True, slots=True)
class Preprocessing:
    """How a photo becomes a network's input.

    The photo is resized with Pillow's antialiased bicubic filter, padded to a square in white around its
    centre, and scaled per channel to ``(pixel - mean) / std``, pixels being 0 to 255. ``version`` counts
    changes of that code that move the result.
    """

    mean: tuple[float, float, float] = (127.5, 127.5, 127.5)
    std: tuple[float, float, float] = (127.5, 127.5, 127.5)
    version: int = 2


@dataclass(frozen=True, slots=True)
class Preset:
    """What is known of one encoder.

    ``sha256`` (hex) is of the network alone, without the metadata that its file carries; empty where Keras
    downloads the weights. A best match that scores below ``score_floor`` shows that nothing is close; 0
    where it was not measured. With ``flips`` the embedding is the mean of the photo's and its mirror
    image's. ``file`` is relative to the folder of shipped weights. ``backbone`` is the Keras application of
    an encoder that runs in Keras, and ``pooling`` what is made of its last feature map.
    """

    name: str
    dim: int
    input_size: int
    licence: str
    source: str
    file: str
    sha256: str
    score_floor: float = 0.0
    flips: bool = False
    preprocessing: Preprocessing = Preprocessing()
    runtime: Literal["litert", "keras"] = "litert"
    backbone: str = ""
    pooling: str = ""

    @property
    def fingerprint(self) -> str:
        """A hash (sha256, hex) of everything that changes the vectors, and of nothing else."""
        parts = {
            "network": self.sha256,
            "runtime": self.runtime,
            "dim": self.dim,
            "input_size": self.input_size,
            "flips": self.flips,
            "preprocessing": asdict(self.preprocessing),
        }
        if self.runtime == "keras":
            parts |= {"backbone": self.backbone, "pooling": self.pooling}
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


class OfPreset:
    """What every runtime's encoder says of itself: its preset's record."""

    def __init__(self, preset: Preset) -> None:
        self.preset = preset

    @property
    def name(self) -> str:
        """The preset's name."""
        return self.preset.name

    @property
    def fingerprint(self) -> str:
        """The preset's fingerprint."""
        return self.preset.fingerprint

    @property
    def dim(self) -> int:
        """The length of an embedding."""
        return self.preset.dim

    @property
    def score_floor(self) -> float:
        """A best match below this score shows that nothing is close."""
        return self.preset.score_floor


_FASHION = Preset(
    name="fashion",
    dim=512,
    input_size=208,
    licence="Apache-2.0",
    source="MobileNetV2 tuned on clothing photos; see weights/fashion_v5.md",
    file="fashion_v5.tflite",
    sha256="49d65126c626a6f4c7c8dba78b46a246d3cdcf3e1e931f62005478eb3f9b898a",
    score_floor=0.21,
)


def _keras(
    name: str,
    backbone: str,
    dim: int,
    *,
    licence: str = "Apache-2.0",
    pooling: str = "average",
    score_floor: float = 0.0,
) -> Preset:
    return Preset(
        name=name,
        dim=dim,
        input_size=224,
        licence=licence,
        source=f"keras.applications.{backbone}, trained on ImageNet",
        file="",
        sha256="",
        preprocessing=Preprocessing(mean=(0.0, 0.0, 0.0), std=(1.0, 1.0, 1.0)),
        runtime="keras",
        backbone=backbone,
        pooling=pooling,
        score_floor=score_floor,
    )


_VGG = "CC-BY-4.0"  # the weights of Oxford's Visual Geometry Group

PRESETS: Mapping[str, Preset] = MappingProxyType(
    {
        preset.name: preset
        for preset in (
            _FASHION,
            _keras("vgg16", "VGG16", 512, licence=_VGG),
            _keras("vgg16-fc2", "VGG16", 4096, licence=_VGG, pooling="fc2"),
            _keras("vgg19", "VGG19", 512, licence=_VGG),
            _keras("mobilenet_v2", "MobileNetV2", 1280, score_floor=0.53),
            _keras("efficientnet_v2_b0", "EfficientNetV2B0", 1280),
            _keras("convnext_tiny", "ConvNeXtTiny", 768, licence="MIT"),
        )
    }
)
"""Every preset by name."""
