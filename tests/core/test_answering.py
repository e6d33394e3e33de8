"""What an encoder that does not fit a database is answered with."""

import pytest

from fashion_plugin.answering import check_space
from fashion_plugin.errors import EncoderMismatch
from fashion_plugin.store.base import GenerationInfo

LIVE = GenerationInfo("fashion", "a" * 64, 8)


def test_another_encoder_is_told_how_to_open_or_to_change_over() -> None:
    with pytest.raises(
        EncoderMismatch, match=r"open it with encoder='fashion', or change it over with"
    ) as told:
        check_space(LIVE, GenerationInfo("vgg16", "b" * 64, 9))
    assert "fashion-plugin reembed --encoder vgg16" in str(told.value)


def test_new_weights_under_the_same_name_are_not_told_to_open_with_that_name() -> None:
    with pytest.raises(EncoderMismatch, match="its weights have changed since") as told:
        check_space(LIVE, GenerationInfo("fashion", "b" * 64, 8))
    assert "open it with" not in str(told.value)
    assert "fashion-plugin reembed --switch" in str(told.value)


def test_same_weights_are_no_mismatch() -> None:
    check_space(LIVE, LIVE)
    check_space(None, LIVE)
