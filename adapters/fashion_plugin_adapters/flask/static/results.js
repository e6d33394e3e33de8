// The list of what was found: status, filters, cards, more.

import { card, placeholders } from "./cards.js";
import { el } from "./dom.js";
import { PriceFilter } from "./price.js";
import { MOST, PAGE } from "./session.js";

const CHIPS = { category: 6, colour: 6 };

export class ResultsView {
  constructor(context, actions) {
    this.context = context;
    this.actions = actions;
    this.status = el("p", { className: "status", part: "status", role: "status" });
    this.chips = el("div", { className: "chips", part: "filters", role: "group", "aria-label": this.#text("filters") });
    this.price = new PriceFilter(context.locale, actions.price);
    this.notice = el("p", { className: "notice", part: "notice" });
    this.list = el("ul", { className: "cards grid", part: "results" });
    this.failure = el("div", { className: "failure", part: "error", role: "alert" });
    this.after = el("div", { className: "after" });
    this.node = el(
      "section",
      { className: "found", "aria-label": this.#text("results"), tabindex: "-1" },
      this.status, this.chips, this.price.form, this.notice, this.failure, this.list, this.after,
    );
    this.reset();
  }

  /** Nothing found yet: places for what comes. */
  reset() {
    this.chips.replaceChildren();
    this.#say("");
    this.#only(this.chips, false);
    this.price.close();
    this.after.replaceChildren();
    this.list.replaceChildren(...placeholders(8));
    this.list.classList.remove("old");
  }

  /** A question is under way; what is shown stays, paler. */
  wait(words = this.#text("searching")) {
    this.#say("");
    this.status.textContent = words;
    this.list.classList.add("old");
    this.list.setAttribute("aria-busy", "true");
  }

  /** Show an answer; with `more`, the cards that are there stay and focus goes to the first new one. */
  show(results, session, { more = false } = {}) {
    const { matches, total } = results;
    this.#say("");
    this.list.classList.remove("old");
    this.list.removeAttribute("aria-busy");
    this.status.textContent = this.#text("found", { count: total });
    if (results.nothing_close) this.#say(this.#text(emptiness(matches, session)));
    const kept = more ? this.list.querySelectorAll(".card:not(.waiting)").length : 0;
    const made = matches.slice(kept).map((match, at) => card(match, kept + at, this.context));
    if (more) this.list.append(...made);
    else this.list.replaceChildren(...made);
    this.#showChips(session);
    this.#showAfter(matches.length, total, session);
    if (more) made[0]?.querySelector(".product").focus();
  }

  /** Show what went wrong, with a way to go on. */
  fail(words, retry) {
    this.#say("");
    this.status.textContent = "";
    this.list.classList.remove("old");
    this.list.removeAttribute("aria-busy");
    this.list.replaceChildren();
    this.after.replaceChildren();
    const again = el("button", { type: "button", className: "plain", part: "retry", onclick: retry });
    again.textContent = this.#text("retry");
    this.failure.replaceChildren(el("p", { textContent: words }), again);
    this.#only(this.failure, true);
  }

  #showChips(session) {
    const focused = this.node.getRootNode().activeElement?.dataset?.chip;
    const chips = [];
    if (session.label) {
      const label = this.context.locale.label(session.label);
      chips.push(this.#chip(session, "kind", session.label, label));
    }
    if (session.currency) {
      this.price.show(session);
      chips.push(this.price.chip);
    }
    if (session.facets.in_stock?.false || session.filters.in_stock) {
      chips.push(this.#chip(session, "in_stock", "true", this.#text("in_stock"), session.facets.in_stock?.true ?? 0));
    }
    for (const [facet, most] of Object.entries(CHIPS)) {
      const values = Object.entries(session.facets[facet] ?? {}).sort((one, other) => other[1] - one[1]);
      if (values.length < 2 && !session.filters[facet]) continue;
      for (const [value, count] of values.slice(0, most)) {
        chips.push(this.#chip(session, facet, value, nameOf(facet, value), count));
      }
    }
    if (session.filtered) {
      const clear = el("button", { type: "button", className: "chip", part: "chip", "data-chip": "clear" });
      clear.textContent = this.#text("clear");
      clear.addEventListener("click", () => this.actions.clear());
      chips.unshift(clear);
    }
    this.chips.replaceChildren(...chips);
    this.#only(this.chips, chips.length > 0);
    if (focused) (chips.find((chip) => chip.dataset.chip === focused) ?? chips[0])?.focus();
  }

  #chip(session, facet, value, label, count = null) {
    const chosen = session.isChosen(facet, value);
    const chip = el(
      "button",
      {
        type: "button",
        className: "chip",
        part: chosen ? "chip chip-on" : "chip",
        "aria-pressed": String(chosen),
        "data-chip": `${facet}:${value}`,
      },
      facet === "colour" ? swatch(value) : null,
      el("span", { textContent: label }),
      count === null ? null : el("small", { textContent: this.context.locale.numbers.format(count) }),
    );
    chip.addEventListener("click", () => this.actions.filter(facet, value));
    return chip;
  }

  #showAfter(count, total, session) {
    this.after.replaceChildren();
    if (count >= total || session.limit >= MOST || count < PAGE) return;
    const button = el("button", { type: "button", className: "plain", part: "more", textContent: this.#text("more") });
    button.addEventListener("click", () => this.actions.more());
    this.after.append(el("span", { textContent: this.#text("shown", { count, total }) }), button);
  }

  #say(words) {
    this.notice.textContent = words;
    this.#only(this.notice, words !== "");
    this.#only(this.failure, false);
  }

  #only(node, shown) {
    node.hidden = !shown;
  }

  #text(key, values) {
    return this.context.locale.text(key, values);
  }
}

function nameOf(facet, value) {
  const name = facet === "category" ? value.split(" > ").at(-1) : value;
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** A dot of a colour that the browser knows by the shop's name for it. */
function swatch(name) {
  const colour = name.toLowerCase().replaceAll(" ", "");
  if (!CSS.supports("color", colour)) return null;
  const dot = el("span", { className: "swatch", "aria-hidden": "true" });
  dot.style.backgroundColor = colour;
  return dot;
}

function emptiness(matches, session) {
  if (matches.length > 0) return "nothing_close";
  return session.filtered ? "none" : "empty";
}
