// <fashion-similar>: a row of products like the one of the page, or such as go with it.

import { Api, ApiError } from "./api.js";
import { card, context, placeholders } from "./cards.js";
import { el, icon } from "./dom.js";
import { localeOf } from "./locale.js";
import { cards, row, shared } from "./styles.js";

/** Draw (again) the row of an element, first as places of the same size. */
export async function draw(host) {
  const locale = await localeOf(host.locale);
  const api = new Api(host.api);
  const limit = Math.min(48, Math.max(1, Number.parseInt(host.setting("limit"), 10) || 12));
  const way = host.getAttribute("mode") === "complete" ? "complete" : "similar";
  const words = host.setting("heading") || locale.text(way);
  const list = el("ul", { className: "cards row", part: "results", tabindex: "0", "aria-label": words });
  list.append(...placeholders(limit));
  const section = el(
    "section",
    { part: "similar", "aria-labelledby": "heading", lang: locale.tag, dir: host.direction },
    heading(host, locale, list, words),
    list,
  );
  const root = host.shadowRoot;
  root.adoptedStyleSheets = [...new Set([...root.adoptedStyleSheets, shared, cards, row])];
  root.replaceChildren(section);
  const id = host.getAttribute("product-id") ?? "";
  try {
    const { matches } = await api.related(id, way, limit);
    if (host.getAttribute("product-id") !== id) return;
    if (matches.length === 0) return empty(section, list, locale.text(`${way}_none`));
    list.replaceChildren(...matches.map((match, at) => card(match, at, context(host, api, locale))));
    host.emit("fashion:results", { matches });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    empty(section, list, error.words(locale));
  }
}

function heading(host, locale, list, words) {
  const title = el("h2", { id: "heading", part: "heading", textContent: words });
  const turn = (name, key, way) => {
    const button = el("button", { type: "button", className: `turn ${name}`, part: "turn", "aria-label": locale.text(key) }, icon("next"));
    button.addEventListener("click", () => {
      const forward = host.direction === "rtl" ? -way : way;
      list.scrollBy({ left: forward * list.clientWidth * 0.85 });
    });
    return button;
  };
  return el("div", { className: "heading" }, title, turn("back", "previous", -1), turn("forth", "next", 1));
}

function empty(section, list, words) {
  // The space stays: a page must not jump because a row has nothing to show.
  const height = list.getBoundingClientRect().height;
  const message = el("p", { className: "message", role: "status", textContent: words });
  message.style.minHeight = `${Math.round(height)}px`;
  list.replaceWith(message);
}
