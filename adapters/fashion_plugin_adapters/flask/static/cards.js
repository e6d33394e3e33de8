// A product as a card: picture, brand, title, price, and what a shopper should know.

import { el, icon } from "./dom.js";

/** What cards need to know: the element that events come from, its API and its locale. */
export function context(host, api, locale) {
  return { host, api, locale };
}

/** A list item for a match; `position` counts from 0. */
export function card(match, position, { host, api, locale }) {
  const { product } = match;
  const title = product.title || product.id;
  const href = api.url(product.url ?? "") && product.url ? new URL(product.url, document.baseURI).href : "";
  const link = el(
    href ? "a" : "button",
    { className: "product", part: "product", ...(href ? { href } : { type: "button" }) },
    picture(match, api),
    badges(match, locale),
    el(
      "span",
      { className: "words" },
      product.brand ? el("span", { className: "brand", part: "brand", textContent: product.brand }) : null,
      el("span", { className: "title", part: "title", textContent: title, dir: "auto" }),
      price(match, locale),
    ),
  );
  link.addEventListener("click", (event) => {
    const follow = host.emit("fashion:select", { product, match, position }, true);
    if (!follow) event.preventDefault();
  });
  const item = el("li", { className: "card", part: "card", "data-product-id": product.id }, link);
  if (host.hasAttribute("cart") && product.in_stock) item.append(cartButton(match, title, { host, locale }));
  return item;
}

/** Cards in place of ones that are still to come, so that nothing moves when they do. */
export function placeholders(count) {
  return Array.from({ length: count }, () =>
    el(
      "li",
      { className: "card waiting", "aria-hidden": "true" },
      el("span", { className: "picture" }),
      el("span", { className: "words" }, el("span", { className: "line" }), el("span", { className: "line short" })),
    ),
  );
}

function picture({ product, image }, api) {
  const frame = el("span", { className: "picture", part: "picture" });
  const source = api.url(image || product.images?.[0] || "");
  if (!image && !product.images?.length) {
    frame.append(icon("hanger"));
    return frame;
  }
  const shown = el("img", { part: "image", alt: "", loading: "lazy", decoding: "async", src: source });
  shown.addEventListener("error", () => shown.replaceWith(icon("hanger")), { once: true });
  frame.append(shown);
  return frame;
}

function badges({ product, score, reasons }, locale) {
  const percent = locale.percent(score);
  // What goes with a product is scored by how well it goes, which is no similarity.
  const similarity = reasons?.length
    ? null
    : el(
        "span",
        { className: "badge score", part: "similarity", title: locale.text("similarity", { percent }) },
        el("span", { className: "hidden", textContent: locale.text("similarity", { percent }) }),
        el("span", { "aria-hidden": "true", textContent: percent }),
      );
  return el(
    "span",
    { className: "badges" },
    product.in_stock ? null : el("span", { className: "badge", part: "sold-out", textContent: locale.text("sold_out") }),
    product.in_stock && product.list_price
      ? el("span", { className: "badge sale", part: "sale", textContent: locale.text("sale") })
      : null,
    similarity,
  );
}

function price({ product, variant }, locale) {
  const matched = product.variants?.find((other) => other.id === variant);
  const source = matched?.price ? matched : product;
  if (!source.price) return null;
  const now = locale.price(source.price);
  if (!source.list_price) {
    return el("span", { className: "price", part: "price" }, el("span", { textContent: now }));
  }
  const was = locale.price(source.list_price);
  return el(
    "span",
    { className: "price", part: "price" },
    el(
      "span",
      { className: "reduced" },
      el("span", { className: "hidden", textContent: locale.text("now", { price: now }) }),
      el("span", { "aria-hidden": "true", textContent: now }),
    ),
    el(
      "s",
      { part: "list-price" },
      el("span", { className: "hidden", textContent: locale.text("was", { price: was }) }),
      el("span", { "aria-hidden": "true", textContent: was }),
    ),
  );
}

function cartButton(match, title, { host, locale }) {
  const { product, variant } = match;
  const button = el(
    "button",
    { type: "button", className: "add", part: "add", "aria-label": locale.text("add_named", { title }) },
    icon("bag"),
    el("span", { textContent: locale.text("add") }),
  );
  button.addEventListener("click", () => host.emit("fashion:add-to-cart", { product, variant: variant ?? null }));
  return button;
}
