"""The generations of the store in memory: what those of the SQLite store are compared with in tests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from fashion_plugin.catalog import GenerationStats, Product
from fashion_plugin.errors import GenerationError
from fashion_plugin.store.base import (
    GenerationInfo,
    ImageRecord,
    KnownProduct,
    ProductRecord,
    PutResult,
    VectorStore,
    region_order,
)
from fashion_plugin.store.beside import unseen
from fashion_plugin.store.planning import prepare
from fashion_plugin.store.vectors import require_same

if TYPE_CHECKING:
    from fashion_plugin.store.memory import MemoryStore

__all__ = ["MemoryGenerations", "Within"]

Vectors: TypeAlias = dict[str, dict[str, NDArray[np.float32]]]
"""Photo → region → vector."""


@dataclass(slots=True)
class _Kept:
    """A generation beside the live one; ``links`` are product and source → photo and regions."""

    info: GenerationInfo
    state: Literal["live", "building", "retired"]
    since: int
    vectors: Vectors = field(default_factory=dict)
    links: dict[tuple[str, str], tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    owner: str | None = None


class MemoryGenerations:
    """`Generations` of a `MemoryStore`; a lease lasts until it is given back."""

    def __init__(self, store: "MemoryStore") -> None:
        self._store = store
        self._kept: dict[str, _Kept] = {}
        self._clock = 0

    def list(self) -> "list[GenerationStats]":
        """See `Generations.list`."""
        with self._store._lock:
            live = self._live()
            rest = sorted(self._kept.values(), key=lambda kept: -kept.since)
            return [self._stats(kept) for kept in ([live] if live else []) + rest]

    def find(self, fingerprint: str) -> GenerationInfo | None:
        """See `Generations.find`."""
        kept = self._find(fingerprint)
        return kept.info if kept else None

    def beside(self) -> Sequence[GenerationInfo]:
        """See `Generations.beside`."""
        return [kept.info for kept in self._kept.values()]

    def begin(self, wanted: GenerationInfo, owner: str) -> None:
        """See `Generations.begin`."""
        with self._store._lock:
            kept = self._find(wanted.fingerprint)
            if kept is not None and kept.state == "live":
                raise GenerationError(f"{wanted.encoder!r} is live already")
            if kept is None:
                if any(other.state == "building" for other in self._kept.values()):
                    raise GenerationError("another generation is being built already")
                kept = self._kept[wanted.fingerprint] = _Kept(wanted, "building", self._tick())
            if kept.owner not in (None, owner):
                raise GenerationError("somebody is at work on it already")
            kept.owner = owner

    def renew(self, owner: str) -> bool:
        """See `Generations.renew`."""
        return any(kept.owner == owner for kept in self._kept.values())

    def release(self, owner: str) -> None:
        """See `Generations.release`."""
        for kept in self._kept.values():
            if kept.owner == owner:
                kept.owner = None

    def pause(self) -> int:
        """See `Generations.pause`."""
        held = [kept for kept in self._kept.values() if kept.owner is not None]
        for kept in held:
            kept.owner = None
        return len(held)

    def pending(
        self, space: GenerationInfo, *, limit: int, after: str = "", ids: Sequence[str] | None = None
    ) -> Sequence[Product]:
        """See `Generations.pending`."""
        with self._store._lock:
            lacking = [
                name
                for name in sorted(self._lacking(self._require(space)))
                if (name > after if ids is None else name in ids)
            ]
            return [self._store._entries[name].product for name in lacking[:limit]]

    def progress(self, space: GenerationInfo) -> tuple[int, int]:
        """See `Generations.progress`."""
        with self._store._lock:
            links = self._require(space).links
            shown = [
                (name, source)
                for name, entry in self._store._entries.items()
                for source, image in entry.images.items()
                if image.photo
            ]
            return sum(bool(links.get(one, ("", ()))[1]) for one in shown), len(shown)

    def view(self, space: GenerationInfo) -> VectorStore:
        """See `Generations.view`."""
        return cast(VectorStore, _Beside(self._store, self, space))

    def switch(self, space: GenerationInfo, *, without: Sequence[str] = ()) -> Sequence[str]:
        """See `Generations.switch`."""
        with self._store._lock:
            wanted = self._require(space)
            if wanted.state == "live":
                return ()
            if lacking := sorted(self._lacking(wanted) - set(without)):
                return tuple(lacking)
            live = self._live()
            if live is not None:
                live.state = "building" if wanted.state == "retired" else "retired"
                live.since = self._tick()
                self._kept[live.info.fingerprint] = live
            del self._kept[wanted.info.fingerprint]
            self._make_live(wanted)
        return ()

    def drop(self, space: GenerationInfo) -> int:
        """See `Generations.drop`."""
        with self._store._lock:
            kept = self._require(space)
            if kept.state == "live":
                raise GenerationError(f"{space.encoder!r} is live: switch to another one before dropping it")
            if kept.owner is not None:
                raise GenerationError("somebody is at work on it already")
            del self._kept[kept.info.fingerprint]
            return sum(map(len, kept.vectors.values()))

    def relinked(self, name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        """Forget by what images are found elsewhere that the live generation finds by other regions now."""
        for source, image in after.items():
            old = before.get(source)
            if old and old.regions and old.photo == image.photo and old.regions != image.regions:
                for kept in self._kept.values():
                    kept.links.pop((name, source), None)

    def prune(self) -> None:
        """Forget what no image shows any more."""
        shown = {
            (name, source): image.photo
            for name, entry in self._store._entries.items()
            for source, image in entry.images.items()
        }
        for kept in self._kept.values():
            kept.links = {one: link for one, link in kept.links.items() if shown.get(one) == link[0]}
            used = {(photo, region) for photo, regions in kept.links.values() for region in regions}
            left = {
                photo: {region: vector for region, vector in regions.items() if (photo, region) in used}
                for photo, regions in kept.vectors.items()
            }
            kept.vectors = {photo: regions for photo, regions in left.items() if regions}

    def link(self, space: GenerationInfo, name: str, image: ImageRecord) -> tuple[bool, bool]:
        """Add the embeddings of one image; whether anything was added, and whether it is complete."""
        kept = self._require(space)
        entry = self._store._entries.get(name)
        stored = entry.images.get(image.ref.source) if entry else None
        if stored is None or image.photo is None or stored.photo != image.photo:
            return False, True
        there = kept.vectors.setdefault(image.photo, {})
        had = kept.links.get((name, image.ref.source), ("", ()))[1]
        wanted = image.regions or {*had, *image.vectors} or there.keys()
        for region, vector in image.vectors.items():
            if region in wanted:
                there.setdefault(region, vector)
        regions = tuple(sorted((region for region in wanted if region in there), key=region_order))
        if regions:
            kept.links[name, image.ref.source] = (image.photo, regions)
        if kept.state == "live":
            self._make_live(kept)
        self.prune()
        return regions != had, bool(wanted) and set(wanted) <= set(regions)

    def as_if_live(self, space: GenerationInfo) -> "MemoryStore":
        """A store of its own that shows the catalogue as it is in this generation."""
        from fashion_plugin.store.memory import MemoryStore

        with self._store._lock:
            kept = self._require(space)
            alone = MemoryStore()
            alone._entries = dict(self._store._entries)
            alone.generations._make_live(replace(kept))
        return alone

    def _live(self) -> _Kept | None:
        space = self._store._space
        if space is None:
            return None
        links = {
            (name, source): (image.photo, image.regions)
            for name, entry in self._store._entries.items()
            for source, image in entry.images.items()
            if image.photo and image.regions
        }
        return _Kept(space, "live", 0, self._store._vectors, links)

    def _make_live(self, kept: _Kept) -> None:
        store = self._store
        store._space, store._vectors = kept.info, kept.vectors
        store._entries = {
            name: replace(
                entry,
                images={
                    source: replace(image, regions=kept.links.get((name, source), ("", ()))[1])
                    for source, image in entry.images.items()
                },
            )
            for name, entry in store._entries.items()
        }

    def _find(self, fingerprint: str) -> _Kept | None:
        live = self._live()
        if live is not None and live.info.fingerprint == fingerprint:
            return live
        return self._kept.get(fingerprint)

    def _require(self, space: GenerationInfo) -> _Kept:
        kept = self._find(space.fingerprint)
        if kept is None:
            raise GenerationError(f"this store has no generation of the encoder {space.encoder!r}")
        return kept

    def _lacking(self, kept: _Kept) -> set[str]:
        return {
            name
            for name, entry in self._store._entries.items()
            for source, image in entry.images.items()
            if image.photo and not kept.links.get((name, source), ("", ()))[1]
        }

    def _stats(self, kept: _Kept) -> GenerationStats:
        done, total = self.progress(kept.info)
        return GenerationStats(
            kept.info.encoder,
            kept.info.fingerprint,
            kept.info.dim,
            kept.state,
            sum(map(len, kept.vectors.values())),
            total - done,
            kept.owner is not None,
            kept.info.source,
        )

    def _tick(self) -> int:
        self._clock += 1
        return self._clock


class _Beside:
    """The store as it would be with a generation live; see `Generations.view`."""

    def __init__(self, store: "MemoryStore", generations: MemoryGenerations, space: GenerationInfo) -> None:
        self._store = store
        self._generations = generations
        self._space = space

    def __getattr__(self, name: str) -> Any:
        if name in ("photos", "jobs", "product", "products"):
            return getattr(self._store, name)
        return getattr(self._generations.as_if_live(self._space), name)

    def known(self, ids: Sequence[str]) -> Mapping[str, KnownProduct]:
        """See `VectorStore.known`."""
        found = self._generations.as_if_live(self._space).known(ids)
        return {name: unseen(product) for name, product in found.items()}

    def put(self, records: Sequence[ProductRecord]) -> PutResult:
        """See `Generations.view`."""
        for record in records:
            prepare(record, self._space)
        outcomes: dict[str, list[str]] = {"added": [], "updated": [], "unchanged": [], "missing": []}
        with self._store._lock:
            self._generations._require(self._space)
            for record in records:
                links = [self._generations.link(self._space, record.product.id, one) for one in record.images]
                name = "updated" if any(added for added, _ in links) else "unchanged"
                outcomes[name].append(record.product.id)
                if not all(complete for _, complete in links):
                    outcomes["missing"].append(record.product.id)
        return PutResult(**{what: tuple(names) for what, names in outcomes.items()})


class Within:
    """A store for one vector space; see `VectorStore.within`."""

    def __init__(self, store: "MemoryStore", space: GenerationInfo) -> None:
        self._store = store
        self._bound = space

    def __getattr__(self, name: str) -> Any:
        live = self._store._space
        if name in ("known", "embedded", "put", "nearest", "vectors", "iter_vectors") and live is not None:
            require_same(live, self._bound, "this store")
        return getattr(self._store, name)
