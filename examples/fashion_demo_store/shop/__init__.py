"""An ordinary small Flask shop: pages, facets, a cart, an admin, webhooks about its products.

Nothing here knows of visual search; see `fashion_demo_store.app` for the lines that add it.
"""

import secrets
from pathlib import Path
from sqlite3 import Connection

from flask import Flask, g
from flask.typing import ResponseReturnValue

from fashion_demo_store.shop import admin, cart, forms, pages
from fashion_demo_store.shop.database import connect
from fashion_demo_store.shop.products import price
from fashion_demo_store.shop.seed import seed
from fashion_demo_store.shop.webhooks import Outbox

__all__ = ["create_app"]


def create_app(folder: Path, *, webhook_secret: str = "", webhook_url: str = "") -> Flask:
    """The shop over a folder with a drawn catalogue; its database is ``shop.db`` in there.

    ``webhook_url`` is where product changes are posted, signed with ``webhook_secret``; empty for nowhere.
    """
    folder = Path(folder).absolute()
    app = Flask(__name__)
    app.config.update(
        SHOP_FOLDER=folder,
        SHOP_DATABASE=folder / "shop.db",
        MAX_CONTENT_LENGTH=20 * 2**20,
        SESSION_COOKIE_SAMESITE="Lax",
    )
    connection = connect(folder / "shop.db")
    seed(connection, folder)
    app.secret_key = _secret(connection)
    connection.close()
    app.extensions["shop_outbox"] = Outbox(folder / "shop.db", webhook_url, webhook_secret)
    app.register_blueprint(pages.blueprint)
    app.register_blueprint(cart.blueprint)
    app.register_blueprint(admin.blueprint, url_prefix="/admin")
    app.jinja_env.filters["price"] = price
    app.jinja_env.globals["csrf"] = forms.token
    app.before_request(forms.check)
    app.teardown_appcontext(_close)
    app.register_error_handler(404, _not_found)
    return app


def _secret(connection: Connection) -> str:
    connection.execute("INSERT OR IGNORE INTO settings VALUES ('secret_key', ?)", (secrets.token_hex(32),))
    value: str = connection.execute("SELECT value FROM settings WHERE name = 'secret_key'").fetchone()[0]
    return value


def _close(error: BaseException | None) -> None:
    connection = g.pop("shop_database", None)
    if connection is not None:
        connection.close()


def _not_found(error: Exception) -> ResponseReturnValue:
    return pages.not_found(), 404
