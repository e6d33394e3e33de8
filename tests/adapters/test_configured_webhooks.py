"""Webhooks that the command line mounts: secrets from the environment, addresses from the option."""

import base64
import hmac
import json
import signal
import subprocess
import sys
from hashlib import sha256
from importlib.metadata import entry_points
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner

from fashion_plugin import FashionPlugin
from fashion_plugin.adapter import Adapter
from fashion_plugin.cli import cli
from fashion_plugin.errors import InvalidInput
from fashion_plugin_adapters.flask.serve import WEBHOOKS_GROUP
from fashion_plugin_adapters.platforms import Shop

# Each with the address it wants, and the credentials that it needs beside its webhook's secret.
PLATFORMS = {
    "bigcommerce": ("abc123", ["FASHION_BIGCOMMERCE_TOKEN"]),
    "saleor": ("https://shop.example/.well-known/jwks.json", None),
    "shopify": ("", []),
    "shopware": ("https://shop.example", ["FASHION_SHOPWARE_KEY", "FASHION_SHOPWARE_SECRET"]),
    "square": ("https://shop.example/webhooks/square", ["FASHION_SQUARE_TOKEN"]),
    "standard": ("", []),
    "woocommerce": ("", []),
}
KEY = "whsec_" + base64.b64encode(b"a key of our own, long enough").decode()


def _made(name: str, address: str) -> Adapter:
    (point,) = entry_points(group=WEBHOOKS_GROUP, name=name)
    adapter: Adapter = point.load()(address, Shop("EUR", "https://shop.example", "eu-"))
    return adapter


def test_every_platform_with_webhooks_can_be_named() -> None:
    assert {point.name for point in entry_points(group=WEBHOOKS_GROUP)} == set(PLATFORMS)


@pytest.mark.parametrize("name", PLATFORMS)
def test_secrets_come_from_the_environment(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    address, credentials = PLATFORMS[name]
    variables = [] if credentials is None else [f"FASHION_{name.upper()}_WEBHOOK_SECRET", *credentials]
    for variable in variables:
        monkeypatch.setenv(variable, f"{KEY} {KEY}" if "WEBHOOK" in variable else "credential")
    adapter = _made(name, address)
    assert adapter.name == name
    assert KEY not in repr(adapter)
    for variable in variables:
        with monkeypatch.context() as without:
            without.delenv(variable)
            with pytest.raises(InvalidInput, match=variable):
                _made(name, address)


@pytest.mark.parametrize("name", [name for name, (address, _) in PLATFORMS.items() if address])
def test_a_missing_address_is_asked_for(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InvalidInput, match=f"--webhooks {name}="):
        _made(name, "")


def test_an_address_that_means_nothing_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FASHION_STANDARD_WEBHOOK_SECRET", KEY)
    with pytest.raises(InvalidInput, match="no address"):
        _made("standard", "https://shop.example")


def test_one_platform_named_twice_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FASHION_SHOPIFY_WEBHOOK_SECRET", "secret")
    command = ["serve", "--db", str(tmp_path / "shop.db"), "--webhooks", "shopify", "--webhooks", "shopify=b"]
    result = CliRunner().invoke(cli, command)
    assert isinstance(result.exception, InvalidInput)
    assert "two adapters" in str(result.exception)


def test_an_unknown_platform_is_refused_before_anything_is_opened(tmp_path: Path) -> None:
    result = CliRunner().invoke(cli, ["serve", "--db", str(tmp_path / "shop.db"), "--webhooks", "magento"])
    assert result.exit_code == 2
    assert "shopify" in result.output
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(sys.platform == "win32", reason="platform: Windows ends processes without a signal")
def test_the_server_takes_what_is_signed_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FASHION_SHOPIFY_WEBHOOK_SECRET", "old new")
    command = [
        *(sys.executable, "-c", "from fashion_plugin.cli import main; main()"),
        *("serve", "--db", str(tmp_path / "shop.db"), "--port", "0", "--worker"),
        *("--webhooks", "shopify", "--currency", "eur"),
    ]
    body = json.dumps(
        {"id": 7, "title": "Red coat", "status": "active", "variants": [{"id": 71, "price": "9.50"}]}
    )
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            address = process.stdout.readline().split(" at ")[1].strip()
            assert process.stdout.readline() == "Webhooks of shopify: /fashion/webhooks/shopify\n"
            statuses = [
                requests.post(
                    f"{address}/webhooks/shopify",
                    data=body,
                    headers={
                        "X-Shopify-Topic": "products/create",
                        "X-Shopify-Hmac-Sha256": _signed(body, key),
                    },
                    timeout=30,
                ).status_code
                for key in ("old", "new", "stolen")
            ]
            process.send_signal(signal.SIGTERM)
            _, said = process.communicate(timeout=30)
        finally:
            process.kill()
    assert statuses == [200, 200, 401]
    assert process.returncode == 0
    assert "old" not in said
    with FashionPlugin.open(tmp_path / "shop.db") as shop:
        product = shop.product("7")
    assert (product.title, str(product.price)) == ("Red coat", "9.50 EUR")


def _signed(body: str, key: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), body.encode(), sha256).digest()).decode()
