// Types of the elements that widget.js defines, and of their events.

export interface FashionVariant {
  id: string;
  title?: string;
  sku?: string;
  /** Such as "129.00 EUR". */
  price?: string;
  list_price?: string;
  in_stock: boolean;
  options?: Record<string, string>;
  images?: string[];
}

export interface FashionProduct {
  id: string;
  title?: string;
  url?: string;
  images?: string[];
  price?: string;
  list_price?: string;
  category?: string;
  brand?: string;
  colour?: string;
  tags?: string[];
  description?: string;
  in_stock: boolean;
  variants?: FashionVariant[];
  attributes?: Record<string, string>;
}

export interface FashionMatch {
  product: FashionProduct;
  /** From 0 to 1; higher is closer. */
  score: number;
  /** URL of the image that matched. */
  image: string | null;
  /** Id of the variant that matched. */
  variant?: string;
  reasons?: string[];
}

export interface FashionFilters {
  category?: string[];
  colour?: string[];
  in_stock?: boolean;
  /** Such as "20 EUR". */
  min_price?: string;
  max_price?: string;
}

/** x0, y0, x1, y1 as fractions of the upright photo. */
export type FashionBox = [number, number, number, number];

export interface FashionGarment {
  /** Such as "outerwear". */
  label: string;
  box: FashionBox;
  score: number;
  colours: string[];
}

/** A question is about to be asked. */
export interface FashionSearchDetail {
  /** The part of the photo; null for all of it, or to let the server choose the main garment. */
  box: FashionBox | null;
  filters: FashionFilters;
  limit: number;
}

/** An answer is shown. Rows and looks give only `matches`. */
export interface FashionResultsDetail {
  matches: FashionMatch[];
  query_id?: string;
  total?: number;
  facets?: Record<string, Record<string, number>>;
  nothing_close?: boolean;
  /** What was searched: a part of the photo, or null for all of it. */
  box?: FashionBox | null;
  /** The kind of garment that the products are, or null for any kind. */
  garment?: string | null;
  /** The garments of the photo, with its first answer. */
  garments?: FashionGarment[];
}

/** A product was chosen; preventDefault() stops the browser from following its link. */
export interface FashionSelectDetail {
  product: FashionProduct;
  match: FashionMatch;
  /** Place in the list, from 0. */
  position: number;
}

export interface FashionAddToCartDetail {
  product: FashionProduct;
  /** Id of the variant that matched. */
  variant: string | null;
}

export interface FashionSearchElement extends HTMLElement {
  /** Open the panel; a photo that is given is searched for at once. */
  open(photo?: Blob): Promise<void>;
  close(): Promise<void>;
}

export type FashionSimilarElement = HTMLElement;
export type FashionLookElement = HTMLElement;

declare global {
  interface HTMLElementTagNameMap {
    "fashion-search": FashionSearchElement;
    "fashion-similar": FashionSimilarElement;
    "fashion-look": FashionLookElement;
  }

  interface GlobalEventHandlersEventMap {
    "fashion:search": CustomEvent<FashionSearchDetail>;
    "fashion:results": CustomEvent<FashionResultsDetail>;
    "fashion:select": CustomEvent<FashionSelectDetail>;
    "fashion:add-to-cart": CustomEvent<FashionAddToCartDetail>;
  }
}
