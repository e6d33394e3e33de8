"""The contract of a store: where products, images and their embeddings live."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from fashion_plugin.catalog import Filters, ImageRef, Page, Product, Stats, Variant
from fashion_plugin.colour import Colour
from fashion_plugin.store.seen import Seen

if TYPE_CHECKING:
    from fashion_plugin.store.lookbook import LookBook
    from fashion_plugin.store.queue import JobQueue
    from fashion_plugin.store.spaces import Generations

__all__ = [
    "WHOLE",
    "GenerationInfo",
    "Hit",
    "ImageRecord",
    "KnownImage",
    "KnownProduct",
    "PhotoArchive",
    "ProductRecord",
    "PutResult",
    "StoredVector",
    "TextHit",
    "TextHits",
    "VectorStore",
    "region_order",
]

WHOLE = "whole"
"""The region of an embedding that covers the whole photo; others are named after what was cropped."""


def region_order(region: str) -> tuple[bool, str]:
    """A sort key for regions: the whole photo first."""
    return region != WHOLE, region


@dataclass(frozen=True, slots=True)
class GenerationInfo:
    """One vector space: the encoder's name and fingerprint, and the number of dimensions.

    ``source`` is what loads the encoder again, a preset's name or a path; empty when nothing does.
    """

    encoder: str
    fingerprint: str
    dim: int
    source: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class ImageRecord:
    """One image of a product as indexing found it.

    ``photo`` is the sha256 (hex) of the image file's bytes, None when it could not be had (then ``error``
    says why); the photo and embeddings that the store holds of this image then stay. ``vectors`` maps a
    region to its (dim,) float32 unit vector; it may be left empty where the store has embeddings of this
    photo already (`VectorStore.embedded`), and those that are stored stay as they are. ``regions`` names
    those by which the image is found; left empty, they are those of its vectors beside those it had, or else
    all that its photo has. ``seen`` is what the photo shows; None leaves what is known of the same photo.
    """

    ref: ImageRef
    photo: str | None
    vectors: Mapping[str, NDArray[np.float32]] = field(default_factory=dict)
    etag: str = ""
    last_modified: str = ""
    error: str = ""
    regions: tuple[str, ...] = ()
    seen: Seen | None = None


@dataclass(frozen=True, slots=True)
class ProductRecord:
    """A product with its images as indexing found them, in the product's order."""

    product: Product
    images: tuple[ImageRecord, ...]


@dataclass(frozen=True, slots=True)
class KnownImage:
    """What the store knows of one image of a product; it is found by the embeddings of ``regions``."""

    source: str
    photo: str | None
    etag: str
    last_modified: str
    error: str
    regions: tuple[str, ...] = ()
    seen: Seen | None = None


@dataclass(frozen=True, slots=True)
class KnownProduct:
    """A stored product and what is known of its images, by source."""

    product: Product
    images: Mapping[str, KnownImage]


@dataclass(frozen=True, slots=True)
class PutResult:
    """The ids of the products that a `put` added, changed, and found exactly as they were.

    ``missing`` names those of them with a photo that came without vectors and has none in the store (another
    process may have deleted them since they were asked for): stored, but to be put again with vectors.
    """

    added: tuple[str, ...]
    updated: tuple[str, ...]
    unchanged: tuple[str, ...]
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """One product near a vector: its cosine distance (0 to 2), and the image and variant that was nearest.

    ``colours`` are those measured in that image, the largest first; empty where none were.
    """

    product: Product
    distance: float
    image: ImageRef
    variant: Variant | None
    colours: tuple[Colour, ...] = ()


@dataclass(frozen=True, slots=True)
class StoredVector:
    """One embedding of a product's image."""

    source: str
    region: str
    vector: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class TextHit:
    """A product that a text names: its id, and its score in (0, 1]; see `VectorStore.find`."""

    id: str
    score: float


@dataclass(frozen=True, slots=True)
class TextHits:
    """The best products that a text names, and how many there are in all."""

    hits: tuple[TextHit, ...]
    total: int


class PhotoArchive(Protocol):
    """Small copies of product photos, named by the sha256 (hex) of the file that they were made from.

    A convenience: the catalogue is whole without it.
    """

    def put(self, sha256: str, data: bytes) -> None:
        """Keep the bytes of an image file."""
        ...

    def put_all(self, photos: Mapping[str, bytes]) -> None:
        """Keep several at once."""
        ...

    def get(self, sha256: str) -> bytes | None:
        """What was kept of a photo, None where there is nothing."""
        ...


class VectorStore(Protocol):
    """Products and embeddings that survive; every method is safe to call from several threads.

    Errors are `StoreError`s. A change is in one transaction: it is there whole or not at all.
    """

    def close(self) -> None:
        """Release everything; calling twice is fine."""
        ...

    @property
    def jobs(self) -> "JobQueue":
        """The queue of catalogue events and of what they leave to be embedded."""
        ...

    @property
    def generations(self) -> "Generations":
        """The vector spaces beside the live one."""
        ...

    @property
    def looks(self) -> "LookBook":
        """The merchant's own looks and category labels."""
        ...

    @property
    def photos(self) -> PhotoArchive | None:
        """Where small copies of product photos are kept, None where they are not."""
        ...

    def generation(self) -> GenerationInfo | None:
        """The live vector space, None before the first product."""
        ...

    def open_generation(self, wanted: GenerationInfo) -> None:
        """Make the wanted vector space the live one if there is none yet.

        Raises:
            EncoderMismatch: the live one has another fingerprint or dimension.
        """
        ...

    def within(self, space: GenerationInfo) -> Self:
        """The same store for one vector space: what reads or writes vectors raises once another is live.

        Closing it closes the store.
        """
        ...

    def known(self, ids: Sequence[str]) -> Mapping[str, KnownProduct]:
        """What is stored of these products; ids that are not are left out."""
        ...

    def embedded(self, photos: Sequence[str]) -> Mapping[str, frozenset[str]]:
        """The regions of these photos (sha256) that have a vector in the live generation."""
        ...

    def put(self, records: Sequence[ProductRecord]) -> PutResult:
        """Store products whole: what a product no longer has (images, variants, tags) goes.

        A photo shared by several products keeps one set of vectors; vectors of a photo that no image
        refers to any more are deleted.
        """
        ...

    def remove(self, ids: Sequence[str]) -> int:
        """Delete products and what only they used; returns how many there were."""
        ...

    def nearest(
        self, vector: NDArray[np.float32], *, limit: int, filters: Filters | None = None
    ) -> Sequence[Hit]:
        """The searchable products nearest to a unit vector (dim,), each once, by its nearest image.

        Best first; as many as ``limit`` whenever that many satisfy the filters; equal distances are in
        order of id.
        """
        ...

    def find(self, text: str, *, limit: int, filters: Filters | None = None) -> TextHits:
        """The searchable products whose texts have the words of a text, best first, in any language.

        The score is the share of the words that a product has, rare words weighing more: 1 when it has all
        of them as they stand in its title, brand, category, colour or tags. A word in the description only
        counts 0.7, an inflected form 0.9, one that the last word begins 0.8; a word that no product has may
        stand for two that are written apart (0.9) or for one of similar spelling (0.6). Products that have
        less than 0.8 of what the best one has are left out. Equal scores are in the order of BM25, then of
        id. Any text is taken; one without words finds nothing.
        """
        ...

    def count(self, filters: Filters | None = None) -> int:
        """How many searchable products with an embedding satisfy the filters."""
        ...

    def categories(self) -> Sequence[str]:
        """The categories of the searchable products with an embedding, in order of name."""
        ...

    def product(self, id: str) -> Product | None:
        """One product, None if there is none of that id."""
        ...

    def owners(self, variants: Sequence[str]) -> Mapping[str, str]:
        """The products that have variants of these ids, by the variant's id; the first where several have."""
        ...

    def products(self, *, limit: int, cursor: str | None = None, filters: Filters | None = None) -> Page:
        """Products in order of id, hidden ones too unless filters are given."""
        ...

    def vectors(self, id: str) -> Sequence[StoredVector]:
        """The embeddings of a product's images in the live generation, in the order of its images."""
        ...

    def stats(self) -> Stats:
        """Counts and sizes."""
        ...

    def vacuum(self) -> int:
        """Give the space of deleted products back to the disk; returns the bytes freed."""
        ...

    def verify(self) -> Sequence[str]:
        """What is wrong with the database, in sentences; empty when all is well."""
        ...

    def backup(self, path: Path) -> None:
        """Write a consistent copy, also while others write."""
        ...

    def iter_vectors(self) -> Iterator[tuple[str, StoredVector]]:
        """Every embedding of the live generation, with its product's id."""
        ...
