// One shopper's question about one photo: asked again with another frame, filter or length.

import { ApiError } from "./api.js";
import { WHOLE, isWhole } from "./crop.js";
import { bySize } from "./garments.js";
import { currencyOf } from "./price.js";

export const PAGE = 12;
export const MOST = 200;
const FACETS = ["category", "colour", "in_stock"];

export class Session {
  #abort = null;
  #looked = false;

  constructor(api, { photo = null, imageUrl = "" }) {
    this.api = api;
    this.photo = photo;
    this.imageUrl = imageUrl;
    this.queryId = "";
    this.box = null;
    // What was chosen in the photo, such as "hat", and whether only products of that kind are wanted.
    this.label = "";
    this.only = true;
    this.garments = [];
    this.filters = {};
    this.limit = PAGE;
    this.facets = {};
    this.currency = "";
  }

  /** Look elsewhere in the photo, at a garment or not: filters stay, the list starts anew. */
  frame(box, label = "") {
    this.box = isWhole(box) ? null : box.map((edge) => Math.round(edge * 1e4) / 1e4);
    this.label = label;
    this.only = true;
    this.limit = PAGE;
  }

  /** Turn one value of a facet on or off; "kind" is the chosen garment's. */
  toggle(facet, value) {
    this.limit = PAGE;
    if (facet === "kind") {
      // A chosen category goes before the kind: to want the kind again is to want that no more.
      this.only = !this.isChosen("kind");
      delete this.filters.category;
      return;
    }
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

  /** Take only products between two amounts, "" for no bound. */
  between(low, high) {
    this.limit = PAGE;
    for (const [name, amount] of [["min_price", low], ["max_price", high]]) {
      if (amount) this.filters[name] = `${amount} ${this.currency}`.trim();
      else delete this.filters[name];
    }
  }

  clear() {
    this.limit = PAGE;
    this.filters = {};
  }

  isChosen(facet, value) {
    if (facet === "kind") return this.only && !this.filters.category;
    return facet === "in_stock" ? this.filters.in_stock === true : (this.filters[facet] ?? []).includes(value);
  }

  get filtered() {
    return Object.keys(this.filters).length > 0;
  }

  /** The place of the chosen garment among `garments`, -1 where the frame is another. */
  get chosen() {
    return this.box ? this.garments.findIndex(({ box }) => box.every((edge, at) => Math.abs(edge - this.box[at]) < 1e-3)) : -1;
  }

  /** Ask; an earlier question that is still under way is given up. */
  async ask() {
    this.#abort?.abort();
    this.#abort = new AbortController();
    // The first question lets the server find the garments, and search for the main one.
    const looking = !this.#looked;
    const conditions = {
      limit: this.limit,
      // After the first answer, no frame means all of the photo, not what the server would choose.
      box: this.box ?? (this.#looked ? WHOLE : null),
      garments: looking || undefined,
      garment: this.only && this.label ? this.label : undefined,
      filters: this.filtered ? this.filters : undefined,
      // Facets of the whole answer, not of what a filter left, so that every chip stays to be chosen.
      facets: this.filtered ? undefined : FACETS,
    };
    const results = await this.#again((source) => this.api.search({ ...source, ...conditions }, this.#abort.signal));
    if (looking) this.#see(results);
    // A shop without a category of that kind has nothing to narrow to.
    else if (conditions.garment && !this.filters.category && !results.garment) this.label = "";
    if (!this.filtered) this.facets = results.facets;
    this.currency ||= currencyOf(results.matches);
    return results;
  }

  stop() {
    this.#abort?.abort();
  }

  #see(results) {
    this.#looked = true;
    this.garments = bySize(results.garments ?? []);
    this.box ??= results.box ?? null;
    this.label ||= results.garment ?? "";
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
