"""The command ``fashion-plugin serve``: the API in a production server, one process and many threads."""

import signal
import threading
from pathlib import Path
from types import FrameType

import click
from flask import Flask

from fashion_plugin.cli.options import db_option, encoder_option, open_shop
from fashion_plugin_adapters.flask.blueprint import fashion_blueprint

__all__ = ["serve"]


@click.command()
@db_option
@encoder_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes any.")
@click.option("--threads", type=click.IntRange(1, 64), default=8, show_default=True)
@click.option("--prefix", default="/fashion", show_default=True, help="Where the API is mounted.")
@click.option("--origin", "origins", multiple=True, help="A site that may call the API; repeatable.")
@click.option("--api-key", envvar="FASHION_API_KEY", default="", help="Opens /metrics and /jobs.")
@click.option("--worker", is_flag=True, help="Embed what comes in by webhook, in a thread.")
def serve(
    db: Path,
    encoder: str | None,
    host: str,
    port: int,
    threads: int,
    prefix: str,
    origins: tuple[str, ...],
    api_key: str,
    worker: bool,
) -> None:
    """Serve search over HTTP until stopped."""
    from waitress.server import create_server

    with open_shop(db, encoder) as shop:
        app = Flask("fashion_plugin")
        app.config.update(FASHION_CORS_ORIGINS=origins, FASHION_API_KEY=api_key)
        app.register_blueprint(fashion_blueprint(shop), url_prefix=prefix)
        stop = threading.Event()
        server = create_server(app, host=host, port=port, threads=threads)
        helper = threading.Thread(target=shop.work, kwargs={"until_idle": False, "stop": stop})
        if worker:
            helper.start()

        def end(signum: int, frame: FrameType | None) -> None:
            raise KeyboardInterrupt

        signal.signal(signal.SIGTERM, end)
        click.echo(f"Serving {db} at http://{host}:{server.effective_port}{prefix}")
        try:
            server.run()
        finally:
            stop.set()
            server.close()
            if worker:
                helper.join()
