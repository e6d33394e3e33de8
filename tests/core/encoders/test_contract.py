"""What the package relies on, tried on every kind of encoder."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from fashion_plugin.encoders import Encoder, LiteRTEncoder, load_encoder
from fashion_plugin.encoders.presets import PRESETS
from fashion_plugin.testing import FakeEncoder, check_encoder


@pytest.mark.parametrize(
    "name", sorted(name for name, preset in PRESETS.items() if preset.runtime == "litert")
)
def test_shipped_preset_keeps_the_contract(name: str) -> None:
    check_encoder(load_encoder(name))


def test_fake_encoder_keeps_the_contract() -> None:
    check_encoder(FakeEncoder())


def test_exported_file_keeps_the_contract(copied: Path) -> None:
    check_encoder(load_encoder(copied))


def test_one_interpreter_serves_many_threads(fashion: LiteRTEncoder) -> None:
    check_encoder(LiteRTEncoder(fashion.preset, threads=1))


class _Broken(FakeEncoder):
    def encode(self, images: "list[NDArray[np.uint8]]") -> NDArray[np.float32]:  # type: ignore[override]
        return super().encode(images) * np.float32(2.0)


class _Forgetful(FakeEncoder):
    def encode(self, images: "list[NDArray[np.uint8]]") -> NDArray[np.float32]:  # type: ignore[override]
        return np.tile(super().encode(images[:1]), (len(images), 1))


@pytest.mark.parametrize(
    ("encoder", "rule"), [(_Broken(), "unit length"), (_Forgetful(), "no images|different images")]
)
def test_the_check_finds_an_encoder_that_breaks_a_rule(encoder: Encoder, rule: str) -> None:
    with pytest.raises(AssertionError, match=rule):
        check_encoder(encoder)
