"""What the merchant says about looks: products worn together, and which garment a category stands for."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol, TypeAlias

from fashion_plugin.store.pool import Pool

__all__ = ["LookBook", "MemoryLookBook", "SQLiteLookBook", "StoredLook"]

StoredLook: TypeAlias = tuple[str, tuple[str, ...]]
"""A photo (path or URL, may be empty) and the ids of the products worn in it."""


class LookBook(Protocol):
    """The merchant's own looks and category labels, kept with the catalogue."""

    def replace(self, looks: Iterable[StoredLook]) -> None:
        """Keep these looks, and none that were there."""
        ...

    def all(self) -> Sequence[StoredLook]:
        """Every look, in the order given."""
        ...

    def worn_with(self, product_id: str) -> Mapping[str, int]:
        """How many looks show a product together with each other one."""
        ...

    def labels(self) -> Mapping[str, str]:
        """The garment label of each category that the merchant named; "" for what is no garment."""
        ...

    def set_labels(self, labels: Mapping[str, str | None]) -> None:
        """Set labels of categories; None takes one back."""
        ...


class SQLiteLookBook:
    """A `LookBook` in the tables of the fifth schema."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def replace(self, looks: Iterable[StoredLook]) -> None:
        """See `LookBook.replace`."""
        rows = list(looks)
        with self._pool.write() as connection:
            connection.execute("DELETE FROM looks")
            connection.executemany(
                "INSERT INTO looks (pk, photo) VALUES (?, ?)",
                [(pk, photo) for pk, (photo, _) in enumerate(rows)],
            )
            connection.executemany(
                "INSERT INTO look_products (look, position, product_id) VALUES (?, ?, ?)",
                [(pk, at, name) for pk, (_, names) in enumerate(rows) for at, name in enumerate(names)],
            )

    def all(self) -> list[StoredLook]:
        """See `LookBook.all`."""
        with self._pool.read() as connection:
            photos = connection.execute("SELECT pk, photo FROM looks ORDER BY pk").fetchall()
            rows = connection.execute("SELECT look, product_id FROM look_products ORDER BY look, position")
            names: dict[int, list[str]] = {pk: [] for pk, _ in photos}
            for look, product_id in rows:
                names[look].append(product_id)
        return [(photo, tuple(names[pk])) for pk, photo in photos]

    def worn_with(self, product_id: str) -> Mapping[str, int]:
        """See `LookBook.worn_with`."""
        with self._pool.read() as connection:
            rows = connection.execute(
                "SELECT b.product_id, COUNT(DISTINCT b.look) FROM look_products a "
                "JOIN look_products b ON b.look = a.look "
                "WHERE a.product_id = ? AND b.product_id <> a.product_id GROUP BY b.product_id",
                (product_id,),
            )
            return dict(rows.fetchall())

    def labels(self) -> Mapping[str, str]:
        """See `LookBook.labels`."""
        with self._pool.read() as connection:
            return dict(connection.execute("SELECT category, label FROM category_labels").fetchall())

    def set_labels(self, labels: Mapping[str, str | None]) -> None:
        """See `LookBook.set_labels`."""
        with self._pool.write() as connection:
            connection.executemany("DELETE FROM category_labels WHERE category = ?", [(c,) for c in labels])
            connection.executemany(
                "INSERT INTO category_labels (category, label) VALUES (?, ?)",
                [(category, label) for category, label in labels.items() if label is not None],
            )


class MemoryLookBook:
    """A `LookBook` in this process."""

    def __init__(self) -> None:
        self._looks: list[StoredLook] = []
        self._labels: dict[str, str] = {}

    def replace(self, looks: Iterable[StoredLook]) -> None:
        """See `LookBook.replace`."""
        self._looks = list(looks)

    def all(self) -> list[StoredLook]:
        """See `LookBook.all`."""
        return list(self._looks)

    def worn_with(self, product_id: str) -> Mapping[str, int]:
        """See `LookBook.worn_with`."""
        counts: Counter[str] = Counter()
        for _, names in self._looks:
            if product_id in names:
                counts.update(name for name in dict.fromkeys(names) if name != product_id)
        return counts

    def labels(self) -> Mapping[str, str]:
        """See `LookBook.labels`."""
        return dict(self._labels)

    def set_labels(self, labels: Mapping[str, str | None]) -> None:
        """See `LookBook.set_labels`."""
        merged = {**self._labels, **labels}
        self._labels = {category: label for category, label in merged.items() if label is not None}
