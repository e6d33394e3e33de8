// The filter by price: a chip that opens two fields.

import { el } from "./dom.js";

/** The currency of the first product found that has a price, or "". */
export function currencyOf(matches) {
  for (const { product } of matches) {
    const [, currency] = /^-?[\d.]+ ([A-Z]{3})$/.exec(product.price ?? "") ?? [];
    if (currency) return currency;
  }
  return "";
}

/** What a price filter says, such as "€20 – €80"; "" where there is none. */
export function range({ min_price: low, max_price: high }, locale) {
  const from = low && locale.price(low, true);
  const to = high && locale.price(high, true);
  if (from && to) return locale.text("price_range", { from, to });
  if (from) return locale.text("price_above", { from });
  return to ? locale.text("price_below", { to }) : "";
}

/** The chip and the form that it opens; `apply` is given the lowest and highest amounts, "" for none. */
export class PriceFilter {
  constructor(locale, apply) {
    this.locale = locale;
    this.chip = el("button", {
      type: "button", className: "chip", part: "chip", "aria-expanded": "false", "aria-controls": "price", "data-chip": "price",
    });
    this.chip.addEventListener("click", () => this.#toggle(this.form.hidden));
    this.low = this.#field("price_from");
    this.high = this.#field("price_to");
    this.currency = el("span", { className: "currency" });
    const go = el("button", { type: "submit", className: "plain", part: "apply", textContent: locale.text("apply") });
    this.form = el(
      "form",
      { id: "price", className: "price-form", part: "price-filter", hidden: true },
      this.low.label, this.high.label, this.currency, go,
    );
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      const values = [this.low.input.value, this.high.input.value];
      // Shoppers write them in either order.
      if (values.every(Boolean) && Number(values[0]) > Number(values[1])) values.reverse();
      this.#toggle(false);
      this.chip.focus();
      apply(...values);
    });
    this.form.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      // Only the form closes, not the panel.
      event.preventDefault();
      event.stopPropagation();
      this.#toggle(false);
      this.chip.focus();
    });
  }

  /** Show what a session's filters say, in its currency. */
  show({ filters, currency }) {
    const said = range(filters, this.locale);
    this.chip.textContent = said || this.locale.text("price");
    this.chip.classList.toggle("on", said !== "");
    this.chip.setAttribute("part", said ? "chip chip-on" : "chip");
    this.currency.textContent = currency;
    this.low.input.value = filters.min_price?.split(" ")[0] ?? "";
    this.high.input.value = filters.max_price?.split(" ")[0] ?? "";
  }

  /** Put the form away. */
  close() {
    this.#toggle(false);
  }

  #toggle(open) {
    this.form.hidden = !open;
    this.chip.setAttribute("aria-expanded", String(open));
    if (open) this.low.input.focus();
  }

  #field(key) {
    const input = el("input", { type: "number", min: "0", max: "9999999", step: "any", inputmode: "decimal", part: "price-field" });
    return { input, label: el("label", {}, el("span", { textContent: this.locale.text(key) }), input) };
  }
}
