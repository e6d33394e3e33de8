"""An adapter of your own: a kiosk posts a photo and gets the ids of the three products nearest to it."""

from fashion_plugin import FashionPlugin
from fashion_plugin.adapter import Request, Response


class Kiosk:
    """Answers ``POST /kiosk`` with a photo as its body."""

    name = "kiosk"
    path = "/kiosk"

    def handle(self, request: Request, plugin: FashionPlugin) -> Response:
        """The ids of the nearest products, best first."""
        matches = plugin.search(request.body, limit=3)
        return Response.json([match.product.id for match in matches])
