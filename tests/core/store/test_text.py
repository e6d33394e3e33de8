"""Search by text: what every store promises, and that ours agrees with the plain model."""

# ruff: noqa: RUF001 - letters of many scripts are what is tested

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from fashion_plugin.catalog import Filters, Product, ProductRemoved, ProductUpserted
from fashion_plugin.errors import DriverError
from fashion_plugin.store import SQLiteStore, driver, migrations, product_writer
from fashion_plugin.store.base import GenerationInfo, ProductRecord, VectorStore
from fashion_plugin.store.memory import MemoryStore
from fashion_plugin.store.text_words import words


def fill(store: VectorStore, *products: Product) -> None:
    store.put([ProductRecord(product, ()) for product in products])


def ids(store: VectorStore, text: str, limit: int = 20, **options: Any) -> list[str]:
    return [hit.id for hit in store.find(text, limit=limit, **options).hits]


def scores(store: VectorStore, text: str) -> dict[str, float]:
    return {hit.id: round(hit.score, 3) for hit in store.find(text, limit=20).hits}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Red T-Shirts & women's Dresses!", ["red", "t", "shirt", "tshirt", "women", "dress"]),
        ("Ærø élégante robes ΜΆΪΟΣ Ёлка", ["aero", "elegante", "robe", "μαιοσ", "елка"]),
        ("hoodies hoodie watches 501's", ["hoody", "hoody", "watch", "501"]),
        ("红色连衣裙 dress", ["红", "色", "连", "衣", "裙", "dress"]),
        ("कपड़े हिन्दी", ["कपड़े", "हिन्दी"]),
        ("เสื้อ", ["เ", "สื้", "อ"]),
        ("تی\u200cشرت كيف", ["تی", "شرت", "تیشرت", "کیف"]),
        ("ＲＥＤ ﬁne İstanbul", ["red", "fine", "istanbul"]),
        ('"; -- * ^ { } : ( ) + 🙂 \0 \ud800', []),
    ],
)
def test_text_is_folded_into_words(text: str, found: list[str]) -> None:
    assert words(text) == found


def test_products_are_found_by_each_of_their_texts(store: VectorStore) -> None:
    product = Product("p", "Coat", brand="Ærø", category="Women > Outer", colour="Red", tags=["wool"])
    fill(store, product, Product("q", "Boots", description="for rain"))
    for text in ("coat", "AERO", "women outer", "red wool coat", "coats"):
        assert ids(store, text) == ["p"], text
    assert ids(store, "rainy boots") == ["q"]
    assert ids(store, "umbrella") == []


def test_score_is_the_share_of_the_words(store: VectorStore) -> None:
    fill(
        store,
        Product("title", "Red dress"),
        Product("description", "Red skirt", description="matches any dress"),
        Product("other", "Blue jeans"),
    )
    found = scores(store, "red dress")
    assert found["title"] == 1
    assert found["title"] > found["description"] > 0.7
    assert "other" not in found
    assert store.find("red dress", limit=1).total == 2
    assert scores(store, "dress") == {"title": 1, "description": 0.7}


def test_products_with_all_the_words_leave_out_those_with_some(store: VectorStore) -> None:
    fill(store, Product("a", "Red dress"), Product("b", "Red bag"), Product("c", "Blue dress"))
    assert ids(store, "red dress") == ["a"]
    assert ids(store, "red dress", filters=Filters(exclude="a")) == ["b", "c"]
    assert ids(store, "green dress") == ["a", "c"]


def test_words_that_nobody_has_count_like_the_others(store: VectorStore) -> None:
    fill(store, Product("a", "Blue jeans"), Product("b", "Red jeans"), Product("c", "Coat"))
    assert ids(store, "blue jeans for someone") == ["a"]
    assert scores(store, "blue jeans for someone") == {"a": 0.5}
    assert ids(store, "for someone") == []


def test_ranks_titles_before_tags_at_equal_scores(store: VectorStore) -> None:
    fill(
        store,
        Product("a", "Belt", tags=["linen"]),
        Product("b", "Linen"),
        *(Product(f"x{number}", "Other") for number in range(6)),
    )
    assert ids(store, "linen") == ["b", "a"]


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ("sneakers", 1),
        ("snea", 0.8),
        ("sneekers", 0.6),
        ("snaekers", 0.6),
        ("sneakerz", 0.9),
        ("t-shirt", 1),
        ("t shirts", 1),
        ("tshirt", 1),
        ("handbags", 1),
        ("hand bag", 1),
        ("flipflops", 0.9),
        ("kleider", 0.9),
        ("501", 1),
    ],
)
def test_other_spellings_are_found(store: VectorStore, text: str, score: float) -> None:
    fill(
        store,
        Product("p", "Tshirt handbag flip flop Kleid Sneaker 501", tags=["kurta"]),
        Product("q", "Trousers"),
    )
    assert scores(store, text) == {"p": pytest.approx(score)}


@pytest.mark.parametrize("text", ["502", "ab", "xyzzy", "rain"])
def test_unlike_words_are_not_taken_for_slips(store: VectorStore, text: str) -> None:
    fill(store, Product("p", "501 ac brain storm"))
    assert ids(store, text) == []


def test_exact_word_wins_over_its_beginnings(store: VectorStore) -> None:
    fill(store, Product("brand", "Redtape shoe"), Product("colour", "Red shoe"))
    assert scores(store, "red") == {"colour": 1, "brand": 0.8}
    assert ids(store, "red shoe") == ["colour"]


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("红色连衣裙", "连衣裙"),
        ("ワンピース 赤", "ピース"),
        ("เสื้อยืดสีแดง", "สีแดง"),
        ("원피스 빨강", "원피스"),
        ("لباس قرمز", "قرمز"),
        ("Красное платье", "КРАСНОЕ"),
        ("लाल कपड़े", "लाल"),
        ("Κόκκινο φόρεμα", "κοκκινο"),
    ],
)
def test_any_script_is_found(store: VectorStore, title: str, text: str) -> None:
    fill(store, Product("p", title), Product("q", "Something else"))
    assert ids(store, text) == ["p"]


def test_filters_hold_exactly(store: VectorStore) -> None:
    fill(
        store,
        *(Product(f"{n:02}", "Red dress", price=f"{n} EUR", in_stock=n % 2 == 0) for n in range(1, 31)),
    )
    filters = Filters(in_stock=True, max_price="25 EUR", exclude="02")
    found = store.find("red dress", limit=5, filters=filters)
    assert [hit.id for hit in found.hits] == ["04", "06", "08", "10", "12"]
    assert found.total == 11
    assert ids(store, "red dress", filters=Filters(max_price="0.50 EUR")) == []
    assert store.find("red dress", limit=0).hits == ()


def test_smaller_limit_gives_the_beginning_of_a_larger_one(store: VectorStore) -> None:
    fill(store, *(Product(f"{n}", "dress " * (n % 4) + "red") for n in range(20)))
    everything = ids(store, "red dresses")
    assert [ids(store, "red dresses", limit=n) for n in range(1, 8)] == [everything[:n] for n in range(1, 8)]


def test_text_follows_the_product(store: VectorStore) -> None:
    fill(store, Product("p", "Red coat", tags=["wool"]))
    fill(store, Product("p", "Green coat"))
    assert (ids(store, "red"), ids(store, "wool"), ids(store, "green")) == ([], [], ["p"])
    fill(store, Product("p", "Green coat", searchable=False))
    assert ids(store, "green") == []
    fill(store, Product("p", "Green coat"))
    store.remove(["p"])
    assert ids(store, "green") == []


def test_text_follows_events(tmp_path: Path) -> None:
    from datetime import UTC, datetime

    now = datetime(2026, 7, 1, tzinfo=UTC)
    with SQLiteStore.open(tmp_path / "shop.db") as store:
        store.jobs.submit([ProductUpserted(Product("p", "Red coat", images="https://x.example/1.jpg"), now)])
        assert ids(store, "coat") == ["p"]
        store.jobs.submit([ProductRemoved("p", now.replace(hour=1))])
        assert ids(store, "coat") == []
        assert store.verify() == []


def test_older_database_is_filled(tmp_path: Path, shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as older:
        steps = tuple(step for step in migrations._STEPS if step[0] != "0004_text")
        older.setattr(migrations, "_STEPS", steps)
        older.setattr(product_writer, "index_text", lambda *_: None)
        with SQLiteStore.open(tmp_path / "shop.db") as store:
            store.open_generation(shop.space)
            store.put([shop.record("a", "x", title="Red coat", tags=["wool", "warm"])])
    with SQLiteStore.open(tmp_path / "shop.db") as store:
        assert ids(store, "warm red coats") == ["a"]
        assert store.verify() == []


def test_broken_index_is_told_and_mended(tmp_path: Path) -> None:
    path = tmp_path / "shop.db"
    with SQLiteStore.open(path) as store:
        fill(store, Product("a", "Coat"), Product("b", "Boots"))
    connection = driver.driver().connect(path, isolation_level=None)
    connection.execute("DELETE FROM product_text WHERE rowid = 1")
    connection.execute("INSERT INTO product_text (rowid, title) VALUES (99, 'ghost')")
    connection.close()
    with SQLiteStore.open(path) as store:
        assert len(store.verify()) == 2
        store.vacuum()
        assert store.verify() == []
        assert ids(store, "coat") == ["a"]


class _WithoutFTS5:
    """An SQLite that was built without FTS5."""

    def __init__(self, module: Any) -> None:
        self._module = module

    def __getattr__(self, name: str) -> Any:
        return getattr(self._module, name)

    def connect(self, *args: Any, **options: Any) -> Any:
        module = self._module

        class Connection(module.Connection):  # type: ignore[misc,name-defined]
            def execute(self, sql: str, *rest: Any) -> Any:
                if "fts5" in sql:
                    raise module.OperationalError("no such module: fts5")
                return super().execute(sql, *rest)

        return module.connect(*args, factory=Connection, **options)


def test_sqlite_without_fts5_is_told_what_to_run(monkeypatch: pytest.MonkeyPatch) -> None:
    real = driver.importlib.import_module  # type: ignore[attr-defined]
    monkeypatch.setattr(driver.importlib, "import_module", lambda name: _WithoutFTS5(real(name)))  # type: ignore[attr-defined]
    with pytest.raises(DriverError, match=r"FTS5\).*no such module: fts5"):
        driver.driver.__wrapped__()


VOCABULARY = ["red", "reds", "dress", "dresses", "t-shirt", "tshirt", "红色", "裙", "coat", "a", "sleeve"]
TEXTS = st.lists(st.sampled_from(VOCABULARY), max_size=4).map(" ".join)
QUESTIONS = TEXTS | st.sampled_from(["redd", "dres", "t shirt", "sleve", "coats red", "红色裙", "dre"])


@given(
    texts=st.lists(st.tuples(TEXTS, TEXTS, TEXTS), min_size=1, max_size=6),
    questions=st.lists(QUESTIONS, min_size=1, max_size=4),
    limit=st.integers(1, 7),
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_sqlite_agrees_with_the_model(
    texts: list[tuple[str, str, str]], questions: list[str], limit: int
) -> None:
    model = MemoryStore()
    with SQLiteStore.open(":memory:") as store:
        for either in (store, model):
            either.open_generation(GenerationInfo("fake", "f" * 64, 8))
            for number, (title, tags, description) in enumerate(texts):
                product = Product(
                    str(number), title, tags=tags.split(), description=description, in_stock=number != 1
                )
                fill(either, product)
        for question in questions:
            for filters in (None, Filters(in_stock=True)):
                ours = store.find(question, limit=limit, filters=filters)
                theirs = model.find(question, limit=limit, filters=filters)
                assert [hit.id for hit in ours.hits] == [hit.id for hit in theirs.hits]
                assert ours.total == theirs.total
                assert [hit.score for hit in ours.hits] == pytest.approx([hit.score for hit in theirs.hits])


@pytest.fixture(scope="module")
def catalogue() -> Any:
    with SQLiteStore.open(":memory:") as store:
        fill(store, Product("p", "Red coat AND dress", brand="NEAR", tags=["红色", "کیف"]))
        yield store


@given(text=st.text(max_size=60) | st.text(alphabet="\"'*():^-+{}~ ANDORNETcoatred\0\ud800", max_size=60))
@example('"')
@example("red NEAR(coat, 2) OR title:red AND")
@example("* ^red -coat {title}:")
@example("'; DROP TABLE products; --")
@example("x" * 100_000)
@example("red " * 5_000)
@settings(max_examples=100, deadline=None)
def test_no_text_is_an_error(catalogue: SQLiteStore, text: str) -> None:
    found = catalogue.find(text, limit=3)
    assert found.total == len(found.hits) <= 1
    assert all(0 < hit.score <= 1 for hit in found.hits)
