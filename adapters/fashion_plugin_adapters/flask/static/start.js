// The panel before there is a photo: choose, take, drop, paste, or name an address.

import { el, icon } from "./dom.js";
import { forgetPhotos, recentPhotos } from "./photo.js";

export class StartView {
  constructor(locale, actions) {
    this.locale = locale;
    this.actions = actions;
    const text = (key) => locale.text(key);
    const touch = matchMedia("(hover: none)").matches;
    const [input, choose] = this.#source("choose", "photo", {});
    this.choose = choose;
    // Some phones offer only their library where `capture` is not asked for.
    const camera = touch ? this.#source("take", "camera", { capture: "environment" }) : [];
    if (touch) choose.className = "plain wide";
    this.words = el("p", { role: "status", textContent: text(touch ? "touch" : "drop") });
    this.failure = el("p", { className: "notice", part: "error", role: "alert", hidden: true });
    this.recent = el("section", { className: "recent", hidden: true });
    this.node = el(
      "div",
      { className: "begin", part: "start" },
      el(
        "div",
        { className: "drop", part: "drop" },
        icon("hanger"),
        el("h3", { textContent: text("start") }),
        this.words,
        this.failure,
        el("div", { className: "ways" }, ...camera, choose, input),
      ),
      touch ? null : this.#link(),
      this.recent,
      el("p", { className: "small", textContent: text("privacy") }),
    );
  }

  /** Start anew, with this tab's recent photos. */
  show() {
    this.failure.hidden = true;
    const touch = matchMedia("(hover: none)").matches;
    this.words.textContent = this.locale.text(touch ? "touch" : "drop");
    void this.#showRecent();
  }

  say(words) {
    this.words.textContent = words;
  }

  fail(words) {
    this.failure.hidden = false;
    this.failure.textContent = words;
  }

  focus() {
    this.choose.focus();
  }

  /** A hidden field for a file, and the button that opens it. */
  #source(key, picture, options) {
    const input = el("input", {
      type: "file", accept: "image/*", hidden: true, tabindex: "-1", "aria-hidden": "true", ...options,
    });
    input.addEventListener("change", () => {
      const [file] = input.files;
      input.value = "";
      if (file) this.actions.photo(file);
    });
    const button = el("button", { type: "button", className: "main", part: "choose" }, icon(picture), this.locale.text(key));
    button.addEventListener("click", () => input.click());
    return [input, button];
  }

  #link() {
    const label = this.locale.text("link");
    const input = el("input", {
      type: "url", name: "image", required: true, "aria-label": label, placeholder: label, part: "link", autocomplete: "off",
      inputmode: "url", spellcheck: "false",
    });
    const go = el("button", { type: "submit", className: "plain", part: "link-go", textContent: this.locale.text("link_go") });
    const form = el("form", { className: "link" }, input, go);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.actions.link(input.value.trim());
    });
    return form;
  }

  async #showRecent() {
    const photos = await recentPhotos();
    const items = [];
    for (const [at, blob] of photos.entries()) {
      try {
        items.push(el("li", {}, await this.#thumbnail(blob, at + 1)));
      } catch {
        // A photo that this browser cannot show is not offered again.
      }
    }
    const forget = el("button", { type: "button", className: "plain", textContent: this.locale.text("forget") });
    forget.addEventListener("click", () => {
      forgetPhotos();
      this.recent.hidden = true;
      this.focus();
    });
    const heading = el("h3", { textContent: this.locale.text("recent") });
    this.recent.replaceChildren(el("div", {}, heading, forget), el("ul", {}, ...items));
    this.recent.hidden = items.length === 0;
  }

  async #thumbnail(blob, number) {
    const bitmap = await createImageBitmap(blob);
    const canvas = el("canvas", { width: 144, height: 192 });
    const scale = Math.max(144 / bitmap.width, 192 / bitmap.height);
    const [width, height] = [bitmap.width * scale, bitmap.height * scale];
    canvas.getContext("2d").drawImage(bitmap, (144 - width) / 2, (192 - height) / 2, width, height);
    bitmap.close();
    const name = this.locale.text("recent_photo", { number });
    const button = el("button", { type: "button", "aria-label": name, part: "recent" }, canvas);
    button.addEventListener("click", () => this.actions.photo(blob));
    return button;
  }
}
