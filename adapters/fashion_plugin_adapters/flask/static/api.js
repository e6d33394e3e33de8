// Requests to the API, and what can go wrong with them.

/** A failure with a `kind` that the locale has words for, and the seconds to wait where the server said. */
export class ApiError extends Error {
  constructor(kind, status = 0, wait = 0) {
    super(kind);
    this.kind = kind;
    this.status = status;
    this.wait = wait;
  }

  /** What happened, in the shopper's words, and when to try again where the server said. */
  words(locale) {
    const said = locale.text(`error_${this.kind}`);
    if (this.kind !== "busy" && this.kind !== "limited") return said;
    return `${said} ${this.wait > 0 ? locale.text("wait", { count: Math.ceil(this.wait) }) : locale.text("later")}`;
  }
}

const KINDS = {
  400: "unreadable", 404: "missing", 413: "too_large", 415: "unreadable", 422: "unreadable", 429: "limited", 503: "busy",
};

// The APIs that have answered that they find no garments: asked once for each page.
const withoutLooks = new Set();

export class Api {
  constructor(base) {
    this.base = base;
  }

  /** A URL of an answer as one that the page can follow; empty for anything but http and https. */
  url(value) {
    try {
      const url = new URL(value, this.base);
      return url.protocol === "http:" || url.protocol === "https:" ? url.href : "";
    } catch {
      return "";
    }
  }

  /** Search with a photo (Blob), a URL, or the id of an earlier question. */
  search({ photo, imageUrl, queryId, ...conditions }, signal) {
    return this.#ask("search", { photo, imageUrl, queryId }, conditions, signal);
  }

  /** The garments of a photo; null where the server has no garment parser. */
  async look({ photo, imageUrl, queryId, ...conditions }, signal) {
    if (withoutLooks.has(this.base.href)) return null;
    try {
      return await this.#ask("looks", { photo, imageUrl, queryId }, conditions, signal);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 501) throw error;
      withoutLooks.add(this.base.href);
      return null;
    }
  }

  /** Products like one of the catalogue, or such as go with it. */
  related(productId, way, limit, signal) {
    return this.#fetch(`products/${encodeURIComponent(productId)}/${way}?limit=${limit}`, { signal });
  }

  #ask(path, { photo, imageUrl, queryId }, conditions, signal) {
    const given = Object.entries(conditions).filter(([, value]) => value !== undefined && value !== null);
    if (queryId || imageUrl) {
      const source = queryId ? { query_id: queryId } : { image_url: imageUrl };
      const body = JSON.stringify({ ...source, ...Object.fromEntries(given) });
      return this.#fetch(path, { method: "POST", body, headers: { "Content-Type": "application/json" }, signal });
    }
    const form = new FormData();
    form.append("photo", photo, "photo.jpg");
    for (const [name, value] of given) form.append(name, typeof value === "string" ? value : JSON.stringify(value));
    return this.#fetch(path, { method: "POST", body: form, signal });
  }

  async #fetch(path, options) {
    let response;
    try {
      response = await fetch(new URL(path, this.base), { ...options, credentials: "same-origin" });
    } catch (error) {
      if (error.name === "AbortError") throw error;
      throw new ApiError(navigator.onLine === false ? "offline" : "unreachable");
    }
    if (response.ok) {
      try {
        return await response.json();
      } catch (error) {
        if (error.name === "AbortError") throw error;
        throw new ApiError("server", response.status);
      }
    }
    if (response.status === 410) throw new ApiError("expired", 410);
    const wait = Number(response.headers.get("Retry-After")) || 0;
    throw new ApiError(KINDS[response.status] ?? "server", response.status, wait);
  }
}
