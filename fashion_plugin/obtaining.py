"""Where the bytes of a product's image come from: a file of this machine, or its URL."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol

from fashion_plugin.catalog import ImageRef, LocalImage
from fashion_plugin.download import Download, Downloader
from fashion_plugin.download.addresses import shown_url
from fashion_plugin.errors import DownloadError
from fashion_plugin.images import read_image_bytes
from fashion_plugin.store.base import ImageRecord, KnownImage, VectorStore

__all__ = ["ImageFiles", "KeptFiles", "Obtained", "Sources", "place_of"]

_RETRIES = 2  # of a download that may work later, beyond what the downloader tries within its deadline
_PAUSE = 1.0  # seconds before one, where the server did not say
_LONGEST_PAUSE = 20.0


@dataclass(frozen=True, slots=True)
class Obtained:
    """What is known of one image, and its file's bytes; None where there is no need of them.

    ``kept`` when the bytes are the small copy that is kept already.
    """

    record: ImageRecord
    data: bytes | None = None
    kept: bool = False


class Sources(Protocol):
    """Gives the files of images; called from several threads."""

    def obtain(self, ref: ImageRef, known: KnownImage | None) -> Obtained:
        """An image's file.

        Raises:
            ImageError: there is no such file.
            DownloadError: the URL gave nothing.
        """
        ...

    def stop(self) -> None:
        """End what waits."""
        ...


class ImageFiles:
    """Reads images from the disk, and fetches them from their URLs unless they are still those embedded.

    ``has_vector`` says whether a photo (sha256) is embedded. ``patient`` tries a download again that may work
    later; a worker does not, as its jobs come back.
    """

    def __init__(
        self, downloader: Downloader, has_vector: Callable[[str], bool], *, patient: bool = True
    ) -> None:
        self._downloader = downloader
        self._has_vector = has_vector
        self._patient = patient
        self._over = threading.Event()

    def obtain(self, ref: ImageRef, known: KnownImage | None) -> Obtained:
        """See `Sources.obtain`."""
        if isinstance(ref, LocalImage):
            data = read_image_bytes(ref.path)
            return Obtained(ImageRecord(ref, sha256(data).hexdigest()), data)
        fresh = known if known and known.photo and self._has_vector(known.photo) else None
        download = self._fetch(ref.url, fresh)
        if download.data is None:
            if fresh is None:
                return Obtained(ImageRecord(ref, None, error=f"{place_of(ref)}: the server sent no image"))
            record = ImageRecord(ref, fresh.photo, etag=fresh.etag, last_modified=fresh.last_modified)
            return Obtained(record)
        photo = sha256(download.data).hexdigest()
        record = ImageRecord(ref, photo, etag=download.etag, last_modified=download.last_modified)
        return Obtained(record, download.data)

    def stop(self) -> None:
        """See `Sources.stop`."""
        self._over.set()

    def _fetch(self, url: str, known: KnownImage | None) -> Download:
        """Download an image; what may work later is tried again, after the time that the server states."""
        etag, last_modified = (known.etag, known.last_modified) if known else ("", "")
        for _ in range(_RETRIES if self._patient else 0):
            try:
                return self._downloader.fetch(url, etag=etag, last_modified=last_modified)
            except DownloadError as error:
                pause = _PAUSE if error.retry_after is None else error.retry_after
                if not error.transient or pause > _LONGEST_PAUSE or self._over.wait(pause):
                    raise
        return self._downloader.fetch(url, etag=etag, last_modified=last_modified)


def place_of(ref: ImageRef) -> str:
    """An image's path or URL for a sentence: a URL's query may hold a token, and is left out."""
    return ref.source if isinstance(ref, LocalImage) else shown_url(ref.url)


class KeptFiles:
    """Gives the small copies that are kept of photos; where there is none, the image's file or its URL.

    For another embedding of photos that are stored: a photo that is another one by now is refused.
    """

    def __init__(self, store: VectorStore, files: ImageFiles) -> None:
        self._store = store
        self._files = files

    def obtain(self, ref: ImageRef, known: KnownImage | None) -> Obtained:
        """See `Sources.obtain`."""
        if known is None or known.photo is None:
            return Obtained(ImageRecord(ref, None))
        record = ImageRecord(ref, known.photo, etag=known.etag, last_modified=known.last_modified)
        if known.regions:
            return Obtained(record)
        kept = self._store.photos.get(known.photo) if self._store.photos else None
        if kept is not None:
            return Obtained(record, kept, kept=True)
        found = self._files.obtain(ref, None)
        if found.record.photo != known.photo:
            raise DownloadError(
                f"{place_of(ref)}: the photo is another one than was indexed: index its product again"
            )
        return found

    def stop(self) -> None:
        """See `Sources.stop`."""
        self._files.stop()
