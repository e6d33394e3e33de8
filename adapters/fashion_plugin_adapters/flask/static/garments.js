// The garments of a photo: where their dots stand, and a strip of buttons that names them.

import { el } from "./dom.js";

const APART = 0.1; // of the photo's height: dots nearer than this would cover one another
const SPOTS = [[0.5, 0.5], [0.5, 0.25], [0.5, 0.75], [0.25, 0.3], [0.75, 0.3], [0.25, 0.7], [0.75, 0.7]];
const THUMB = 112; // pixels: twice the side that is shown

/** The garment that fills most of the photo first; the order in which a shopper sees them. */
export function bySize(garments) {
  const area = ({ box: [x0, y0, x1, y1] }) => (x1 - x0) * (y1 - y0);
  return [...garments].sort((one, other) => area(other) - area(one));
}

/** A point [x, y] in each garment's box, as fractions of a photo of this width : height, none on another. */
export function places(garments, ratio) {
  const taken = [];
  // Small boxes have the least room to give way.
  for (const garment of bySize(garments).reverse()) {
    const [x0, y0, x1, y1] = garment.box;
    const spots = SPOTS.map(([x, y]) => [x0 + (x1 - x0) * x, y0 + (y1 - y0) * y]);
    const room = ([x, y]) => Math.min(9, ...taken.map(({ at }) => Math.hypot((x - at[0]) * ratio, y - at[1])));
    const at = spots.find((spot) => room(spot) >= APART) ?? spots.sort((one, other) => room(other) - room(one))[0];
    taken.push({ garment, at });
  }
  return garments.map((garment) => taken.find((one) => one.garment === garment).at);
}

/** Buttons that name the garments, each with its part of the photo where that is on a canvas. */
export function strip(garments, { locale, canvas = null, choose }) {
  const buttons = garments.map((garment, at) => {
    const name = el("span", { textContent: locale.label(garment.label) });
    const picture = canvas && thumbnail(canvas, garment.box);
    const button = el("button", { type: "button", className: "garment", part: "garment", "aria-pressed": "false" }, picture, name);
    button.addEventListener("click", () => choose(at));
    return button;
  });
  return el("div", { className: "garments", part: "garments", role: "group", "aria-label": locale.text("garment_group") }, ...buttons);
}

/** Say which of some buttons is chosen; -1 for none. */
export function press(buttons, chosen) {
  [...buttons].forEach((button, at) => button.setAttribute("aria-pressed", String(at === chosen)));
}

function thumbnail(photo, [x0, y0, x1, y1]) {
  const canvas = el("canvas", { width: THUMB, height: THUMB, "aria-hidden": "true" });
  const side = Math.max((x1 - x0) * photo.width, (y1 - y0) * photo.height);
  const left = ((x0 + x1) / 2) * photo.width - side / 2;
  const top = ((y0 + y1) / 2) * photo.height - side / 2;
  canvas.getContext("2d").drawImage(photo, left, top, side, side, 0, 0, THUMB, THUMB);
  return canvas;
}
