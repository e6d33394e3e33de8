"""Measure a large feed: how fast it is synchronised, and in how much memory.

    python tests/benchmarks/feed_sync.py [--products 20000]

A Google Merchant feed of that many products, each of two variants with three image URLs, is written, packed
and synchronised twice by processes of their own; the photos are not fetched.
"""

import argparse
import gzip
import json
import subprocess
import sys
import tempfile
from pathlib import Path

_SYNC = """
import json, resource, sys, time
from fashion_plugin.cli import cli
start = time.monotonic()
try:
    cli(["sync", sys.argv[1], "--db", sys.argv[2], "--no-embed", "--json"], standalone_mode=False)
finally:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{time.monotonic() - start:.1f} s, peak memory {peak:.0f} MB", file=sys.stderr)
"""
_ITEM = """<item><g:id>{n}-{v}</g:id><g:item_group_id>{n}</g:item_group_id><g:title>Product {n}</g:title>
<g:description>{text}</g:description><g:link>https://shop.example/p/{n}?v={v}</g:link>
<g:image_link>https://img.example/{n}-{v}.jpg</g:image_link>
<g:additional_image_link>https://img.example/{n}-back.jpg</g:additional_image_link>
<g:availability>in_stock</g:availability><g:price>{price}.00 EUR</g:price><g:brand>Brand {brand}</g:brand>
<g:product_type>Women &gt; Tops</g:product_type><g:color>{v}</g:color><g:size>M</g:size></item>
"""


def write(path: Path, products: int) -> None:
    """Write the feed."""
    text = "A sentence about the cloth and the cut of it. " * 20
    with gzip.open(path, "wt", encoding="utf-8", compresslevel=1) as file:
        file.write('<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel>\n')
        for n in range(products):
            for v in ("red", "blue"):
                file.write(_ITEM.format(n=n, v=v, text=text, price=10 + n % 90, brand=n % 50))
        file.write("</channel></rss>\n")


def main() -> None:
    """Run the measurement."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--products", type=int, default=20_000)
    products = parser.parse_args().products
    with tempfile.TemporaryDirectory() as folder:
        feed, db = Path(folder) / "feed.xml.gz", Path(folder) / "shop.db"
        write(feed, products)
        print(f"{products} products, {feed.stat().st_size / 1e6:.1f} MB packed")
        for name in ("first", "second"):
            command = [sys.executable, "-c", _SYNC, str(feed), str(db)]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            report = json.loads(done.stdout)
            counts = {key: report[key] for key in ("added", "updated", "unchanged", "removed", "queued")}
            rate = products / report["seconds"]
            print(f"{name}: {counts}, {rate:.0f} products/s; {done.stderr.strip().splitlines()[-1]}")


if __name__ == "__main__":
    main()
