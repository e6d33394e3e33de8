// The panel of <fashion-search>: a dialog in which a photo is chosen, framed and searched for.

import { Api, ApiError } from "./api.js";
import { context } from "./cards.js";
import { Crop, WHOLE } from "./crop.js";
import { debounced, el, icon } from "./dom.js";
import { press, strip } from "./garments.js";
import { localeOf } from "./locale.js";
import { panel as panelSheet } from "./panel-style.js";
import { imageOf, linkOf, readPhoto, rememberPhoto } from "./photo.js";
import { ResultsView } from "./results.js";
import { Session, PAGE } from "./session.js";
import { StartView } from "./start.js";
import { cards, shared } from "./styles.js";

/** The panel of a <fashion-search> element, with its words loaded. */
export async function createPanel(host) {
  return new Panel(host, await localeOf(host.locale));
}

class Panel {
  #session = null;

  constructor(host, locale) {
    this.host = host;
    this.locale = locale;
    this.context = context(host, new Api(host.api), locale);
    const reframe = debounced(260, (box) => this.#reframe(box));
    this.crop = new Crop(locale, (box) => reframe(box));
    this.results = new ResultsView(this.context, {
      filter: (facet, value) => this.#change(() => this.#session.toggle(facet, value)),
      price: (low, high) => this.#change(() => this.#session.between(low, high)),
      clear: () => this.#change(() => this.#session.clear()),
      more: () => this.#more(),
    });
    this.start = new StartView(locale, {
      photo: (file) => this.search(file),
      link: (address) => this.searchLink(address),
    });
    this.#build();
  }

  /** Open, and search at once where a photo is given. */
  open(photo) {
    if (!this.dialog.isConnected) this.host.shadowRoot.append(this.dialog);
    if (!this.dialog.open) this.dialog.showModal();
    if (photo) void this.search(photo);
    else if (!this.#session) this.#begin();
  }

  close() {
    this.dialog.close();
  }

  /** Search for a photo: an image File or Blob. */
  async search(file) {
    this.#session?.stop();
    this.start.say(this.locale.text("preparing"));
    let photo;
    try {
      photo = await readPhoto(file);
    } catch {
      this.#begin();
      this.start.fail(this.locale.text("error_unreadable"));
      return;
    }
    this.work.classList.toggle("textual", !photo.canvas);
    if (photo.canvas) this.crop.show(photo.canvas);
    this.canvas = photo.canvas;
    void rememberPhoto(photo.blob);
    await this.#open(new Session(this.context.api, { photo: photo.blob }));
  }

  /** Search for the image at an address; the server fetches it, so this page does not show it. */
  async searchLink(imageUrl) {
    this.#session?.stop();
    this.work.classList.add("textual");
    this.canvas = null;
    await this.#open(new Session(this.context.api, { imageUrl }));
  }

  async #open(session) {
    this.#session = session;
    this.start.node.hidden = true;
    this.work.hidden = false;
    this.again.hidden = false;
    this.results.reset();
    this.garments.replaceChildren();
    this.hint.textContent = this.canvas ? this.locale.text("hint") : "";
    this.hint.classList.remove("hidden");
    this.work.scrollTop = 0;
    this.results.node.focus({ preventScroll: true });
    await this.#ask();
  }

  async #ask(options = {}) {
    const session = this.#session;
    this.results.wait();
    const { box, filters, limit } = session;
    const first = session.garments.length === 0;
    this.host.emit("fashion:search", { box, filters: { ...filters }, limit });
    try {
      const found = await session.ask();
      if (session !== this.#session) return false;
      this.results.show(found, session, options);
      if (first) this.#showGarments(session);
      this.host.emit("fashion:results", found);
      return true;
    } catch (error) {
      if (error.name === "AbortError" || session !== this.#session) return false;
      if (!(error instanceof ApiError)) throw error;
      this.results.fail(error.words(this.locale), () => this.#ask());
      return false;
    }
  }

  #showGarments(session) {
    const { garments } = session;
    if (garments.length === 0) return;
    const choose = (at) => this.#reframe(garments[at].box, garments[at].label);
    const { locale, canvas } = this;
    this.garments.replaceChildren(strip(garments, { locale, canvas, choose }));
    if (canvas) {
      this.crop.mark(garments, choose);
      if (session.box) this.crop.set(session.box, true);
    }
    this.#press();
    this.hint.textContent = locale.text("garments", { count: garments.length });
    // The strip shows it; the words are for those who hear the page.
    this.hint.classList.add("hidden");
  }

  #press() {
    const at = this.#session.chosen;
    press(this.garments.querySelectorAll("button"), at);
    press(this.crop.dots.children, at);
  }

  #reframe(box, label) {
    if (!this.#session) return;
    if (this.canvas && label) this.crop.set(box, true);
    this.#change(() => this.#session.frame(box, label));
    this.#press();
  }

  #change(change) {
    if (!this.#session) return;
    change();
    void this.#ask();
  }

  #more() {
    this.#session.limit += PAGE;
    void this.#ask({ more: true });
  }

  #begin() {
    this.#session?.stop();
    this.#session = null;
    this.work.hidden = true;
    this.again.hidden = true;
    this.start.node.hidden = false;
    this.start.show();
  }

  #build() {
    const text = (key) => this.locale.text(key);
    const title = el("h2", { id: "title", textContent: text("title") });
    const close = el("button", { type: "button", className: "close", part: "close", "aria-label": text("close") }, icon("close"));
    close.addEventListener("click", () => this.close());
    this.again = el("button", { type: "button", className: "plain", part: "another" }, icon("photo"), text("another"));
    this.again.addEventListener("click", () => {
      this.#begin();
      this.start.focus();
    });
    this.garments = el("div", { className: "strip" });
    this.hint = el("p", { className: "hint", role: "status", textContent: text("hint") });
    this.work = el(
      "div",
      { className: "work" },
      el("div", { className: "side" }, this.crop.stage, this.garments, this.#tools(), this.hint),
      this.results.node,
    );
    this.dialog = el(
      "dialog",
      { part: "panel", "aria-labelledby": "title", lang: this.locale.tag, dir: this.host.direction },
      el("header", { part: "header" }, title, this.again, close),
      el("div", { className: "body" }, this.start.node, this.work),
    );
    this.#accept();
    const root = this.host.shadowRoot;
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, shared, cards, panelSheet];
  }

  #tools() {
    const tool = (name, key, action, words = "") => {
      const button = el(
        "button",
        { type: "button", className: words ? "plain" : "plain only", part: "tool", ...(words ? {} : { "aria-label": this.locale.text(key) }) },
        icon(name),
        words || null,
      );
      button.addEventListener("click", action);
      return button;
    };
    return el(
      "div",
      { className: "tools" },
      tool("minus", "smaller", () => this.crop.scale(0.85)),
      tool("plus", "larger", () => this.crop.scale(1 / 0.85)),
      tool("frame", "whole", () => {
        this.crop.set(WHOLE);
        this.#reframe(WHOLE);
      }, this.locale.text("whole")),
    );
  }

  /** Take photos that are dropped on the panel or pasted while it is open. */
  #accept() {
    const { dialog } = this;
    const take = (transfer, event) => {
      const file = imageOf(transfer);
      const link = file ? "" : linkOf(transfer);
      if (!file && !link) return;
      event.preventDefault();
      if (file) void this.search(file);
      else void this.searchLink(link);
    };
    dialog.addEventListener("dragover", (event) => {
      event.preventDefault();
      dialog.classList.add("over");
    });
    dialog.addEventListener("dragleave", (event) => {
      if (!dialog.contains(event.relatedTarget)) dialog.classList.remove("over");
    });
    dialog.addEventListener("drop", (event) => {
      event.preventDefault();
      dialog.classList.remove("over");
      take(event.dataTransfer, event);
    });
    const paste = (event) => {
      const typing = event.composedPath()[0]?.localName === "input";
      if (dialog.open && !(typing && !imageOf(event.clipboardData))) take(event.clipboardData, event);
    };
    document.addEventListener("paste", paste);
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog) this.close();
    });
  }
}
