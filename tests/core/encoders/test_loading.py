"""From what a user names to an encoder."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from fashion_plugin.encoders import LiteRTEncoder, load_encoder
from fashion_plugin.encoders.presets import DEFAULT, PRESETS
from fashion_plugin.errors import EncoderError, UnknownEncoder
from fashion_plugin.testing import FakeEncoder


def test_nothing_named_gives_the_shipped_encoder() -> None:
    assert load_encoder().name == DEFAULT
    assert load_encoder(None).fingerprint == PRESETS[DEFAULT].fingerprint


def test_a_path_gives_the_vectors_and_the_fingerprint_of_the_preset(
    copied: Path, fashion: LiteRTEncoder, garments: list[NDArray[np.uint8]]
) -> None:
    for name in (copied, str(copied)):
        encoder = load_encoder(name)
        assert encoder.fingerprint == fashion.fingerprint
        np.testing.assert_array_equal(encoder.encode(garments), fashion.encode(garments))


def test_an_object_that_satisfies_the_protocol_is_used_as_it_is() -> None:
    encoder = FakeEncoder()
    assert load_encoder(encoder) is encoder


@pytest.mark.parametrize("name", ["fashoin", "", "models/none.tflite"])
def test_an_unknown_name_lists_the_presets(name: str) -> None:
    with pytest.raises(UnknownEncoder) as caught:
        load_encoder(name)
    assert all(preset in str(caught.value) for preset in PRESETS)


def test_a_folder_is_named_as_such(tmp_path: Path) -> None:
    with pytest.raises(UnknownEncoder, match="is a folder"):
        load_encoder(tmp_path)


def _encode(images: Any) -> NDArray[np.float32]:
    return np.zeros((len(images), 8), np.float32)


@pytest.mark.parametrize(
    ("encoder", "says"),
    [
        (SimpleNamespace(name="x", dim=8), r"lacks fingerprint, encode"),
        (object(), r"object is not an encoder"),
        (3, r"int is not an encoder"),
        (FakeEncoder, r"give an instance"),
        (SimpleNamespace(name="x", fingerprint="f", dim="8", encode=_encode), r"dim must be"),
        (SimpleNamespace(name="x", fingerprint="f", dim=0, encode=_encode), r"dim must be"),
        (SimpleNamespace(name="x", fingerprint="f", dim=True, encode=_encode), r"dim must be"),
        (SimpleNamespace(name="", fingerprint="f", dim=8, encode=_encode), r"name must be"),
        (SimpleNamespace(name="x", fingerprint=None, dim=8, encode=_encode), r"fingerprint must be"),
        (SimpleNamespace(name="x", fingerprint="f", dim=8, encode=None), r"encode must be"),
    ],
)
def test_an_object_that_is_not_an_encoder_is_told_what_it_lacks(encoder: Any, says: str) -> None:
    with pytest.raises(EncoderError, match=says):
        load_encoder(encoder)
