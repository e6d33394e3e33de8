"""The shop's back room: edit, add, hide and delete products; every change is told by webhook."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

from flask import Blueprint, abort, current_app, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from fashion_demo_store.shop.database import database, transaction
from fashion_demo_store.shop.photos import BadPhoto, keep_photo
from fashion_demo_store.shop.products import Article, articles, find
from fashion_demo_store.shop.shelves import near
from fashion_demo_store.shop.webhooks import Outbox, recent

__all__ = ["blueprint"]

blueprint = Blueprint("admin", __name__)
_LOCAL = ("127.0.0.1", "::1")
_SIZES = ("XS", "S", "M", "L", "XL")
_PAGE = 50


class _Refused(ValueError):
    """A field of the form cannot be taken; the message is for the person at the form."""


@blueprint.before_request
def _local_only() -> None:
    # A shop of yours has a login here; the demo is for this machine alone.
    if request.remote_addr not in _LOCAL:
        abort(404)


def _outbox() -> Outbox:
    outbox = current_app.extensions["shop_outbox"]
    assert isinstance(outbox, Outbox)  # noqa: S101
    return outbox


@contextmanager
def _changing() -> Iterator[sqlite3.Connection]:
    """One transaction for the change and its message; the message goes out after it."""
    with transaction(database()) as connection:
        yield connection
    _outbox().wake()


@blueprint.get("/")
def index() -> ResponseReturnValue:
    """Every product, with a filter by text, page by page."""
    text = request.args.get("q", "").strip().lower()
    everything = articles(database(), hidden=True)
    found = [a for a in everything if not text or text in f"{a.id} {a.title} {a.category} {a.brand}".lower()]
    last = max(1, -(-len(found) // _PAGE))
    page = min(max(1, request.args.get("page", 1, type=int)), last)
    return render_template(
        "admin.html",
        articles=found[(page - 1) * _PAGE : page * _PAGE],
        text=text,
        count=len(found),
        total=len(everything),
        page=page,
        pages=near(page, last),
    )


@blueprint.get("/news.json")
def news() -> ResponseReturnValue:
    """What became of the last changes: the messages, and the search index's own report if there is one."""
    report = current_app.config.get("SHOP_INDEX_REPORT")
    return jsonify(
        deliveries=[dict(row) for row in recent(database())],
        index=report() if callable(report) else None,
    )


@blueprint.get("/products/new")
def new() -> ResponseReturnValue:
    """An empty form."""
    return render_template("edit.html", article=None, form={}, categories=_categories())


@blueprint.get("/products/<path:product_id>")
def edit(product_id: str) -> ResponseReturnValue:
    """A product's form."""
    return render_template("edit.html", article=_found(product_id), form={}, categories=_categories())


@blueprint.post("/products/new")
def add() -> ResponseReturnValue:
    """Take a new product in."""
    return _save(None)


@blueprint.post("/products/<path:product_id>")
def change(product_id: str) -> ResponseReturnValue:
    """Take a product's changes in."""
    return _save(_found(product_id))


@blueprint.post("/hide/<path:product_id>")
def hide(product_id: str) -> ResponseReturnValue:
    """Hide a product, or show it again."""
    article = _found(product_id)
    with _changing() as connection:
        values = (not article.hidden, _now(), article.id)
        connection.execute("UPDATE products SET hidden = ?, updated_at = ? WHERE id = ?", values)
        _outbox().upserted(connection, article.id)
    flash(f"{article.title} is {'shown again' if article.hidden else 'hidden'}.")
    return redirect(url_for("admin.index"), 303)


@blueprint.post("/delete/<path:product_id>")
def delete(product_id: str) -> ResponseReturnValue:
    """Delete a product."""
    article = _found(product_id)
    with _changing() as connection:
        connection.execute("DELETE FROM products WHERE id = ?", (article.id,))
        _outbox().deleted(connection, article.id)
    flash(f"{article.title} is deleted.")
    return redirect(url_for("admin.index"), 303)


def _found(product_id: str) -> Article:
    article = find(database(), product_id)
    if article is None:
        abort(404)
    return article


def _categories() -> list[str]:
    return sorted({article.category for article in articles(database(), hidden=True)})


def _now() -> str:
    return datetime.now(UTC).isoformat()


def _save(article: Article | None) -> ResponseReturnValue:
    try:
        product_id = _store(article)
    except (_Refused, BadPhoto) as error:
        flash(str(error))
        page = render_template("edit.html", article=article, form=request.form, categories=_categories())
        return page, 422
    flash("Saved. Search follows in a moment.")
    return redirect(url_for("admin.edit", product_id=product_id), 303)


def _store(article: Article | None) -> str:
    form = request.form
    title, category = form.get("title", "").strip()[:200], form.get("category", "").strip()[:100]
    if not title or not category:
        raise _Refused("A product needs a title and a category.")
    cents, was = _cents(form.get("price", ""), "price"), None
    if form.get("was", "").strip():
        was = _cents(form["was"], "old price")
    stock = {size: _stock(form.get(f"stock-{size}", "")) for size in _size_names(article)}
    uploads: list[FileStorage] = [upload for upload in request.files.getlist("photos") if upload.filename]
    folder = current_app.config["SHOP_FOLDER"]
    paths = [keep_photo(folder, upload.stream) for upload in uploads[:6]]
    if article is None and not paths:
        raise _Refused("A product needs a photo.")
    texts = {
        name: form.get(name, "").strip()[:2000] for name in ("brand", "colour", "description", "material")
    }
    with _changing() as connection:
        product_id = article.id if article else _new_id(connection)
        values = (title, texts["brand"], category, texts["colour"], cents, was, texts["description"])
        values_with = (*values, texts["material"], _now())
        if article:
            connection.execute(
                "UPDATE products SET title = ?, brand = ?, category = ?, colour = ?, cents = ?, "
                "was_cents = ?, description = ?, material = ?, updated_at = ? WHERE id = ?",
                (*values_with, product_id),
            )
        else:
            connection.execute(
                "INSERT INTO products (title, brand, category, colour, cents, was_cents, description, "
                "material, updated_at, id, currency, tags, position) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'EUR', 'new', "
                "(SELECT coalesce(min(position), 0) - 1 FROM products))",
                (*values_with, product_id),
            )
        for place, (size, number) in enumerate(stock.items()):
            size_id = f"{product_id}-{size.replace(' ', '').lower()}"
            connection.execute(
                "INSERT INTO sizes VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET stock = excluded.stock",
                (size_id, product_id, size, place, number),
            )
        if paths:
            connection.execute("DELETE FROM photos WHERE product_id = ?", (product_id,))
            rows = [(product_id, place, path) for place, path in enumerate(paths)]
            connection.executemany("INSERT INTO photos VALUES (?, ?, ?)", rows)
        _outbox().upserted(connection, product_id)
    return product_id


def _size_names(article: Article | None) -> list[str]:
    return [size.name for size in article.sizes] if article else list(_SIZES)


def _new_id(connection: sqlite3.Connection) -> str:
    last = connection.execute("SELECT count(*) FROM products WHERE id LIKE 'OWN-%'").fetchone()[0]
    number = last + 1
    while find(connection, f"OWN-{number}"):
        number += 1
    return f"OWN-{number}"


def _cents(text: str, what: str) -> int:
    try:
        amount = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        amount = Decimal(-1)
    if not amount.is_finite() or not 0 < amount < 1_000_000:
        raise _Refused(f"The {what} must be a number such as 129.00.")
    return int(amount * 100)


def _stock(text: str) -> int:
    return min(int(text), 9999) if text.isascii() and text.isdigit() and len(text) < 5 else 0
