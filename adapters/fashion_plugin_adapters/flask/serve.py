"""The command ``fashion-plugin serve``: the API in a production server, one process and many threads."""

import logging
import signal
import threading
from contextlib import suppress
from importlib.metadata import entry_points
from pathlib import Path
from types import FrameType

import click
from flask import Flask

from fashion_plugin import FashionPlugin
from fashion_plugin.adapter import Adapter, adapter_path
from fashion_plugin.cli.options import db_option, encoder_option, open_shop
from fashion_plugin.errors import FashionPluginError
from fashion_plugin_adapters.flask.blueprint import fashion_blueprint
from fashion_plugin_adapters.flask.limits import Limiter
from fashion_plugin_adapters.flask.serving import GentleServer
from fashion_plugin_adapters.platforms import Shop

__all__ = ["serve"]

WEBHOOKS_GROUP = "fashion_plugin.webhooks"
"""Entry points: functions of an address and a `Shop` that give an adapter; secrets are in the environment."""


@click.command()
@db_option
@encoder_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes any.")
@click.option("--threads", type=click.IntRange(1, 64), default=8, show_default=True)
@click.option("--prefix", default="/fashion", show_default=True, help="Where the API is mounted.")
@click.option("--origin", "origins", multiple=True, help="A site that may call the API; repeatable.")
@click.option("--api-key", envvar="FASHION_API_KEY", default="", help="Opens /metrics and /jobs.")
@click.option("--limit", "rate", default="", help='Searches by photo of one client: "60 per minute".')
@click.option(
    "--proxies", type=click.IntRange(0, 9), default=0, help="Proxies in front, whose X-Forwarded-* holds."
)
@click.option("--access-log/--no-access-log", default=True, help="A line on stderr for each request.")
@click.option("--worker", is_flag=True, help="Embed what comes in by webhook, in a thread.")
@click.option(
    "--webhooks",
    multiple=True,
    metavar="NAME[=ADDRESS]",
    help="Take a platform's product webhooks, such as shopify; repeatable.",
)
@click.option("--currency", default="", help="Currency of webhooks' prices that come without one.")
@click.option("--shop-url", default="", help="The storefront's address, for links that come without one.")
@click.option("--namespace", default="", help="Put before the webhooks' product ids.")
def serve(
    db: Path,
    encoder: str | None,
    host: str,
    port: int,
    threads: int,
    prefix: str,
    origins: tuple[str, ...],
    api_key: str,
    rate: str,
    proxies: int,
    access_log: bool,
    worker: bool,
    webhooks: tuple[str, ...],
    currency: str,
    shop_url: str,
    namespace: str,
) -> None:
    """Serve search over HTTP until stopped; what is under way then is answered first.

    Webhooks are those of shopify, woocommerce, bigcommerce, shopware, square, saleor, and standard for our
    own format. Their secrets come from the environment: FASHION_SHOPIFY_WEBHOOK_SECRET for --webhooks
    shopify, and so on; two with a space between them while one is being changed.

    bigcommerce=STORE_HASH, shopware=https://SHOP and square=NOTIFICATION_URL fetch the products that a
    webhook only names, with the credentials that `sync --api` takes; woocommerce=https://SHOP fetches
    variations. saleor=https://SHOP/.well-known/jwks.json names the shop's keys.
    """
    app = Flask("fashion_plugin")
    app.config.update(FASHION_CORS_ORIGINS=origins, FASHION_API_KEY=api_key)
    limiter = _limiter(app, rate) if rate else None
    if access_log:
        _log_requests()
    facts = Shop(currency.upper(), shop_url, namespace)
    adapters = [_webhooks(named, facts) for named in webhooks]
    with open_shop(db, encoder) as shop:
        app.register_blueprint(fashion_blueprint(shop, adapters=adapters, limiter=limiter), url_prefix=prefix)
        try:
            server = GentleServer(app, host=host, port=port, threads=threads, proxies=proxies)
        except OSError as error:
            raise click.ClickException(
                f"cannot listen on {host}:{port}: {error.strerror or error}"
            ) from error
        threading.Thread(target=_warm_up, args=(shop,), daemon=True).start()
        stop = threading.Event()
        helper = threading.Thread(target=shop.work, kwargs={"until_idle": False, "stop": stop})
        if worker:
            helper.start()

        def end(signum: int, frame: FrameType | None) -> None:
            server.stop()

        signal.signal(signal.SIGTERM, end)
        signal.signal(signal.SIGINT, end)
        click.echo(f"Serving {db} at http://{host}:{server.port}{prefix}")
        for adapter in adapters:
            click.echo(f"Webhooks of {adapter.name}: {prefix}{adapter_path(adapter)}")
        if adapters and not worker:
            click.echo(f"What they bring is embedded by: fashion-plugin worker --db {db} (or serve --worker)")
        try:
            server.run()
        finally:
            stop.set()
            if worker:
                helper.join()


def _webhooks(named: str, facts: Shop) -> Adapter:
    """What the entry-point group registers under NAME, for ``NAME`` or ``NAME=ADDRESS``."""
    name, _, address = named.partition("=")
    points = {point.name: point for point in entry_points(group=WEBHOOKS_GROUP)}
    if name not in points:
        raise click.BadParameter(f"there are none of {name!r}: choose from {', '.join(sorted(points))}")
    adapter: Adapter = points[name].load()(address.strip(), facts)
    return adapter


def _warm_up(shop: FashionPlugin) -> None:
    with suppress(FashionPluginError):  # the first search tells what is wrong
        shop.warm_up()


def _limiter(app: Flask, rate: str) -> Limiter:
    try:
        from flask_limiter import Limiter as FlaskLimiter
        from flask_limiter.util import get_remote_address
        from limits import parse_many
    except ImportError as error:
        raise click.ClickException("--limit needs one more: pip install 'fashion-plugin[limits]'") from error
    try:
        parse_many(rate)
    except ValueError as error:
        raise click.ClickException(f'--limit {rate!r} cannot be read: write "60 per minute"') from error
    app.config["FASHION_RATE_LIMIT"] = rate
    limiter: Limiter = FlaskLimiter(get_remote_address, app=app, storage_uri="memory://")
    return limiter


def _log_requests() -> None:
    lines = logging.getLogger("fashion_plugin.access")
    lines.setLevel(logging.INFO)
    lines.propagate = False
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    lines.handlers = [handler]
