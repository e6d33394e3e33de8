"""The photo of a question: an address, its bytes, or the id of an earlier one."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from fashion_plugin import FashionPlugin, RemoteImage
from fashion_plugin.errors import ImageTooLarge, InvalidProduct, InvalidRequest
from fashion_plugin.images import load_image
from fashion_plugin_adapters.query_photos import Gate, QueryPhotos

__all__ = ["MAX_IMAGE_BYTES", "Asked", "Photos", "no_more_than"]

MAX_IMAGE_BYTES: Final = 6_000_000
"""The most bytes of a photo that comes inside a request; what is needed of it has 200 KB."""

_SIDE = 1024  # pixels of the long side: what is kept of a photo serves any part of it later

Asked = tuple[str, NDArray[np.uint8]]
"""The id under which a photo is kept for a while, and its pixels."""


class Photos:
    """Photos that shoppers ask with, kept in memory for a while so that a follow-up need not send them."""

    def __init__(
        self, *, kept: QueryPhotos | None = None, gate: Gate | None = None, max_bytes: int = MAX_IMAGE_BYTES
    ) -> None:
        self.kept = kept or QueryPhotos()
        self.gate = gate or Gate(8)
        self._max_bytes = max_bytes

    def take(self, shop: FashionPlugin, *, url: str = "", encoded: str = "", query_id: str = "") -> Asked:
        """The photo that a question names in one of three ways.

        Raises:
            InvalidRequest: none or several are named, or the bytes are not base64.
            ImageError: it cannot be read, or is too large.
            DownloadError: its address is refused or gave nothing.
            UnknownQuery: the earlier photo is gone.
        """
        named = [name for name in (url, encoded, query_id) if name]
        if len(named) != 1:
            raise InvalidRequest(
                "name the photo in exactly one way: its https address, its bytes in base64, or the query_id "
                f"of an earlier answer (here were {len(named)})"
            )
        if query_id:
            return query_id, self.kept.get(query_id)
        if url:
            pixels = shop.load(_remote(url), min_side=_SIDE)
        else:
            pixels = load_image(self._decoded(encoded), min_side=_SIDE)
        return self.kept.keep(pixels), pixels

    def _decoded(self, text: str) -> bytes:
        # What stands before the comma of a data: URL says nothing that the bytes do not.
        encoded = text.partition(",")[2] if text.startswith("data:") else text
        if len(encoded) * 3 // 4 > self._max_bytes:
            raise ImageTooLarge(
                f"the photo has about {len(encoded) * 3 / 4e6:.1f} MB, and at most {self._max_bytes / 1e6:g} "
                "MB are taken: scale it down to 1024 pixels on its long side (a JPEG of about 200 KB), or "
                "give its https address instead"
            )
        try:
            return base64.b64decode("".join(encoded.split()), validate=True)
        except (binascii.Error, ValueError) as error:
            raise InvalidRequest(f"the photo's bytes are not base64: {error}") from error


def _remote(url: str) -> RemoteImage:
    try:
        return RemoteImage(url)
    except InvalidProduct as error:
        raise InvalidRequest(f"the photo's address must begin with https://, not {url!r:.80}") from error


def no_more_than(value: Mapping[str, Any], known: Sequence[str], what: str) -> None:
    """Refuse fields that are not known.

    Raises:
        InvalidRequest: there are some.
    """
    if unknown := sorted(str(name) for name in set(value) - set(known)):
        raise InvalidRequest(
            f"{what} has unknown fields {', '.join(unknown)[:200]}: known are {', '.join(known)}"
        )
