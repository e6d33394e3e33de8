"""Vector spaces: which generation is live, and the vec0 table of each."""

# ruff: noqa: S608 - names of tables and columns are constants of ours; values are always bound

import time
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fashion_plugin.errors import EncoderMismatch, InvalidInput, StoreError
from fashion_plugin.store.base import GenerationInfo
from fashion_plugin.store.driver import Connection

__all__ = [
    "Generation",
    "add_vector",
    "checked",
    "create",
    "create_table",
    "drop_broken",
    "drop_vectors",
    "every",
    "find",
    "live",
    "now_micros",
    "require_same",
]

_GENERATIONS = "SELECT pk, encoder, fingerprint, dim, source, vectors, state FROM generations"
_WIDEST = 8192
_TOLERANCE = 1e-3
"""How far from 1 a unit vector's length may be: half precision on the way costs up to 5e-4."""


@dataclass(frozen=True, slots=True)
class Generation:
    """A vector space of the database."""

    pk: int
    info: GenerationInfo
    table: str
    """The name of its vec0 table."""
    state: str = "live"


def live(connection: Connection) -> Generation | None:
    """The generation that is searched, None before the first."""
    row = connection.execute(f"{_GENERATIONS} WHERE state = 'live'").fetchone()
    return _generation(*row) if row else None


def every(connection: Connection) -> list[Generation]:
    """Every generation, whatever its state."""
    return [_generation(*row) for row in connection.execute(f"{_GENERATIONS} ORDER BY pk")]


def find(connection: Connection, fingerprint: str) -> Generation | None:
    """The generation of a fingerprint, whatever its state."""
    row = connection.execute(f"{_GENERATIONS} WHERE fingerprint = ?", (fingerprint,)).fetchone()
    return _generation(*row) if row else None


def _generation(
    pk: int, encoder: str, fingerprint: str, dim: int, source: str, table: str, state: str
) -> Generation:
    return Generation(pk, GenerationInfo(encoder, fingerprint, dim, source), table, state)


def create(connection: Connection, info: GenerationInfo, state: str = "live") -> None:
    """Add a generation and its vec0 table."""
    if not 1 <= info.dim <= _WIDEST:
        raise StoreError(f"an embedding may have 1 to {_WIDEST} dimensions, not {info.dim}")
    used = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'generations'").fetchone()
    number = used[0] + 1 if used else 1
    table = f"vectors_{number}"
    connection.execute(
        "INSERT INTO generations (pk, encoder, fingerprint, dim, source, vectors, state, since) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (number, info.encoder, info.fingerprint, info.dim, info.source, table, state, now_micros()),
    )
    create_table(connection, table, info.dim)


def now_micros() -> int:
    """Microseconds since 1970."""
    return time.time_ns() // 1000


def drop_broken(connection: Connection, generation: Generation) -> None:
    """Forget embeddings without a vector and vectors without an embedding, which only damage leaves."""
    listed = {
        row[0]
        for row in connection.execute("SELECT id FROM embeddings WHERE generation = ?", (generation.pk,))
    }
    stored = {row[0] for row in connection.execute(f"SELECT rowid FROM {generation.table}")}
    for embedding in listed ^ stored:
        connection.execute("DELETE FROM image_embeddings WHERE embedding = ?", (embedding,))
        drop_vectors(connection, [(embedding, generation.table)])


def create_table(connection: Connection, name: str, dim: int) -> None:
    """Make an empty vec0 table."""
    # Small chunks: vec0 sorts within each, which with its default of 1024 makes k = 1000 cost three times as
    # much; the time of small k is the same.
    connection.execute(
        f"CREATE VIRTUAL TABLE {name} USING vec0(vector float[{dim}] distance_metric=cosine, chunk_size=256)"
    )


def require_same(stored: GenerationInfo, wanted: GenerationInfo, name: str) -> None:
    """Refuse to mix two vector spaces.

    Raises:
        EncoderMismatch: fingerprint or dimension differ.
    """
    if (stored.fingerprint, stored.dim) == (wanted.fingerprint, wanted.dim):
        return
    raise EncoderMismatch(
        f"{name} holds embeddings of the encoder {stored.encoder!r} ({stored.dim} dimensions, "
        f"{stored.fingerprint[:12]}), not of {wanted.encoder!r} ({wanted.dim} dimensions, "
        f"{wanted.fingerprint[:12]}): open it with encoder {stored.encoder!r}, or change it over with: "
        f"fashion-plugin reembed --encoder {wanted.source or wanted.encoder}"
    )


def checked(vector: NDArray[np.float32], dim: int, what: str) -> bytes:
    """The bytes of a unit vector as vec0 takes them: little-endian float32.

    Raises:
        InvalidInput: another dtype or shape, not finite, or not of unit length.
    """
    if not isinstance(vector, np.ndarray) or vector.dtype != np.float32 or vector.shape != (dim,):
        given = f"{vector.dtype} {vector.shape}" if isinstance(vector, np.ndarray) else type(vector).__name__
        raise InvalidInput(f"{what} must be a float32 array of shape ({dim},), not {given}")
    # A NaN or an infinity anywhere makes the length one too.
    length = float(np.sqrt(np.dot(vector, vector)))
    if not abs(length - 1.0) <= _TOLERANCE:
        raise InvalidInput(f"{what} must be finite and of unit length, not of length {length:g}")
    return vector.astype("<f4", copy=False).tobytes()


def add_vector(connection: Connection, generation: Generation, photo: int, region: str, vector: bytes) -> int:
    """Store the embedding of a photo's region; returns its id."""
    added = connection.execute(
        "INSERT INTO embeddings (generation, photo, region) VALUES (?, ?, ?) RETURNING id",
        (generation.pk, photo, region),
    ).fetchone()
    connection.execute(
        f"INSERT INTO {generation.table} (rowid, vector) VALUES (?, ?)",
        (added[0], vector),
    )
    return int(added[0])


def drop_vectors(connection: Connection, embeddings: Iterable[tuple[int, str]]) -> None:
    """Delete embeddings, given as id and vec0 table, with their vectors; note that they went."""
    for embedding, table in embeddings:
        connection.execute(f"DELETE FROM {table} WHERE rowid = ?", (embedding,))
        connection.execute("DELETE FROM embeddings WHERE id = ?", (embedding,))
        connection.execute("INSERT INTO removed_embeddings (embedding) VALUES (?)", (embedding,))
