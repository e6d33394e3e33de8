"""What a shop sells: products and their variants, as immutable values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from fashion_plugin.catalog.images import ImageRef, ImageSource, image_refs
from fashion_plugin.catalog.money import Money
from fashion_plugin.errors import InvalidPrice, InvalidProduct

__all__ = ["Product", "Variant"]

_LONGEST_ID = 255
_LONGEST_TEXT = 100_000


@dataclass(frozen=True, init=False)
class Variant:
    """One choice of a product that can be bought: a size, a colour.

    ``images`` are those of the product's images that show this variant; ``options`` maps an option's
    name to this variant's value, such as ``{"Size": "M"}``.
    """

    id: str
    title: str = ""
    sku: str = ""
    price: Money | None = None
    list_price: Money | None = None
    in_stock: bool = True
    options: Mapping[str, str] = field(default_factory=dict, hash=False)
    images: tuple[ImageRef, ...] = ()

    def __init__(
        self,
        id: str,
        title: str = "",
        sku: str = "",
        price: Money | str | None = None,
        list_price: Money | str | None = None,
        in_stock: bool = True,
        options: Mapping[str, str] | None = None,
        images: ImageSource | Iterable[ImageSource] = (),
    ) -> None:
        what = f"variant {id!r}"
        _set(
            self,
            id=_identifier(id, "a variant's id"),
            title=_text(title, f"{what}: title"),
            sku=_text(sku, f"{what}: sku"),
            price=_price(price, what),
            list_price=_price(list_price, what),
            in_stock=_flag(in_stock, f"{what}: in_stock"),
            options=_strings(options, f"{what}: options"),
            images=_images(images, what),
        )


@dataclass(frozen=True, init=False)
class Product:
    """One product of the catalogue, with every photo and variant of it.

    ``price`` is what a shopper pays now, ``list_price`` what it was before a sale. ``category`` may be a
    path such as ``"Women > Dresses"``. ``searchable`` is False for drafts and hidden products: they are
    kept, with their embeddings, and never found. ``attributes`` carries anything else a shop wants back.

    Raises:
        InvalidProduct: a field has the wrong type, the id is empty, or two variants share one id.
        InvalidPrice: a price cannot be read.
    """

    id: str
    title: str = ""
    images: tuple[ImageRef, ...] = ()
    url: str = ""
    price: Money | None = None
    list_price: Money | None = None
    category: str = ""
    brand: str = ""
    colour: str = ""
    tags: tuple[str, ...] = ()
    in_stock: bool = True
    searchable: bool = True
    description: str = ""
    variants: tuple[Variant, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict, hash=False)

    def __init__(
        self,
        id: str,
        title: str = "",
        images: ImageSource | Iterable[ImageSource] = (),
        url: str = "",
        price: Money | str | None = None,
        list_price: Money | str | None = None,
        category: str = "",
        brand: str = "",
        colour: str = "",
        tags: Iterable[str] = (),
        in_stock: bool = True,
        searchable: bool = True,
        description: str = "",
        variants: Iterable[Variant] = (),
        attributes: Mapping[str, str] | None = None,
    ) -> None:
        what = f"product {id!r}"
        _set(
            self,
            id=_identifier(id, "a product's id"),
            title=_text(title, f"{what}: title"),
            images=_images(images, what),
            url=_text(url, f"{what}: url"),
            price=_price(price, what),
            list_price=_price(list_price, what),
            category=_text(category, f"{what}: category").strip(),
            brand=_text(brand, f"{what}: brand").strip(),
            colour=_text(colour, f"{what}: colour").strip(),
            tags=_tags(tags, what),
            in_stock=_flag(in_stock, f"{what}: in_stock"),
            searchable=_flag(searchable, f"{what}: searchable"),
            description=_text(description, f"{what}: description"),
            variants=_variants(variants, what),
            attributes=_strings(attributes, f"{what}: attributes"),
        )


def _set(target: object, **values: object) -> None:
    for name, value in values.items():
        object.__setattr__(target, name, value)


def _images(images: ImageSource | Iterable[ImageSource], what: str) -> tuple[ImageRef, ...]:
    try:
        return image_refs(images)
    except InvalidProduct as error:
        raise InvalidProduct(f"{what}: {error}") from error


def _identifier(value: object, what: str) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not value.strip() or len(value) > _LONGEST_ID or "\0" in value:
        raise InvalidProduct(f"{what} must be text of 1 to {_LONGEST_ID} characters, not {value!r:.80}")
    return value.strip()


def _text(value: object, what: str) -> str:
    if not isinstance(value, str):
        raise InvalidProduct(f"{what} must be text, not {type(value).__name__}")
    if len(value) > _LONGEST_TEXT:
        raise InvalidProduct(f"{what} has {len(value)} characters; at most {_LONGEST_TEXT} are kept")
    # A lone surrogate or a NUL cannot be stored as UTF-8 text.
    return value.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def _flag(value: object, what: str) -> bool:
    if not isinstance(value, bool):
        raise InvalidProduct(f"{what} must be True or False, not {value!r:.80}")
    return value


def _price(value: Money | str | None, what: str) -> Money | None:
    try:
        if value is None or isinstance(value, Money):
            return value
        return Money.parse(value)
    except InvalidPrice as error:
        raise InvalidPrice(f"{what}: {error}") from error


def _tags(tags: Iterable[str], what: str) -> tuple[str, ...]:
    if isinstance(tags, str):
        raise InvalidProduct(f'{what}: tags must be a list such as ("summer", "sale"), not one text')
    cleaned = (_text(tag, f"{what}: a tag").strip() for tag in tags)
    return tuple(dict.fromkeys(tag for tag in cleaned if tag))


def _variants(variants: Iterable[Variant], what: str) -> tuple[Variant, ...]:
    result = tuple(variants)
    for variant in result:
        if not isinstance(variant, Variant):
            raise InvalidProduct(f"{what}: a variant must be a Variant, not {type(variant).__name__}")
    if len({variant.id for variant in result}) < len(result):
        raise InvalidProduct(f"{what}: two variants share one id")
    return result


def _strings(values: Mapping[str, str] | None, what: str) -> Mapping[str, str]:
    if values is None:
        return {}
    if not isinstance(values, Mapping):
        raise InvalidProduct(f"{what} must map names to text, not {type(values).__name__}")
    return {_text(name, what): _text(value, f"{what}: {name!r}") for name, value in values.items()}
