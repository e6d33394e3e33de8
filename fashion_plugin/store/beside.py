"""The store as it would be with another generation live: what fills that generation, and tells of it."""

import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fashion_plugin.catalog import Filters
from fashion_plugin.errors import GenerationError
from fashion_plugin.store import queries
from fashion_plugin.store.base import (
    GenerationInfo,
    Hit,
    KnownProduct,
    ProductRecord,
    PutResult,
    StoredVector,
)
from fashion_plugin.store.counts import Counts
from fashion_plugin.store.driver import Connection
from fashion_plugin.store.nearest import nearest
from fashion_plugin.store.planning import prepare
from fashion_plugin.store.pool import Pool
from fashion_plugin.store.product_writer import Snapshot, link_product, mark_found
from fashion_plugin.store.vectors import Generation, checked, find
from fashion_plugin.store.writes import bump

__all__ = ["Beside", "require", "unseen"]

_BUDGET = 0.002  # seconds after which a transaction takes no further product: others wait for the lock
_LET_IN = 0.001


def unseen(known: KnownProduct) -> KnownProduct:
    """A product without what is known of photos that no embedding here is of."""
    images = {
        source: image if image.regions else replace(image, seen=None)
        for source, image in known.images.items()
    }
    return replace(known, images=images)


def require(connection: Connection, space: GenerationInfo, name: str) -> Generation:
    """The generation of a vector space.

    Raises:
        GenerationError: there is none.
    """
    found = find(connection, space.fingerprint)
    if found is None or found.info.dim != space.dim:
        raise GenerationError(
            f"{name} has no generation of the encoder {space.encoder!r} ({space.fingerprint[:12]}): "
            f"build it with  fashion-plugin reembed --encoder {space.source or space.encoder}"
        )
    return found


class Beside:
    """A view of one generation, whatever its state; all that is not about vectors is the store's own.

    What is put adds embeddings, of photos that the stored images still show, and changes nothing else.
    """

    def __init__(self, store: Any, pool: Pool, space: GenerationInfo) -> None:
        self._store = store
        self._pool = pool
        self._space = space
        self._counts = Counts()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def generation(self) -> GenerationInfo | None:
        """The vector space that this is a view of."""
        return self._space

    def known(self, ids: Sequence[str]) -> Mapping[str, KnownProduct]:
        """See `VectorStore.known`; what is not embedded here was not looked at for this generation either."""
        with self._pool.read() as connection:
            found = queries.known(connection, ids, self._require(connection))
        return {name: unseen(product) for name, product in found.items()}

    def embedded(self, photos: Sequence[str]) -> Mapping[str, frozenset[str]]:
        """See `VectorStore.embedded`."""
        with self._pool.read() as connection:
            return queries.embedded(connection, photos, self._require(connection))

    def vectors(self, id: str) -> Sequence[StoredVector]:
        """See `VectorStore.vectors`."""
        with self._pool.read() as connection:
            return queries.vectors(connection, id, self._require(connection))

    def nearest(
        self, vector: NDArray[np.float32], *, limit: int, filters: Filters | None = None
    ) -> Sequence[Hit]:
        """See `VectorStore.nearest`."""
        with self._pool.read() as connection:
            generation = self._require(connection)
            query = checked(vector, generation.info.dim, "the query vector")
            return nearest(connection, generation, query, limit=limit, filters=filters, counts=self._counts)

    def put(self, records: Sequence[ProductRecord]) -> PutResult:
        """Add embeddings to the generation; products that came, changed or went meanwhile stay as they are.

        Raises:
            InvalidInput: a vector that cannot be stored; then nothing was.
            GenerationError: the generation was dropped.
        """
        todo = deque(prepare(record, self._space) for record in records)
        outcomes: dict[str, list[str]] = {"added": [], "updated": [], "unchanged": [], "missing": []}
        while todo:
            # Not waited for until it is on the disk: after a power cut the work is done again.
            with self._pool.write(durable=False) as connection:
                start = time.monotonic()
                generation = self._require(connection)
                snapshot = Snapshot(connection, [wanted.id for wanted in todo], generation)
                changed = False
                while todo and time.monotonic() - start < _BUDGET:
                    wanted = todo.popleft()
                    added, missing = link_product(connection, wanted, snapshot)
                    outcomes["updated" if added else "unchanged"].append(wanted.id)
                    if missing:
                        outcomes["missing"].append(wanted.id)
                    if added and generation.state == "live":
                        mark_found(connection, snapshot.stored[wanted.id].pk, generation)
                        changed = True
                if changed:
                    bump(connection)
            if todo:
                # The lock goes to whoever asks first, and this thread would be it again: let others in.
                time.sleep(_LET_IN)
        return PutResult(**{name: tuple(ids) for name, ids in outcomes.items()})

    def _require(self, connection: Connection) -> Generation:
        return require(connection, self._space, self._pool.name)
