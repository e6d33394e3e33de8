"""What the MCP tools take and give, as pydantic models: their schemas are what a model reads."""

from typing import Annotated, Any, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

__all__ = [
    "Box",
    "CatalogAnswer",
    "CatalogQuery",
    "Categories",
    "GarmentCards",
    "GetProductQuery",
    "ImageBase64",
    "ImageUrl",
    "Limit",
    "LookAnswer",
    "LookupQuery",
    "Names",
    "PerGarment",
    "Price",
    "ProductAnswer",
    "ProductCard",
    "ProductId",
    "QueryId",
    "SearchAnswer",
    "Words",
]

ImageUrl: TypeAlias = Annotated[
    str | None, Field(description="Public https address of the photo. The shop's server fetches it.")
]
ImageBase64: TypeAlias = Annotated[
    str | None,
    Field(
        description="The photo's bytes (JPEG, PNG, WebP, HEIC) in base64. Scale it down to about 1024 "
        "pixels on its long side first; at most 6 MB are taken."
    ),
]
QueryId: TypeAlias = Annotated[
    str | None,
    Field(description="query_id of an earlier answer in this conversation: the same photo, not sent again."),
]
Words: TypeAlias = Annotated[
    str | None,
    Field(
        max_length=1000,
        description="Words that narrow the search, in any language: 'red', 'long sleeves'. Products that "
        "have them come first, the most alike of them foremost.",
    ),
]
Names: TypeAlias = Annotated[
    list[str] | None, Field(max_length=20, description="Only products of one of these; null for any.")
]
Categories: TypeAlias = Annotated[
    list[str] | None,
    Field(
        max_length=20,
        description="Only products of one of these categories: a whole path, its beginning, or a part of it "
        "such as 'Dresses'; null for any.",
    ),
]
Price: TypeAlias = Annotated[
    str | None, Field(description="A price with its currency, '80 EUR', or a bare amount '80'; inclusive.")
]
Limit: TypeAlias = Annotated[int, Field(ge=1, le=24, description="How many products at most.")]
PerGarment: TypeAlias = Annotated[int, Field(ge=1, le=12, description="How many products for each garment.")]
Box: TypeAlias = Annotated[
    list[float] | None,
    Field(
        min_length=4,
        max_length=4,
        description="The part of the photo to look at: x0, y0, x1, y1 as fractions of width and height.",
    ),
]
ProductId: TypeAlias = Annotated[
    str, Field(min_length=1, description="A product's id from an earlier answer.")
]


class ProductCard(BaseModel):
    """One product as a shopper would see it in a list."""

    number: int = Field(description="Its place in this answer, from 1: 'the second one' is number 2.")
    id: str = Field(description="The id that the other tools take.")
    title: str
    price: str | None = Field(None, description="What it costs now, '129.00 EUR'.")
    list_price: str | None = Field(None, description="What it cost before a sale.")
    in_stock: bool
    category: str | None = None
    brand: str | None = None
    colour: str | None = None
    variant: str | None = Field(None, description="The variant that the photo matched.")
    url: str | None = Field(None, description="Its page in the shop: give this link to the shopper.")
    image_url: str | None = None
    score: float = Field(description="From 0 to 1, higher is closer.")
    reasons: list[str] = Field(default_factory=list, description="Why it was suggested.")


class SearchAnswer(BaseModel):
    """Products, best first."""

    query_id: str | None = Field(
        None, description="Ask again about the same photo with this, for 15 minutes."
    )
    products: list[ProductCard]
    total: int = Field(description="How many products satisfy the conditions.")
    nothing_close: bool = Field(False, description="Even the best match is not like the photo: say so.")
    note: str = Field("", description="What to tell the shopper or to try next.")


class GarmentCards(BaseModel):
    """One garment of a photo, with the products nearest to it."""

    label: str = Field(description="What it is: dress, shoes, bag …")
    box: list[float] = Field(description="Where it is: x0, y0, x1, y1 as fractions of the photo.")
    colours: list[str] = Field(default_factory=list)
    products: list[ProductCard]


class LookAnswer(BaseModel):
    """The garments of a photo; without any, the products nearest to the whole photo."""

    query_id: str
    garments: list[GarmentCards]
    products: list[ProductCard] = Field(default_factory=list)
    note: str = ""


class _Open(BaseModel):
    model_config = ConfigDict(extra="allow")


class Pagination(_Open):
    """Which page of the answer."""

    limit: int | None = Field(None, description="Products a page, 10 if not given, at most 50.")
    cursor: str | None = Field(None, description="pagination.cursor of the page before; all else as it was.")


class PriceFilter(_Open):
    """Bounds of the price, inclusive, in minor units (cents) of context.currency."""

    min: int | None = None
    max: int | None = None


class SearchFilters(_Open):
    """Conditions that every product satisfies."""

    categories: list[str] | None = None
    price: PriceFilter | None = None
    brands: list[str] | None = None
    colours: list[str] | None = None
    tags: list[str] | None = None
    in_stock: bool | None = None


class Context(_Open):
    """What is known of the buyer; currency says what price filters are in."""

    currency: str | None = None


class LikeImage(_Open):
    """A photo."""

    data: str = Field(description="Its bytes in base64.")
    content_type: str | None = None


class Like(_Open):
    """What products shall look like: a photo, or a product by its id."""

    id: str | None = None
    image: LikeImage | None = None


class CatalogQuery(_Open):
    """A search of the catalogue; with neither query nor like, a list of what satisfies the filters."""

    query: str | None = Field(None, description="Words in any language.")
    like: list[Like] | None = Field(None, max_length=1)
    filters: SearchFilters | None = None
    context: Context | None = None
    pagination: Pagination | None = None


class LookupQuery(_Open):
    """Products to look up."""

    ids: list[str] = Field(min_length=1, description="Ids of products or of variants, at most 50.")
    filters: SearchFilters | None = None
    context: Context | None = None


class SelectedOption(_Open):
    """An option that the shopper has picked."""

    name: str
    label: str


class GetProductQuery(_Open):
    """A product to show in full."""

    id: str = Field(description="Id of a product or of a variant.")
    selected: list[SelectedOption] | None = None
    preferences: list[str] | None = None
    filters: SearchFilters | None = None
    context: Context | None = None


class CatalogAnswer(_Open):
    """A UCP answer; the fields of products are those of the protocol, prices in minor units."""

    ucp: dict[str, Any]
    products: list[dict[str, Any]] = Field(default_factory=list)
    pagination: dict[str, Any] | None = None
    messages: list[dict[str, Any]] | None = None


class ProductAnswer(_Open):
    """A UCP answer about one product."""

    ucp: dict[str, Any]
    product: dict[str, Any] | None = None
    messages: list[dict[str, Any]] | None = None
