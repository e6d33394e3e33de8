"""The shop with visual search: an ordinary Flask app, and the lines that drop the plugin into it."""

import base64
import secrets
from pathlib import Path

from flask import Flask, current_app, redirect, request, send_from_directory, url_for
from flask.typing import ResponseReturnValue

from fashion_demo_store.shop import create_app
from fashion_demo_store.shop.database import connect
from fashion_plugin import FashionPlugin
from fashion_plugin_adapters.flask import fashion_blueprint
from fashion_plugin_adapters.storefront import StandardWebhooks

__all__ = ["create_store", "webhook_secret"]

_HERE = Path(__file__).parent
# Beside this package in a checkout, within it in a wheel.
_WIDGET = next(
    path for path in (_HERE.parent / "widget", _HERE / "widget") if (path / "index.html").is_file()
)


def create_store(folder: Path, shop: FashionPlugin, address: str) -> Flask:
    """The shop of a folder at an address such as ``http://127.0.0.1:8000``, searching with the plugin."""
    secret = webhook_secret(folder)
    app = create_app(folder, webhook_secret=secret, webhook_url=f"{address}/fashion/webhooks/standard")
    app.register_blueprint(
        fashion_blueprint(shop, adapters=[StandardWebhooks(secret)]), url_prefix="/fashion"
    )
    app.config["SHOP_INDEX_REPORT"] = lambda: _report(shop)
    app.add_url_rule("/widget/", "widget_examples", _widget_examples, defaults={"name": "index.html"})
    app.add_url_rule("/widget/<path:name>", "widget_examples", _widget_examples)
    app.config["SHOP_FIRST_PRODUCT"] = lambda: next((one.id for one in shop.products(limit=1).products), "")
    return app


def _widget_examples(name: str) -> ResponseReturnValue:
    """The page of examples of the widget, with a product and a look of this shop."""
    if name == "index.html" and not request.args:
        product = current_app.config["SHOP_FIRST_PRODUCT"]()
        looks = sorted((Path(current_app.config["SHOP_FOLDER"]) / "looks").glob("*.jpg"))
        look = url_for("pages.photo", path=f"looks/{looks[0].name}") if looks else ""
        return redirect(url_for("widget_examples", name=name, product=product, look=look))
    return send_from_directory(_WIDGET, name)


def webhook_secret(folder: Path) -> str:
    """The secret that signs the shop's messages: made once, kept in the shop's settings."""
    fresh = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
    connection = connect(folder / "shop.db")
    try:
        connection.execute("INSERT OR IGNORE INTO settings VALUES ('webhook_secret', ?)", (fresh,))
        query = "SELECT value FROM settings WHERE name = 'webhook_secret'"
        value: str = connection.execute(query).fetchone()[0]
    finally:
        connection.close()
    return value


def _report(shop: FashionPlugin) -> str:
    """What the search index is doing, in one line for the admin's page."""
    jobs, stats = shop.jobs(limit=100), shop.stats()
    waiting = sum(job.state != "failed" for job in jobs)
    failed = [job for job in jobs if job.state == "failed"]
    line = f"{stats.searchable} products can be found."
    if waiting:
        line += f" {waiting} waiting to be embedded."
    if failed:
        line += f" {failed[0].product_id} could not be: {failed[0].error}"
    return line
