"""The cart: lines in the shop's database, found by a random id in the session."""

import secrets
import sqlite3
from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from fashion_demo_store.shop.database import database
from fashion_demo_store.shop.products import Article, find

__all__ = ["Line", "blueprint", "lines"]

blueprint = Blueprint("cart", __name__)
_MOST = 9


@dataclass(frozen=True, slots=True)
class Line:
    """One size of one product, so many times."""

    article: Article
    size_id: str
    size: str
    quantity: int

    @property
    def cents(self) -> int:
        """What the line costs."""
        return self.article.cents * self.quantity


def lines(connection: sqlite3.Connection) -> list[Line]:
    """What is in this shopper's cart."""
    cart = session.get("cart", "")
    rows = connection.execute(
        "SELECT sizes.product_id, sizes.id, sizes.name, quantity "
        "FROM cart_lines JOIN sizes ON sizes.id = size_id "
        "WHERE cart = ? ORDER BY cart_lines.rowid",
        (cart,),
    ).fetchall()
    found = [(find(connection, row["product_id"]), row) for row in rows] if cart else []
    return [
        Line(article, row["id"], row["name"], row["quantity"])
        for article, row in found
        if article is not None and not article.hidden
    ]


@blueprint.get("/cart")
def show() -> ResponseReturnValue:
    """The cart's page."""
    inside = lines(database())
    return render_template("cart.html", lines=inside, total=sum(line.cents for line in inside))


@blueprint.post("/cart")
def change() -> ResponseReturnValue:
    """Add one, or set a line's quantity; 0 takes it out."""
    size_id = request.form.get("size", "")
    connection = database()
    row = connection.execute("SELECT product_id, stock FROM sizes WHERE id = ?", (size_id,)).fetchone()
    if row is None:
        flash("Choose a size first.")
        return redirect(request.form.get("back") or url_for("cart.show"), 303) if _own() else abort(404)
    cart = session.setdefault("cart", secrets.token_urlsafe(18))
    have = connection.execute(
        "SELECT quantity FROM cart_lines WHERE cart = ? AND size_id = ?", (cart, size_id)
    ).fetchone()
    given = request.form.get("quantity", "")
    wanted = (
        int(given) if given.isascii() and given.isdigit() and len(given) < 3 else (have[0] if have else 0) + 1
    )
    wanted = min(wanted, row["stock"], _MOST)
    if wanted > 0:
        connection.execute(
            "INSERT INTO cart_lines VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET quantity = excluded.quantity",
            (cart, size_id, wanted),
        )
    else:
        connection.execute("DELETE FROM cart_lines WHERE cart = ? AND size_id = ?", (cart, size_id))
    if "quantity" not in request.form:
        flash("It is in your bag." if wanted else "That size is sold out.")
    return redirect(url_for("cart.show"), 303)


def _own() -> bool:
    """Whether the way back leads into this shop."""
    back = request.form.get("back", "")
    return back.startswith("/") and not back.startswith(("//", "/\\"))
