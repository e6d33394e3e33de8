// The frame on a photo: drawn, moved and resized by mouse, touch, pen and keyboard.

import { el } from "./dom.js";
import { places } from "./garments.js";

export const WHOLE = [0, 0, 1, 1];
const LEAST = 0.06;
const SMALL = 110; // pixels: a frame in which round handles would cover what it frames
const EDGES = ["left", "top", "right", "bottom"];
const CORNERS = ["left top", "right top", "left bottom", "right bottom"];
const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

/** Whether a box (x0, y0, x1, y1 as fractions) is all of the photo. */
export function isWhole(box) {
  return box.every((value, at) => Math.abs(value - WHOLE[at]) < 0.005);
}

/** Shows a photo with a frame; `changed` is told the box after each gesture or key. */
export class Crop {
  constructor(locale, changed) {
    this.box = [...WHOLE];
    this.changed = changed;
    this.locale = locale;
    this.hole = el("div", { className: "hole" });
    this.edges = EDGES.map((name, at) => this.#edge(name, at));
    const corners = CORNERS.map((name) => el("span", { className: `corner ${name}`, "data-edges": name }));
    this.frame = el(
      "div",
      { className: "crop", part: "crop", role: "group", "aria-label": locale.text("frame") },
      ...corners,
      ...this.edges,
    );
    this.dots = el("div", { className: "dots" });
    this.stage = el("div", { className: "stage", part: "photo", dir: "ltr" });
    this.stage.addEventListener("pointerdown", (event) => this.#start(event));
    this.frame.addEventListener("keydown", (event) => this.#key(event));
  }

  /** Draw a photo that is on a canvas, with the frame around all of it. */
  show(canvas) {
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", this.locale.text("photo"));
    this.dots.replaceChildren();
    this.stage.replaceChildren(canvas, el("div", { className: "shade" }, this.hole), this.frame, this.dots);
    this.stage.style.aspectRatio = `${canvas.width} / ${canvas.height}`;
    this.stage.style.setProperty("--ratio", String(canvas.width / canvas.height));
    this.set(WHOLE);
  }

  /** Put a button on each garment that was found; `choose` is told its place in the list. */
  mark(garments, choose) {
    const ratio = Number(this.stage.style.getPropertyValue("--ratio")) || 1;
    const spots = places(garments, ratio);
    this.dots.replaceChildren(
      ...garments.map((garment, at) => {
        const [x, y] = spots[at];
        const name = this.locale.text("garment", { label: this.locale.label(garment.label) });
        const dot = el("button", { type: "button", className: "dot", part: "dot", "aria-label": name, "aria-pressed": "false" });
        dot.style.left = `${x * 100}%`;
        dot.style.top = `${y * 100}%`;
        dot.addEventListener("click", () => choose(at));
        return dot;
      }),
    );
  }

  /** Set the frame without telling anyone; `glide` where it was not drawn by hand. */
  set(box, glide = false) {
    this.box = [...box];
    this.stage.classList.toggle("glide", glide);
    const [x0, y0, x1, y1] = box;
    for (const node of [this.frame, this.hole]) {
      node.style.left = `${x0 * 100}%`;
      node.style.top = `${y0 * 100}%`;
      node.style.width = `${(x1 - x0) * 100}%`;
      node.style.height = `${(y1 - y0) * 100}%`;
    }
    this.edges.forEach((edge, at) => {
      edge.setAttribute("aria-valuenow", String(Math.round(box[at] * 100)));
      edge.setAttribute("aria-valuetext", this.locale.percent(box[at]));
    });
    this.stage.classList.toggle("whole", isWhole(box));
    const small = Math.min((x1 - x0) * this.stage.clientWidth, (y1 - y0) * this.stage.clientHeight) < SMALL;
    this.stage.classList.toggle("small", small && this.stage.clientWidth > 0);
  }

  /** Make the frame larger or smaller around its centre, and tell. */
  scale(factor) {
    const [x0, y0, x1, y1] = this.box;
    const size = [clamp((x1 - x0) * factor, 2 * LEAST, 1), clamp((y1 - y0) * factor, 2 * LEAST, 1)];
    this.#around((x0 + x1) / 2, (y0 + y1) / 2, size);
    this.changed(this.box);
  }

  #edge(name, at) {
    return el("span", {
      className: `edge ${name}`,
      part: "crop-edge",
      tabindex: "0",
      role: "slider",
      "data-edges": name,
      "aria-label": this.locale.text(`edge_${name}`),
      "aria-orientation": at % 2 ? "vertical" : "horizontal",
      "aria-valuemin": "0",
      "aria-valuemax": "100",
    });
  }

  #around(x, y, [width, height]) {
    const left = clamp(x - width / 2, 0, 1 - width);
    const top = clamp(y - height / 2, 0, 1 - height);
    this.set([left, top, left + width, top + height]);
  }

  #moveEdge(box, at, value) {
    const other = box[(at + 2) % 4];
    box[at] = at < 2 ? clamp(value, 0, other - LEAST) : clamp(value, other + LEAST, 1);
  }

  #start(event) {
    if (event.button !== 0 || event.target.closest(".dot")) return;
    event.preventDefault();
    const area = this.stage.getBoundingClientRect();
    const point = (at) => [
      clamp((at.clientX - area.left) / area.width, 0, 1),
      clamp((at.clientY - area.top) / area.height, 0, 1),
    ];
    const from = point(event);
    const before = [...this.box];
    const [x0, y0, x1, y1] = before;
    // Browsers may hand a finger's touch to a handle nearby: a handle counts only where it was hit.
    const edges = hits(event.target, event) ? (event.target.dataset.edges?.split(" ") ?? []) : [];
    const inside = from[0] > x0 && from[0] < x1 && from[1] > y0 && from[1] < y1;
    const moves = edges.length === 0 && inside && !isWhole(before);
    let moved = false;
    const move = (next) => {
      const to = point(next);
      const far = Math.hypot((to[0] - from[0]) * area.width, (to[1] - from[1]) * area.height);
      if (!moved && far < 5) return;
      moved = true;
      if (edges.length > 0) {
        const box = [...before];
        for (const edge of edges) {
          const at = EDGES.indexOf(edge);
          this.#moveEdge(box, at, before[at] + to[at % 2] - from[at % 2]);
        }
        this.set(box);
      } else if (moves) {
        const size = [x1 - x0, y1 - y0];
        this.#around((x0 + x1) / 2 + to[0] - from[0], (y0 + y1) / 2 + to[1] - from[1], size);
      } else {
        this.set(drawn(from, to));
      }
    };
    const end = (last) => {
      this.stage.removeEventListener("pointermove", move);
      this.stage.removeEventListener("pointerup", end);
      this.stage.removeEventListener("pointercancel", end);
      if (last.type === "pointercancel") return this.set(before);
      if (!moved && edges.length === 0) {
        // A tap: the frame comes to where it was, without any dragging.
        const size = isWhole(before) ? [0.5, 0.5] : [x1 - x0, y1 - y0];
        this.#around(from[0], from[1], size);
      }
      this.changed(this.box);
    };
    this.stage.setPointerCapture(event.pointerId);
    this.stage.addEventListener("pointermove", move);
    this.stage.addEventListener("pointerup", end);
    this.stage.addEventListener("pointercancel", end);
  }

  #key(event) {
    const at = this.edges.indexOf(event.target);
    if (at < 0) return;
    const step = event.shiftKey ? 0.1 : 0.02;
    const steps = {
      ArrowLeft: -step, ArrowUp: -step, ArrowRight: step, ArrowDown: step,
      PageUp: -0.1, PageDown: 0.1, Home: -1, End: 1,
    };
    if (!(event.key in steps)) return;
    event.preventDefault();
    const box = [...this.box];
    this.#moveEdge(box, at, box[at] + steps[event.key]);
    this.set(box);
    this.changed(this.box);
  }
}

function hits(node, { clientX, clientY }) {
  const { left, right, top, bottom } = node.getBoundingClientRect();
  return clientX >= left && clientX <= right && clientY >= top && clientY <= bottom;
}

/** The box between two points, not smaller than a finger can hold. */
function drawn([ax, ay], [bx, by]) {
  const span = (a, b) => {
    const low = Math.min(a, b);
    const high = Math.max(a, b);
    return high - low >= LEAST ? [low, high] : [clamp(low, 0, 1 - LEAST), clamp(low, 0, 1 - LEAST) + LEAST];
  };
  const [x0, x1] = span(ax, bx);
  const [y0, y1] = span(ay, by);
  return [x0, y0, x1, y1];
}
