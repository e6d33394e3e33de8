// The panel before there is a photo: choose, take, drop, paste, or name an address.

import { el, icon } from "./dom.js";
import { forgetPhotos, recentPhotos } from "./photo.js";

export class StartView {
  constructor(locale, actions) {
    this.locale = locale;
    this.actions = actions;
    const text = (key) => locale.text(key);
    // Without `capture`, a phone offers both its camera and its library.
    this.input = el("input", { type: "file", accept: "image/*", hidden: true, tabindex: "-1", "aria-hidden": "true" });
    this.input.addEventListener("change", () => {
      const [file] = this.input.files;
      this.input.value = "";
      if (file) actions.photo(file);
    });
    this.choose = el("button", { type: "button", className: "main", part: "choose" }, icon("photo"), text("choose"));
    this.choose.addEventListener("click", () => this.input.click());
    const touch = matchMedia("(hover: none)").matches;
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
        this.choose,
        this.input,
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

  #link() {
    const label = this.locale.text("link");
    const input = el("input", {
      type: "url", name: "image", required: true, "aria-label": label, placeholder: "https://…", part: "link", dir: "ltr",
      autocomplete: "off",
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
