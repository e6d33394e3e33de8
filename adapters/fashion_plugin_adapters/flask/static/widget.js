// The loader: defines the elements at once, and fetches what draws them on first use.
// <script src="/fashion/widget.js" async></script>
(() => {
  "use strict";
  if (customElements.get("fashion-search")) return;

  const script = document.currentScript;
  const base = new URL(".", script.src);
  const part = (name) => import(new URL(`assets/__VERSION__/${name}.js`, base).href);

  // What the button says before anything else is loaded; the panel's words are in locale-*.json.
  const WORDS = {
    en: ["Search by photo", "This could not be loaded. Check your connection and try again."],
    de: ["Mit Foto suchen", "Das Laden ist fehlgeschlagen. Bitte Verbindung prüfen und erneut versuchen."],
    fr: ["Rechercher par photo", "Chargement impossible. Vérifiez votre connexion et réessayez."],
    es: ["Buscar con una foto", "No se ha podido cargar. Comprueba la conexión e inténtalo de nuevo."],
    fa: ["جستجو با عکس", "بارگذاری نشد. اتصال خود را بررسی و دوباره امتحان کنید."],
  };
  const RTL = ["ar", "fa", "he", "ur"];

  const CSS = `
    :host { display: inline-block; font: inherit; }
    :host([hidden]) { display: none; }
    :host([theme="dark"]) { color-scheme: dark; }
    :host([theme="light"]) { color-scheme: light; }
    :host([theme="auto"]) { color-scheme: light dark; }
    .open {
      display: inline-flex; align-items: center; gap: .55em; min-height: 44px; padding: .55em 1.1em;
      font: 500 .95rem/1.2 var(--fashion-font, inherit); cursor: pointer; border: 1px solid transparent;
      border-radius: var(--fashion-button-radius, 999px);
      background: var(--fashion-accent, light-dark(#191715, #f5f2ee));
      color: var(--fashion-accent-text, light-dark(#ffffff, #191715));
    }
    .open:hover { opacity: .88; }
    .open:focus-visible { outline: 2px solid var(--fashion-focus, light-dark(#1750c4, #8fb4ff)); outline-offset: 2px; }
    .open[aria-busy="true"] { cursor: progress; }
    .open svg { width: 1.25em; height: 1.25em; flex: none; }
    .failed { margin: .4em 0 0; font-size: .85rem; }
    .failed:empty { display: none; }
    :host([compact]) .open { padding: .55em; aspect-ratio: 1; justify-content: center; }
    :host([compact]) .label {
      position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap;
    }`;
  // As high as a drawn row, so that nothing below it moves.
  const ROW_CSS = `
    :host { display: block; min-height: calc(clamp(140px, var(--fashion-card-width, 168px), 60vw) * 4 / 3 + 168px); }
    :host([cart]) { min-height: calc(clamp(140px, var(--fashion-card-width, 168px), 60vw) * 4 / 3 + 218px); }
    :host([hidden]) { display: none; }`;
  const made = (css) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    return sheet;
  };
  const sheet = made(CSS);
  const rowSheet = made(ROW_CSS);

  class FashionElement extends HTMLElement {
    /** The element's own attribute, else the script's data- attribute, else nothing. */
    setting(name) {
      return this.getAttribute(name) ?? script.getAttribute(`data-${name}`) ?? "";
    }

    /** Where the API is: the attribute, else the place that the loader came from. */
    get api() {
      const at = new URL(this.setting("api") || base, document.baseURI);
      if (!at.pathname.endsWith("/")) at.pathname += "/";
      return at;
    }

    /** A BCP 47 language tag: the attribute, else the page's, else the browser's. */
    get locale() {
      const near = this.closest("[lang]");
      return this.setting("locale") || near?.lang || navigator.language || "en";
    }

    get direction() {
      return RTL.includes(this.locale.split("-")[0].toLowerCase()) ? "rtl" : "ltr";
    }

    get words() {
      return WORDS[this.locale.split("-")[0].toLowerCase()] ?? WORDS.en;
    }

    /** Dispatch an event that crosses the shadow root; false if a listener prevented what follows. */
    emit(name, detail, cancelable = false) {
      return this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true, cancelable }));
    }

    prepare() {
      const theme = script.getAttribute("data-theme");
      if (theme && !this.hasAttribute("theme")) this.setAttribute("theme", theme);
      const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
      root.adoptedStyleSheets = [sheet];
      return root;
    }
  }

  class FashionSearch extends FashionElement {
    #panel = null;

    connectedCallback() {
      if (this.shadowRoot) return;
      const root = this.prepare();
      const button = document.createElement("button");
      button.type = "button";
      button.className = "open";
      button.setAttribute("part", "button");
      button.setAttribute("aria-haspopup", "dialog");
      const label = document.createElement("span");
      label.className = "label";
      label.textContent = this.setting("label") || this.words[0];
      button.append(camera(), label);
      const failed = document.createElement("p");
      failed.className = "failed";
      failed.setAttribute("role", "alert");
      root.append(button, failed);
      button.dir = this.direction;
      button.addEventListener("click", () => this.open());
      // Hovering or focusing the button is the moment to fetch what a click will need.
      const warm = () => void this.#load().catch(() => {});
      button.addEventListener("pointerenter", warm, { once: true });
      button.addEventListener("focus", warm, { once: true });
    }

    disconnectedCallback() {
      this.#panel?.then((panel) => panel.close()).catch(() => {});
    }

    /** Open the panel; with a photo (a File or Blob) it is searched for at once. */
    async open(photo) {
      const button = this.shadowRoot.querySelector(".open");
      const failed = this.shadowRoot.querySelector(".failed");
      failed.textContent = "";
      button.setAttribute("aria-busy", "true");
      try {
        const panel = await this.#load();
        panel.open(photo);
      } catch (error) {
        failed.textContent = this.words[1];
        console.warn("fashion-search:", error);
      } finally {
        button.removeAttribute("aria-busy");
      }
    }

    /** Close the panel. */
    async close() {
      (await this.#panel)?.close();
    }

    #load() {
      this.#panel ??= part("search")
        .then((module) => module.createPanel(this))
        .catch((error) => {
          this.#panel = null;
          throw error;
        });
      return this.#panel;
    }
  }

  /** An element that is drawn when it comes near the visible part of the page. */
  class LazyElement extends FashionElement {
    static observedAttributes = ["product-id", "mode", "src", "limit", "locale", "api"];
    #observer = null;
    #drawn = false;

    connectedCallback() {
      if (this.#drawn) return;
      const root = this.prepare();
      root.adoptedStyleSheets = [...root.adoptedStyleSheets, rowSheet];
      this.#observer = new IntersectionObserver(
        (entries) => entries.some((entry) => entry.isIntersecting) && this.#draw(),
        { rootMargin: "300px" },
      );
      this.#observer.observe(this);
    }

    disconnectedCallback() {
      this.#observer?.disconnect();
    }

    attributeChangedCallback() {
      if (this.#drawn) void this.#draw();
    }

    async #draw() {
      this.#observer?.disconnect();
      this.#drawn = true;
      // A page may name the product, or the photo, later.
      if (!this.getAttribute(this.constructor.needs)) return;
      try {
        const module = await part(this.constructor.module);
        await module.draw(this);
      } catch (error) {
        console.warn(`${this.localName}:`, error);
      }
    }
  }

  class FashionSimilar extends LazyElement {
    static module = "similar";
    static needs = "product-id";
  }

  class FashionLook extends LazyElement {
    static module = "look";
    static needs = "src";
  }

  function camera() {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute(
      "d",
      "M4 8.5A1.5 1.5 0 0 1 5.5 7H8l1.4-2h5.2L16 7h2.5A1.5 1.5 0 0 1 20 8.5v9a1.5 1.5 0 0 1-1.5 1.5h-13" +
        "A1.5 1.5 0 0 1 4 17.5zM12 9.5a3.4 3.4 0 1 0 0 6.8 3.4 3.4 0 0 0 0-6.8z",
    );
    path.setAttribute("fill", "none");
    path.setAttribute("stroke", "currentColor");
    path.setAttribute("stroke-width", "1.6");
    path.setAttribute("stroke-linejoin", "round");
    svg.append(path);
    return svg;
  }

  customElements.define("fashion-search", FashionSearch);
  customElements.define("fashion-similar", FashionSimilar);
  customElements.define("fashion-look", FashionLook);
})();
