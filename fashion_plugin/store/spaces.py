"""The contract of a store's generations: vector spaces beside the live one, and the change to another.

One generation is live and searched. Others stand beside it: one that is being built, and those that were live
before, kept to go back to. What is new or changed in the catalogue stands in the live generation first; the
others then lack it, which `pending` tells, until it is put there too.
"""

from collections.abc import Sequence
from typing import Protocol

from fashion_plugin.catalog import GenerationStats, Product
from fashion_plugin.store.base import GenerationInfo, VectorStore

__all__ = ["Generations"]


class Generations(Protocol):
    """The generations of a store; every method is safe to call from several threads and processes."""

    def list(self) -> Sequence[GenerationStats]:
        """Every generation, the live one first, then those that came into their state last."""
        ...

    def find(self, fingerprint: str) -> GenerationInfo | None:
        """The vector space of this fingerprint, None if the store has none."""
        ...

    def beside(self) -> Sequence[GenerationInfo]:
        """The vector spaces that are not live."""
        ...

    def begin(self, wanted: GenerationInfo, owner: str) -> None:
        """Make a generation beside the live one, or go on with it, and take its lease.

        Raises:
            GenerationError: it is the live one, another owner is at work on it, or a generation of another
                fingerprint is being built.
        """
        ...

    def renew(self, owner: str) -> bool:
        """Go on holding the lease; False when it was taken away."""
        ...

    def release(self, owner: str) -> None:
        """Give the lease back."""
        ...

    def pause(self) -> int:
        """Take every lease away, which ends the work under way; returns how many there were."""
        ...

    def pending(
        self, space: GenerationInfo, *, limit: int, after: str = "", ids: Sequence[str] | None = None
    ) -> Sequence[Product]:
        """Products with an image whose photo has no embedding in this generation, in order of id.

        ``after`` an id, or those of ``ids`` only.

        Raises:
            GenerationError: there is no such generation.
        """
        ...

    def progress(self, space: GenerationInfo) -> tuple[int, int]:
        """How many images with a photo have an embedding in this generation, and how many there are.

        Raises:
            GenerationError: there is no such generation.
        """
        ...

    def view(self, space: GenerationInfo) -> VectorStore:
        """The store as it would be with this generation live, for reading; see `Generations` for `put`.

        What is put into the view adds embeddings of photos that the stored images still show, and changes
        nothing else.
        """
        ...

    def switch(self, space: GenerationInfo, *, without: Sequence[str] = ()) -> Sequence[str]:
        """Make a generation the live one, in one transaction; the one before is kept.

        When products lack embeddings there, other than those of ``without``, nothing happens, and some of
        their ids are returned.

        Raises:
            GenerationError: there is no such generation.
        """
        ...

    def drop(self, space: GenerationInfo) -> int:
        """Delete a generation with its embeddings; returns how many those were.

        Raises:
            GenerationError: it is the live one, an owner is at work on it, or there is none.
        """
        ...
