"""The serving runtime: threads, forks, batches."""

import multiprocessing
import os
import threading
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from fashion_plugin.encoders import LiteRTEncoder, Preprocessing, l2_normalise
from fashion_plugin.encoders.litert import _input_scaling
from fashion_plugin.encoders.pool import Pool
from fashion_plugin.errors import InvalidInput

Images = list[NDArray[np.uint8]]


def test_an_embedding_does_not_depend_on_its_batch(fashion: LiteRTEncoder, garments: Images) -> None:
    together = fashion.encode(garments * 5)
    for index, image in enumerate(garments):
        np.testing.assert_array_equal(fashion.encode([image])[0], together[index])
        np.testing.assert_array_equal(together[index + 4 * 4], together[index])


def test_no_images_need_no_network(fashion: LiteRTEncoder, tmp_path: Path) -> None:
    assert LiteRTEncoder(fashion.preset, tmp_path / "none").encode([]).shape == (0, fashion.dim)


def test_threads_that_die_leave_no_interpreters_behind(fashion: LiteRTEncoder, garments: Images) -> None:
    encoder = LiteRTEncoder(fashion.preset, threads=2)
    for _ in range(12):
        thread = threading.Thread(target=encoder.encode, args=(garments[:1],))
        thread.start()
        thread.join()
    assert len(encoder._pool._idle) == 1


def test_many_threads_share_the_interpreters_there_are(fashion: LiteRTEncoder, garments: Images) -> None:
    encoder = LiteRTEncoder(fashion.preset, threads=2)
    expected = fashion.encode(garments)
    wrong: list[float] = []

    def run() -> None:
        wrong.append(float(np.abs(encoder.encode(garments) - expected).max()))

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == [0.0] * 8
    assert len(encoder._pool._idle) <= 2
    assert not [thread for thread in threading.enumerate() if thread.name == "fashion-encoder-helper"]


def test_flips_average_a_photo_with_its_mirror_image(fashion: LiteRTEncoder, garments: Images) -> None:
    lopsided = garments[0].copy()
    lopsided[:, :90] = (10, 20, 90)
    images = [lopsided, lopsided[:, ::-1]]
    both = LiteRTEncoder(replace(fashion.preset, flips=True)).encode(images)
    plain = fashion.encode(images)
    np.testing.assert_allclose(both[0], l2_normalise(plain.sum(axis=0)), atol=1e-5)
    np.testing.assert_allclose(both[0], both[1], atol=1e-5)
    assert np.abs(plain[0] - plain[1]).max() > 1e-3


def test_an_image_that_is_not_one_stops_the_call_and_the_encoder_goes_on(
    fashion: LiteRTEncoder, garments: Images
) -> None:
    bad: Any = np.zeros((4, 4), np.uint8)
    with pytest.raises(InvalidInput, match=r"\(H, W, 3\)"):
        fashion.encode([garments[0], bad])
    assert fashion.encode(garments).shape == (4, fashion.dim)


def _encode_in_child(encoder: LiteRTEncoder, images: Images, answers: "Any") -> None:
    answers.put(encoder.encode(images))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="platform: no fork here")
def test_a_forked_process_encodes_while_the_parent_holds_every_interpreter(
    fashion: LiteRTEncoder, garments: Images
) -> None:
    encoder = LiteRTEncoder(fashion.preset, threads=1)
    expected = encoder.encode(garments)
    context = multiprocessing.get_context("fork")
    answers = context.Queue()
    with encoder._pool.lend(), warnings.catch_warnings():
        # Python 3.12 and newer warn of a fork beside other threads.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = context.Process(target=_encode_in_child, args=(encoder, garments, answers))
        child.start()
        answer = answers.get(timeout=60)
        child.join(60)
    np.testing.assert_array_equal(answer, expected)
    assert child.exitcode == 0
    np.testing.assert_array_equal(encoder.encode(garments), expected)


def test_what_failed_in_use_is_not_lent_again() -> None:
    made = iter(range(10))
    pool: Pool[int] = Pool(lambda: next(made), 1)
    with pytest.raises(RuntimeError, match="broken"), pool.lend():
        raise RuntimeError("broken")
    with pool.lend() as thing:
        assert thing == 1
    with pool.lend() as thing:
        assert thing == 1


def test_what_could_not_be_made_frees_its_place() -> None:
    def fail() -> int:
        raise RuntimeError("no file")

    pool: Pool[int] = Pool(fail, 1)
    for _ in range(3):
        with pytest.raises(RuntimeError, match="no file"), pool.lend():
            pass


@pytest.mark.parametrize(("dtype", "step", "zero"), [(np.uint8, 2 / 255, 127), (np.int8, 2 / 255, -1)])
def test_pixels_reach_a_quantised_input_within_one_level(dtype: type, step: float, zero: int) -> None:
    pixels = np.arange(256, dtype=np.uint8).reshape(16, 16, 1).repeat(3, axis=2)
    to_input = _input_scaling({"dtype": dtype, "quantization": (step, zero)}, Preprocessing())
    quantised = to_input(pixels)
    assert quantised.dtype == dtype
    back = (quantised.astype(np.float64) - zero) * step
    np.testing.assert_allclose(back, pixels / 127.5 - 1, atol=1.01 * step)


def test_a_quantised_input_may_be_scaled_by_channel() -> None:
    how = Preprocessing(mean=(0.0, 100.0, 200.0), std=(1.0, 2.0, 4.0))
    to_input = _input_scaling({"dtype": np.int8, "quantization": (1.0, 0)}, how)
    pixels = np.array([[[5, 110, 220]]], np.uint8)
    assert to_input(pixels).tolist() == [[[5, 5, 5]]]
    assert to_input(np.zeros((1, 1, 3), np.uint8)).tolist() == [[[0, -50, -50]]]


def test_an_unknown_kind_of_input_is_refused() -> None:
    with pytest.raises(ValueError, match="int64"):
        _input_scaling({"dtype": np.int64, "quantization": (1.0, 0)}, Preprocessing())
