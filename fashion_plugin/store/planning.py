"""What a `put` asks for, compared with what is stored: no query, no change."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from fashion_plugin.catalog import ImageRef, Product
from fashion_plugin.errors import InvalidInput
from fashion_plugin.store.base import GenerationInfo, ProductRecord
from fashion_plugin.store.reading import StoredImage, StoredProduct
from fashion_plugin.store.rows import Row, image_row, product_row, tag_rows, text, variant_row
from fashion_plugin.store.seen import seen_text
from fashion_plugin.store.vectors import checked

__all__ = [
    "ImagePlan",
    "Links",
    "Wanted",
    "differs",
    "notes_differ",
    "prepare",
    "regions_differ",
    "settle",
    "variants_differ",
]

Links: TypeAlias = Mapping[int, Mapping[str, int]]
"""By which embeddings images are found: key of the image → region → id of the embedding."""


@dataclass(frozen=True, slots=True)
class ImagePlan:
    """An image as it shall stand in the database.

    ``regions`` are those by which it is found, None for those of its vectors, or else all of its photo.
    ``seen`` is the text of a `Seen`.
    """

    kind: str
    source: str
    alt: str
    listed: bool
    photo: str | None
    etag: str
    last_modified: str
    error: str
    vectors: Mapping[str, bytes]
    regions: frozenset[str] | None
    seen: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """A product's rows as they shall stand."""

    row: Row
    tags: tuple[Row, ...]
    variants: tuple[Row, ...]
    variant_images: tuple[tuple[str, ...], ...]
    images: tuple[ImagePlan, ...]

    @property
    def id(self) -> str:
        """The product's id."""
        return str(self.row[0])


def prepare(record: ProductRecord, space: GenerationInfo | None) -> Wanted:
    """Check a record and lay it out in rows.

    Raises:
        InvalidInput: a vector that cannot be stored, or an image that is not one of the product's.
    """
    product = record.product
    return Wanted(
        row=product_row(product),
        tags=tag_rows(product),
        variants=tuple(variant_row(variant) for variant in product.variants),
        variant_images=tuple(
            tuple(image_row(ref)[1] for ref in variant.images) for variant in product.variants
        ),
        images=_images(record, product, space),
    )


def _images(record: ProductRecord, product: Product, space: GenerationInfo | None) -> tuple[ImagePlan, ...]:
    own = {ref.source for ref in product.images}
    refs: dict[str, ImageRef] = {ref.source: ref for ref in product.images}
    for variant in product.variants:
        for ref in variant.images:
            refs.setdefault(ref.source, ref)
    found = {image.ref.source: image for image in record.images}
    if strange := sorted(found.keys() - refs.keys()):
        raise InvalidInput(f"product {product.id!r} has no image {strange[0]!r}")
    plans = []
    for source, ref in refs.items():
        image = found.get(source)
        vectors = {}
        if image and image.vectors:
            if space is None:
                raise InvalidInput("vectors need a vector space: call open_generation first")
            vectors = {
                region: checked(vector, space.dim, f"product {product.id!r}, {source}: {region} vector")
                for region, vector in image.vectors.items()
            }
            if image.photo is None:
                raise InvalidInput(f"product {product.id!r}, {source}: vectors without the photo's sha256")
        kind, stored_source, alt = image_row(ref)
        plans.append(
            ImagePlan(
                kind=kind,
                source=stored_source,
                alt=alt,
                listed=source in own,
                photo=image.photo if image else None,
                etag=text(image.etag) if image else "",
                last_modified=text(image.last_modified) if image else "",
                error=text(image.error) if image else "",
                vectors=vectors,
                regions=frozenset(image.regions) or None if image else None,
                seen=seen_text(image.seen) if image else "",
            )
        )
    return tuple(plans)


def settle(wanted: Wanted, stored: StoredProduct, linked: Links) -> Wanted:
    """Fill in what the stored images know better: a photo that could not be had again, their regions."""
    known = {image_row(image.ref)[1]: image for image in stored.images}
    return replace(
        wanted,
        images=tuple(
            _settle(plan, known[plan.source], linked) if plan.source in known else plan
            for plan in wanted.images
        ),
    )


def _settle(plan: ImagePlan, image: StoredImage, linked: Links) -> ImagePlan:
    if plan.photo is None:
        error = plan.error or image.error
        plan = replace(
            plan, photo=image.photo, etag=image.etag, last_modified=image.last_modified, error=error
        )
    if plan.photo == image.photo and not plan.seen:
        plan = replace(plan, seen=image.seen)
    before = linked.get(image.pk, {})
    if before and plan.photo == image.photo and plan.regions is None:
        plan = replace(plan, regions=frozenset(before) | frozenset(plan.vectors))
    return plan


def differs(wanted: Wanted, stored: StoredProduct) -> bool:
    """Whether anything about the product or its images would change."""
    return (
        wanted.row != stored.row
        or wanted.tags != stored.tags
        or variants_differ(wanted, stored)
        or [_face(plan) for plan in wanted.images] != [_stored_face(image) for image in stored.images]
    )


def regions_differ(wanted: Wanted, stored: StoredProduct, linked: Links) -> bool:
    """Whether an image would be found by other regions, or has a photo and is found by none."""
    return any(
        image.photo and plan.regions != frozenset(linked.get(image.pk, ()))
        for plan, image in zip(wanted.images, stored.images, strict=False)
    )


def variants_differ(wanted: Wanted, stored: StoredProduct) -> bool:
    """Whether any variant, or which images show it, would change."""
    shown = tuple(tuple(image_row(ref)[1] for ref in images) for images in stored.variant_images)
    return wanted.variants != stored.variants or wanted.variant_images != shown


def notes_differ(wanted: Wanted, stored: StoredProduct) -> bool:
    """Whether what is noted about the downloads would change."""
    return [(plan.etag, plan.last_modified, plan.error) for plan in wanted.images] != [
        (image.etag, image.last_modified, image.error) for image in stored.images
    ]


def _face(plan: ImagePlan) -> Row:
    return plan.kind, plan.source, plan.alt, plan.listed, plan.photo, plan.seen


def _stored_face(image: StoredImage) -> Row:
    return *image_row(image.ref), image.listed, image.photo, image.seen
