"""ImageNet weights as Keras publishes them: fetched once, checked, never half used."""

import contextlib
import hashlib
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from fashion_plugin.errors import WeightsError

__all__ = ["PUBLISHED", "Published", "digest_of", "fetch"]

_ROOT = "https://storage.googleapis.com/tensorflow/keras-applications"


@dataclass(frozen=True, slots=True)
class Published:
    """A weights file: where it is, its hash (MD5 or SHA-256, hex), its bytes where Keras states no hash."""

    url: str
    digest: str = ""
    size: int = 0

    @property
    def file(self) -> str:
        """The file's name, also in the cache."""
        return self.url.rsplit("/", 1)[-1]


# The hashes are those of keras.applications (Keras 3.15); it has none for MobileNetV2.
PUBLISHED: Mapping[tuple[str, bool], Published] = MappingProxyType(
    {
        ("VGG16", False): Published(
            f"{_ROOT}/vgg16/vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5",
            "6d6bbae143d832006294945121d1f1fc",
        ),
        ("VGG16", True): Published(
            f"{_ROOT}/vgg16/vgg16_weights_tf_dim_ordering_tf_kernels.h5", "64373286793e3c8b2b4e3219cbf3544b"
        ),
        ("VGG19", False): Published(
            f"{_ROOT}/vgg19/vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5",
            "253f8cb515780f3b799900260a226db6",
        ),
        ("MobileNetV2", False): Published(
            f"{_ROOT}/mobilenet_v2/mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224_no_top.h5",
            size=9_406_464,
        ),
        ("EfficientNetV2B0", False): Published(
            f"{_ROOT}/efficientnet_v2/efficientnetv2-b0_notop.h5", "893217f2bb855e2983157299931e43ff"
        ),
        ("ConvNeXtTiny", False): Published(
            f"{_ROOT}/convnext/convnext_tiny_notop.h5",
            "d547c096cabd03329d7be5562c5e14798aa39ed24b474157cef5e85ab9e49ef1",
        ),
    }
)
"""By the name of the Keras application, and whether its fully connected layers are among the weights."""


def fetch(published: Published, cache: Path | None = None) -> Path:
    """The weights file in Keras' cache (``~/.keras`` or KERAS_HOME, or ``cache``), downloaded if need be.

    A file there that is not what was published is deleted and fetched again.

    Raises:
        WeightsError: it could not be downloaded, or what came is not what was published.
    """
    from keras.utils import get_file

    try:
        # Keras prints its progress to stdout, which belongs to the command's own answer.
        with contextlib.redirect_stdout(sys.stderr):
            path = _get(get_file, published, cache)
            if not _intact(path, published):
                path.unlink()
                path = _get(get_file, published, cache)
    except Exception as error:  # Keras raises plain Exception when a download fails
        raise WeightsError(
            f"The ImageNet weights {published.file} could not be had from {published.url}: {error}. Without "
            "a network, fetch the file elsewhere and name it after the preset: vgg16@/path/to/weights.h5."
        ) from error
    if not _intact(path, published):
        size = path.stat().st_size
        path.unlink()
        raise WeightsError(
            f"What came from {published.url} ({size:,} bytes) is not the file that was published: it was cut "
            "short or replaced on its way, and is deleted. Try again, or from another network."
        )
    return path


def digest_of(path: Path, algorithm: str = "sha256") -> str:
    """A file's hash (hex).

    Raises:
        WeightsError: the file is missing or cannot be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, algorithm).hexdigest()
    except OSError as error:
        raise WeightsError(f"The weights {path} cannot be read: {error.strerror or error}.") from error


def _get(get_file: Callable[..., str], published: Published, cache: Path | None) -> Path:
    return Path(
        get_file(
            published.file,
            origin=published.url,
            cache_subdir="models",
            cache_dir=None if cache is None else str(cache),
        )
    )


def _intact(path: Path, published: Published) -> bool:
    if published.size and path.stat().st_size != published.size:
        return False
    if not published.digest:
        return True
    return digest_of(path, "md5" if len(published.digest) == 32 else "sha256") == published.digest
