"""The pages a shopper sees: home, category, product, text search, looks."""

from flask import Blueprint, abort, current_app, render_template, request, send_from_directory
from flask.typing import ResponseReturnValue

from fashion_demo_store.shop.cart import lines
from fashion_demo_store.shop.database import database
from fashion_demo_store.shop.photos import photo_address
from fashion_demo_store.shop.products import Article, Wanted, articles, find, looks, shelf
from fashion_demo_store.shop.shelves import largest, menu, near, trail

__all__ = ["blueprint", "not_found"]

blueprint = Blueprint("pages", __name__)
_TILES = (
    *("Women > Dresses", "Women > Coats", "Men > Shirts", "Women > Jackets", "Men > Sneakers"),
    "Accessories > Bags",
)
"""The shelves that the front page shows, where the shop has them."""


@blueprint.app_context_processor
def _common() -> dict[str, object]:
    """What the header and the footer of every page need."""
    return {
        "menu": menu(articles(database())),
        "has_looks": database().execute("SELECT 1 FROM looks").fetchone() is not None,
        "cart_count": sum(line.quantity for line in lines(database())),
    }


@blueprint.get("/")
def home() -> ResponseReturnValue:
    """The front page: an editorial look, shelves, what is new."""
    everything = articles(database())
    editorial = looks(database())
    # A dressed-up figure with many pieces makes the best cover.
    cover = max(editorial, key=lambda look: len(look.articles), default=None)
    there = [article for article in everything if article.in_stock and article.photos]
    fresh = ([article for article in there if "new" in article.tags] or there)[:8]
    tiles: dict[str, Article] = {}
    for article in there:
        tiles.setdefault(article.category, article)
    shown = [tiles[name] for name in _TILES if name in tiles] or largest(there, 6)
    return render_template(
        "home.html", cover=cover, count=len(editorial), looks=editorial[:6], fresh=fresh, tiles=shown
    )


@blueprint.get("/c/<path:slug>")
def category(slug: str) -> ResponseReturnValue:
    """A shelf with its facets."""
    everything = articles(database())
    names = {name for article in everything for name in trail(article.category)}
    name = next((name for name in sorted(names) if slugged(name) == slug.lower()), None)
    if name is None:
        abort(404)
    wanted = _wanted(name)
    return render_template(
        "category.html", title=name.split(" > ")[-1], wanted=wanted, shelf=shelf(everything, wanted)
    )


@blueprint.get("/search")
def search() -> ResponseReturnValue:
    """Text search over titles, brands and colours."""
    wanted = _wanted("")
    found = shelf(articles(database()), wanted)
    title = f"“{wanted.text}”" if wanted.text else "Everything"
    return render_template("category.html", title=title, wanted=wanted, shelf=found, search=True)


@blueprint.get("/products/<path:product_id>")
def product(product_id: str) -> ResponseReturnValue:
    """One product."""
    article = find(database(), product_id)
    if article is None or article.hidden:
        abort(404)
    worn = [look for look in looks(database()) if article.id in {a.id for a in look.articles}][:2]
    return render_template("product.html", article=article, worn=worn)


@blueprint.get("/looks")
def lookbook() -> ResponseReturnValue:
    """Every look."""
    return render_template("looks.html", looks=looks(database()))


@blueprint.get("/looks/<look_id>")
def look(look_id: str) -> ResponseReturnValue:
    """One look and what is worn in it."""
    found = next((look for look in looks(database()) if look.id == look_id), None)
    if found is None:
        abort(404)
    return render_template("look.html", look=found)


@blueprint.get("/photos/<path:path>")
def photo(path: str) -> ResponseReturnValue:
    """A photo of the catalogue or one that was uploaded."""
    folder, _, name = path.partition("/")
    if folder not in ("photos", "looks", "uploads"):
        abort(404)
    # Each folder is served by itself, so that no name leads to the database beside it.
    return send_from_directory(current_app.config["SHOP_FOLDER"] / folder, name, max_age=86400)


def not_found() -> str:
    """The page for what is not there."""
    return render_template("missing.html")


blueprint.add_app_template_global(photo_address)
blueprint.add_app_template_filter(trail)
blueprint.add_app_template_filter(near)


@blueprint.app_template_filter("slug")
def slugged(name: str) -> str:
    """``Women > T-Shirts`` as it stands in a URL: ``women/t-shirts``."""
    return name.lower().replace(" > ", "/").replace(" ", "-")


def _wanted(name: str) -> Wanted:
    args = request.args

    def ticked(field: str) -> frozenset[str]:
        return frozenset(args.getlist(field))

    most, page = args.get("most", ""), args.get("page", "1")
    return Wanted(
        category=name,
        text=args.get("q", "").strip()[:80],
        colours=ticked("colour"),
        prints=ticked("print"),
        brands=ticked("brand"),
        sizes=ticked("size"),
        most=int(most) if most.isascii() and most.isdigit() and len(most) < 6 else None,
        sale=bool(args.get("sale")),
        sort=args.get("sort", "featured"),
        page=int(page) if page.isascii() and page.isdigit() and len(page) < 5 else 1,
    )
