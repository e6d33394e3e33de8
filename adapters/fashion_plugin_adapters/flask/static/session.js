// One shopper's question about one photo: asked again with another frame, filter or length.

import { ApiError } from "./api.js";
import { isWhole } from "./crop.js";

export const PAGE = 12;
export const MOST = 200;
const FACETS = ["category", "colour", "in_stock"];

export class Session {
  #abort = null;

  constructor(api, { photo = null, imageUrl = "" }) {
    this.api = api;
    this.photo = photo;
    this.imageUrl = imageUrl;
    this.queryId = "";
    this.box = null;
    this.filters = {};
    this.limit = PAGE;
    this.facets = {};
  }

  /** Look elsewhere in the photo: filters stay, the list starts anew. */
  frame(box) {
    this.box = isWhole(box) ? null : box.map((edge) => Math.round(edge * 1e4) / 1e4);
    this.limit = PAGE;
  }

  /** Turn one value of a facet on or off. */
  toggle(facet, value) {
    this.limit = PAGE;
    if (facet === "in_stock") {
      if (this.filters.in_stock) delete this.filters.in_stock;
      else this.filters.in_stock = true;
      return;
    }
    const chosen = this.filters[facet] ?? [];
    const next = chosen.includes(value) ? chosen.filter((other) => other !== value) : [...chosen, value];
    if (next.length > 0) this.filters[facet] = next;
    else delete this.filters[facet];
  }

  isChosen(facet, value) {
    return facet === "in_stock" ? this.filters.in_stock === true : (this.filters[facet] ?? []).includes(value);
  }

  get filtered() {
    return Object.keys(this.filters).length > 0;
  }

  /** Ask; an earlier question that is still under way is given up. */
  async ask() {
    this.#abort?.abort();
    this.#abort = new AbortController();
    // Facets of the whole answer, not of what a filter left, so that every chip stays to be chosen.
    const conditions = {
      limit: this.limit,
      box: this.box,
      filters: this.filtered ? this.filters : undefined,
      facets: this.filtered ? undefined : FACETS,
    };
    const results = await this.#again((source) => this.api.search({ ...source, ...conditions }, this.#abort.signal));
    if (!this.filtered) this.facets = results.facets;
    return results;
  }

  /** The garments of the photo, [] where there are none or the server has no garment parser. */
  async garments() {
    const look = await this.#again((source) => this.api.look({ ...source, limit: 1 }, this.#abort.signal));
    return look?.garments ?? [];
  }

  stop() {
    this.#abort?.abort();
  }

  /** Ask by the photo's id; where the server has forgotten it, send the kept photo again. */
  async #again(ask) {
    const source = this.photo ? { photo: this.photo } : { imageUrl: this.imageUrl };
    let answer;
    try {
      answer = await ask(this.queryId ? { queryId: this.queryId } : source);
    } catch (error) {
      if (!(error instanceof ApiError) || error.kind !== "expired") throw error;
      answer = await ask(source);
    }
    if (answer?.query_id) this.queryId = answer.query_id;
    return answer;
  }
}
