// <fashion-look>: an editorial photo with a button on each garment, which opens its matches.

import { Api, ApiError } from "./api.js";
import { card, context, placeholders } from "./cards.js";
import { el } from "./dom.js";
import { bySize, places, press, strip } from "./garments.js";
import { localeOf } from "./locale.js";
import { look as lookSheet } from "./look-style.js";
import { cards, row, shared } from "./styles.js";

/** Draw (again) the photo of an element, and the products found in it. */
export async function draw(host) {
  const locale = await localeOf(host.locale);
  const api = new Api(host.api);
  const root = host.shadowRoot;
  root.adoptedStyleSheets = [...new Set([...root.adoptedStyleSheets, shared, cards, row, lookSheet])];
  const source = new URL(host.getAttribute("src") ?? "", document.baseURI).href;
  const dots = el("div", { className: "dots" });
  const image = el("img", { src: source, alt: host.getAttribute("alt") ?? "", part: "photo", crossorigin: "anonymous" });
  const list = el("ul", { className: "cards row", part: "results", tabindex: "0" });
  list.append(...placeholders(4));
  const names = el("div", { className: "strip" });
  const title = el("h2", { id: "heading", part: "heading", "aria-live": "polite" });
  title.textContent = host.setting("heading") || locale.text("look");
  const section = el(
    "section",
    { className: "look", part: "look", "aria-labelledby": "heading", lang: locale.tag, dir: host.direction },
    el("div", { className: "frame" }, image, dots),
    el("div", { className: "side" }, el("div", { className: "heading" }, title), names, list),
  );
  root.replaceChildren(section);

  const nothing = el("p", { className: "message", role: "status", textContent: locale.text("empty"), hidden: true });
  list.after(nothing);
  const show = (matches) => {
    list.hidden = matches.length === 0;
    nothing.hidden = matches.length > 0;
    list.replaceChildren(...matches.map((match, at) => card(match, at, context(host, api, locale))));
    list.setAttribute("aria-label", title.textContent);
    host.emit("fashion:results", { matches });
  };
  try {
    const found = await garmentsOf(api, source, host);
    if (found.garments.length === 0) return show(found.matches);
    const garments = bySize(found.garments);
    const choose = (at) => {
      press(dots.children, at);
      press(names.querySelectorAll("button"), at);
      title.textContent = locale.label(garments[at].label);
      show(garments[at].matches);
    };
    await image.decode().catch(() => {});
    const spots = places(garments, image.naturalWidth / image.naturalHeight || 0.75);
    dots.replaceChildren(...garments.map((garment, at) => dot(garment, spots[at], locale, () => choose(at))));
    names.replaceChildren(strip(garments, { locale, choose }));
    choose(0);
  } catch (error) {
    const words = error instanceof ApiError ? error.words(locale) : locale.text("error_server");
    list.replaceWith(el("p", { className: "message", role: "status", textContent: words }));
  }
}

/** The garments of a photo; where the server has no garment parser, the matches of all of it. */
async function garmentsOf(api, source, host) {
  const limit = Math.min(24, Math.max(1, Number.parseInt(host.setting("limit"), 10) || 6));
  // The server may not reach a page of a private network, so the photo goes with the question.
  const response = await fetch(source);
  const photo = await response.blob();
  const look = await api.look({ photo, limit });
  return look ?? { garments: [], matches: (await api.search({ photo, limit })).matches };
}

function dot(garment, [x, y], locale, choose) {
  const label = locale.label(garment.label);
  const name = locale.text("garment", { label });
  const button = el("button", { type: "button", className: "dot", part: "dot", "aria-label": name, title: label });
  button.addEventListener("click", choose);
  button.style.left = `${x * 100}%`;
  button.style.top = `${y * 100}%`;
  return button;
}
