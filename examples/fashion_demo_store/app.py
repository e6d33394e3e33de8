"""The shop with visual search: an ordinary Flask app, and the lines that drop the plugin into it."""

import base64
import secrets
from pathlib import Path

from flask import Flask

from fashion_demo_store.shop import create_app
from fashion_demo_store.shop.database import connect
from fashion_plugin import FashionPlugin
from fashion_plugin_adapters.flask import fashion_blueprint
from fashion_plugin_adapters.storefront import StandardWebhooks

__all__ = ["create_store", "webhook_secret"]


def create_store(folder: Path, shop: FashionPlugin, address: str) -> Flask:
    """The shop of a folder at an address such as ``http://127.0.0.1:8000``, searching with the plugin."""
    secret = webhook_secret(folder)
    app = create_app(folder, webhook_secret=secret, webhook_url=f"{address}/fashion/webhooks/standard")
    app.register_blueprint(
        fashion_blueprint(shop, adapters=[StandardWebhooks(secret)]), url_prefix="/fashion"
    )
    app.config["SHOP_INDEX_REPORT"] = lambda: _report(shop)
    return app


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
