// Building elements without markup strings: nothing of a catalogue is ever read as HTML.

const SVG = "http://www.w3.org/2000/svg";

/** An element with properties (part, className, text, on…, aria-…, any attribute) and children. */
export function el(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "className" || name === "textContent") node[name] = value;
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

const ICONS = {
  camera:
    "M4 8.5A1.5 1.5 0 0 1 5.5 7H8l1.4-2h5.2L16 7h2.5A1.5 1.5 0 0 1 20 8.5v9a1.5 1.5 0 0 1-1.5 1.5h-13" +
    "A1.5 1.5 0 0 1 4 17.5zM12 9.5a3.4 3.4 0 1 0 0 6.8 3.4 3.4 0 0 0 0-6.8z",
  close: "M6 6l12 12M18 6L6 18",
  photo: "M4 6.5h16v11H4zM4 15l4.5-4.5 4 4 2.5-2.5 5 5M15.5 9.5h.01",
  hanger: "M12 9.5V8.2a2 2 0 1 0-2-2M12 9.5l8.5 6.2c.9.7.5 1.8-.6 1.8H4.1c-1.1 0-1.5-1.1-.6-1.8z",
  check: "M5 12.5l4.5 4.5L19 7.5",
  minus: "M6 12h12",
  plus: "M6 12h12M12 6v12",
  frame: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
  bag: "M6 8.5h12l1 11H5zM9 10.5V7a3 3 0 0 1 6 0v3.5",
  next: "M9.5 5.5L16 12l-6.5 6.5",
};

/** A line icon; decoration, never the only name of a control. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", `icon icon-${name}`);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/** Run after the last of several calls, `wait` milliseconds later. */
export function debounced(wait, action) {
  let timer = 0;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => action(...values), wait);
  };
}
