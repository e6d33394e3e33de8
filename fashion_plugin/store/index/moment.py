"""What of the database tells how far the index has to go, read in one query of one snapshot."""

from dataclasses import dataclass

from fashion_plugin.store.base import GenerationInfo
from fashion_plugin.store.driver import Connection
from fashion_plugin.store.vectors import Generation

__all__ = ["Moment", "moment"]

# Sequences never go back while a database lives: they do when a backup has been put in its place.
_MOMENT = """
    SELECT s.changes, s.epoch, s.saved_index,
        IFNULL((SELECT seq FROM sqlite_sequence WHERE name = 'embeddings'), 0),
        IFNULL((SELECT seq FROM sqlite_sequence WHERE name = 'removed_embeddings'), 0),
        g.pk, g.encoder, g.fingerprint, g.dim, g.vectors
    FROM state s LEFT JOIN generations g ON g.state = 'live'
"""


@dataclass(frozen=True, slots=True)
class Moment:
    """The live generation (None before the first) and the counters of one snapshot.

    ``last`` is the highest id an embedding has had, ``removed`` the last place in the log of those that went,
    ``saved`` the name of the saved index that belongs to this database, empty if there is none.
    """

    changes: int
    epoch: int
    saved: str
    last: int
    removed: int
    generation: Generation | None


def moment(connection: Connection) -> Moment:
    """The counters; as the first query of a transaction it fixes what the transaction sees."""
    changes, epoch, saved, last, removed, pk, *info = connection.execute(_MOMENT).fetchone()
    generation = None if pk is None else Generation(pk, GenerationInfo(*info[:3]), info[3])
    return Moment(changes, epoch, saved, last, removed, generation)
