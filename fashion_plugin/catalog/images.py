"""Where a product's photo comes from: a local file that the caller names, or a URL."""

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias
from urllib.parse import urlsplit

from fashion_plugin.errors import InvalidProduct

__all__ = ["ImageRef", "ImageSource", "LocalImage", "RemoteImage", "image_refs"]


@dataclass(frozen=True, slots=True)
class LocalImage:
    """A photo in a file of this machine; only the caller's own code makes one, never a webhook or a feed."""

    path: Path
    alt: str = field(default="", compare=False)

    @property
    def source(self) -> str:
        """The path as text."""
        return str(self.path)


@dataclass(frozen=True, slots=True)
class RemoteImage:
    """A photo behind an http or https URL.

    Raises:
        InvalidProduct: the URL has another scheme or no host.
    """

    url: str
    alt: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        try:
            parts = urlsplit(self.url)
            usable = parts.scheme in ("http", "https") and bool(parts.hostname)
        except (ValueError, AttributeError, TypeError):
            usable = False
        if not usable:
            raise InvalidProduct(f"an image URL must be http or https with a host, not {self.url!r}")

    @property
    def source(self) -> str:
        """The URL as text."""
        return self.url


ImageRef: TypeAlias = LocalImage | RemoteImage
ImageSource: TypeAlias = str | os.PathLike[str] | LocalImage | RemoteImage


def image_refs(images: "ImageSource | Iterable[ImageSource]") -> tuple[ImageRef, ...]:
    """Turn paths, URLs and references into references, each source once, in the order given.

    Raises:
        InvalidProduct: something else than a path, a URL or a reference.
    """
    if isinstance(images, str | os.PathLike | LocalImage | RemoteImage):
        images = (images,)
    try:
        refs = [_ref(image) for image in images]
    except TypeError as error:
        raise InvalidProduct(f"images must be paths or URLs, not {type(images).__name__}") from error
    first: dict[str, ImageRef] = {}
    for ref in refs:
        first.setdefault(ref.source, ref)
    return tuple(first.values())


def _ref(image: ImageSource) -> ImageRef:
    if isinstance(image, LocalImage | RemoteImage):
        return image
    if isinstance(image, str | os.PathLike):
        text = os.fspath(image)
        if not text or "\0" in text:
            raise InvalidProduct(f"an image must be a path or a URL, not {text!r}")
        if isinstance(image, str) and text.lower().startswith(("http://", "https://")):
            return RemoteImage(text)
        return LocalImage(Path(text))
    raise InvalidProduct(f"an image must be a path or a URL, not {type(image).__name__}")
