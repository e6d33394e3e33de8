// <fashion-look>: an editorial photo with a button on each garment, which opens its matches.

import { Api } from "./api.js";
import { card, context, placeholders } from "./cards.js";
import { el, icon } from "./dom.js";
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
  const title = el("h2", { id: "heading", part: "heading", "aria-live": "polite" });
  title.textContent = host.setting("heading") || locale.text("look");
  const section = el(
    "section",
    { className: "look", part: "look", "aria-labelledby": "heading", lang: locale.tag, dir: host.direction },
    el("div", { className: "frame" }, image, dots),
    el("div", { className: "side" }, el("div", { className: "heading" }, title), list),
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
    const buttons = found.garments.map((garment) => dot(garment, locale));
    const choose = (at) => {
      buttons.forEach((button, other) => button.setAttribute("aria-pressed", String(other === at)));
      title.textContent = locale.label(found.garments[at].label);
      show(found.garments[at].matches);
    };
    buttons.forEach((button, at) => button.addEventListener("click", () => choose(at)));
    dots.replaceChildren(...buttons);
    choose(0);
  } catch (error) {
    const words = locale.text(`error_${error.kind ?? "server"}`);
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

function dot(garment, locale) {
  const [x0, y0, x1, y1] = garment.box;
  const name = locale.text("garment", { label: locale.label(garment.label) });
  const button = el("button", { type: "button", className: "dot", part: "dot", "aria-label": name, title: locale.label(garment.label) }, icon("plus"));
  button.style.left = `${((x0 + x1) / 2) * 100}%`;
  button.style.top = `${((y0 + y1) / 2) * 100}%`;
  return button;
}
