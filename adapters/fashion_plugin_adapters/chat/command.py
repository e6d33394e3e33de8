"""The command ``fashion-plugin mcp``: the shop as a tool of assistants."""

from pathlib import Path

import click

from fashion_plugin.cli.options import db_option, encoder_option, open_existing
from fashion_plugin_adapters.chat.links import Links

__all__ = ["mcp"]


@click.command()
@db_option
@encoder_option
@click.option("--http", is_flag=True, help="Speak HTTP at /mcp; without it, over stdin and stdout.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8001, show_default=True)
@click.option("--token", envvar="FASHION_MCP_TOKEN", default="", help="What clients send as bearer token.")
@click.option("--allow-host", "hosts", multiple=True, help="A Host header to answer to; repeatable.")
@click.option("--allow-origin", "origins", multiple=True, help="A page's origin that may call; repeatable.")
@click.option("--rate", default="120/minute", show_default=True, help="Requests of one address.")
@click.option("--shop-url", default="", help="The shop's address, for links to product pages.")
@click.option("--api-url", default="", help="Where its search API is mounted, for links to photos.")
@click.option("--currency", default="", help="What price filters of search_catalog are in.")
@click.option("--title", default="Shop", show_default=True, help="The shop's name.")
def mcp(
    db: Path,
    encoder: str | None,
    http: bool,
    host: str,
    port: int,
    token: str,
    hosts: tuple[str, ...],
    origins: tuple[str, ...],
    rate: str,
    shop_url: str,
    api_url: str,
    currency: str,
    title: str,
) -> None:
    """Let assistants search the shop, over the Model Context Protocol."""
    from fashion_plugin_adapters.chat.mcp import mcp_server
    from fashion_plugin_adapters.chat.mcp_http import mcp_app

    with open_existing(db, encoder) as shop:
        links = Links(shop_url, api_url)
        server = mcp_server(shop, links=links, currency=currency, title=title)
        if not http:
            server.run("stdio")
            return
        import uvicorn

        if not token and host not in ("127.0.0.1", "localhost", "::1"):
            click.echo("Anyone who reaches this address may search: set --token to ask for one.", err=True)
        app = mcp_app(server, allowed_hosts=hosts, allowed_origins=origins, token=token, rate=rate)
        click.echo(f"Serving {db} at http://{host}:{port}/mcp", err=True)
        uvicorn.run(app, host=host, port=port, log_level="warning")
