// The style sheets: the words every part shares, cards, and rows.

function sheet(css) {
  const made = new CSSStyleSheet();
  made.replaceSync(css);
  return made;
}

export const shared = sheet(`
  :host {
    --_text: var(--fashion-text, light-dark(#191715, #f4f1ec));
    --_muted: var(--fashion-muted, light-dark(#67615a, #b3aca3));
    --_background: var(--fashion-background, light-dark(#ffffff, #171614));
    --_surface: var(--fashion-surface, light-dark(#f5f3f0, #24221f));
    --_border: var(--fashion-border, light-dark(#e3dfd9, #3a3733));
    --_strong: var(--fashion-control-border, light-dark(#8a837a, #8d867d));
    --_accent: var(--fashion-accent, light-dark(#191715, #f5f2ee));
    --_accent-text: var(--fashion-accent-text, light-dark(#ffffff, #191715));
    --_sale: var(--fashion-sale, light-dark(#b3261e, #ff9d92));
    --_focus: var(--fashion-focus, light-dark(#1750c4, #8fb4ff));
    --_radius: var(--fashion-radius, 10px);
    --_card: var(--fashion-card-width, 168px);
    --_ratio: var(--fashion-image-ratio, 3 / 4);
    --_font: var(--fashion-font, inherit);
  }
  *, *::before, *::after { box-sizing: border-box; }
  button, input { font: inherit; color: inherit; letter-spacing: inherit; }
  button { cursor: pointer; }
  :focus-visible { outline: 2px solid var(--_focus); outline-offset: 2px; }
  .hidden {
    position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap;
  }
  .icon {
    width: 1.25em; height: 1.25em; flex: none; fill: none; stroke: currentColor;
    stroke-width: 1.6; stroke-linecap: round; stroke-linejoin: round;
  }
  [dir="rtl"] .icon-next { transform: scaleX(-1); }
  .plain {
    display: inline-flex; align-items: center; justify-content: center; gap: .5em; min-height: 40px;
    padding: .4em .9em; background: transparent; border: 1px solid var(--_strong); border-radius: 999px;
  }
  .plain:hover { background: var(--_surface); }
  .main {
    display: inline-flex; align-items: center; justify-content: center; gap: .55em; min-height: 46px;
    padding: .6em 1.4em; border: 0; border-radius: var(--fashion-button-radius, 999px); font-weight: 500;
    background: var(--_accent); color: var(--_accent-text);
  }
  .main:hover { opacity: .88; }
  .garments { display: flex; gap: .4rem; overflow-x: auto; padding: 3px; margin: -3px; scrollbar-width: none; }
  .garment {
    display: inline-flex; align-items: center; gap: .5em; flex: none; min-height: 40px; padding: .25em .9em; font-size: .85rem;
    border: 1px solid var(--_strong); border-radius: 999px; background: var(--_background); color: var(--_text); white-space: nowrap;
  }
  .garment canvas { width: 32px; height: 32px; margin-inline-start: -.55em; border-radius: 50%; }
  .garment:hover { background: var(--_surface); }
  .garment[aria-pressed="true"] { background: var(--_accent); border-color: var(--_accent); color: var(--_accent-text); }
  @media (prefers-reduced-motion: reduce) {
    *, *::before, *::after { animation: none !important; transition: none !important; scroll-behavior: auto !important; }
  }
`);

export const cards = sheet(`
  ul.cards { list-style: none; margin: 0; padding: 0; }
  ul.grid {
    display: grid; gap: 1.4rem .9rem;
    grid-template-columns: repeat(auto-fill, minmax(min(var(--_card), 42%), 1fr));
  }
  .card { position: relative; display: flex; flex-direction: column; min-width: 0; }
  .product {
    display: flex; flex-direction: column; gap: .6rem; padding: 0; border: 0; background: none; text-align: start;
    color: var(--_text); text-decoration: none; border-radius: var(--_radius); flex: 1;
  }
  .picture {
    display: grid; place-items: center; width: 100%; aspect-ratio: var(--_ratio); overflow: hidden;
    background: var(--_surface); border-radius: var(--_radius); color: var(--_muted);
  }
  .picture img {
    width: 100%; height: 100%; object-fit: cover; transition: transform .4s cubic-bezier(.2, .7, .2, 1);
  }
  .picture .icon { width: 30%; height: auto; stroke-width: 1; }
  .product:hover img { transform: scale(1.03); }
  .product:hover .title { text-decoration: underline; text-underline-offset: .2em; text-decoration-thickness: 1px; }
  .badges { position: absolute; inset: .5rem .5rem auto; display: flex; gap: .3rem; pointer-events: none; }
  .badge {
    position: relative; padding: .2em .6em; font-size: .72rem; line-height: 1.4; border-radius: 999px;
    background: var(--_background); color: var(--_text); font-weight: 500;
  }
  .badge.sale { color: var(--_sale); }
  .badge.score { margin-inline-start: auto; font-variant-numeric: tabular-nums; }
  .words { display: flex; flex-direction: column; gap: .15rem; padding-inline: .1rem; font-size: .9rem; line-height: 1.35; }
  .brand { font-size: .72rem; letter-spacing: .06em; text-transform: uppercase; color: var(--_muted); }
  .title {
    display: -webkit-box; -webkit-line-clamp: 2; -webkit-box-orient: vertical; overflow: hidden; text-align: start;
  }
  .price { position: relative; display: flex; flex-wrap: wrap; gap: .1rem .5rem; font-weight: 600; font-variant-numeric: tabular-nums; }
  .price s { color: var(--_muted); font-weight: 400; }
  .price .reduced { color: var(--_sale); }
  .add {
    display: inline-flex; align-items: center; justify-content: center; gap: .45em; min-height: 40px; margin-top: .6rem;
    padding: .35em .8em; font-size: .85rem; border: 1px solid var(--_strong); border-radius: 999px;
    background: transparent; color: var(--_text);
  }
  .add:hover { background: var(--_accent); color: var(--_accent-text); border-color: var(--_accent); }
  .waiting .picture, .waiting .line { background: var(--_surface); animation: fashion-wait 1.4s ease-in-out infinite; }
  .waiting .words { padding-top: .6rem; gap: .4rem; }
  .line { height: .8rem; border-radius: 4px; }
  .line.short { width: 45%; }
  @keyframes fashion-wait { 50% { opacity: .55; } }
`);

export const row = sheet(`
  :host { display: block; color: var(--_text); font-family: var(--_font); }
  :host([hidden]) { display: none; }
  .heading { display: flex; align-items: center; gap: .5rem; min-height: 44px; margin: 0 0 .8rem; }
  h2 { flex: 1; margin: 0; font-size: 1.25rem; font-weight: 600; line-height: 1.2; letter-spacing: -.01em; }
  .turn {
    display: grid; place-items: center; width: 40px; height: 40px; padding: 0; border: 1px solid var(--_strong);
    border-radius: 50%; background: var(--_background); color: var(--_text);
  }
  .turn:hover { background: var(--_surface); }
  .turn:disabled { opacity: .35; cursor: default; }
  .turn.back .icon { transform: scaleX(-1); }
  [dir="rtl"] .turn.back .icon { transform: none; }
  ul.row {
    display: flex; gap: .9rem; overflow-x: auto; overscroll-behavior-x: contain; scroll-snap-type: x proximity;
    scroll-behavior: smooth; scroll-padding-inline: 3px; padding: 3px; margin: -3px; scrollbar-width: thin;
  }
  ul.row .card { flex: 0 0 clamp(140px, var(--_card), 60vw); scroll-snap-align: start; }
  .row .words { min-height: 5.6em; align-content: start; }
  [hidden] { display: none !important; }
  .message { margin: 0; padding: 2rem 1rem; text-align: center; color: var(--_muted); }
`);
