// The style sheet of the search panel.

const css = `
  dialog {
    width: min(1120px, calc(100vw - 3rem)); height: min(820px, calc(100dvh - 3rem)); max-width: none; max-height: none;
    padding: 0; border: 0; border-radius: calc(var(--_radius) + 6px); overflow: hidden;
    background: var(--_background); color: var(--_text); box-shadow: 0 24px 80px rgb(0 0 0 / .35);
    font: 400 1rem/1.5 var(--_font); text-align: start;
  }
  dialog[open] { display: flex; flex-direction: column; animation: fashion-rise .22s cubic-bezier(.2, .8, .2, 1); }
  dialog::backdrop { background: rgb(15 13 11 / .55); }
  @keyframes fashion-rise { from { opacity: 0; transform: translateY(14px); } }
  header {
    display: flex; align-items: center; gap: .6rem; flex: none; padding: .7rem .8rem .7rem 1.4rem;
    border-bottom: 1px solid var(--_border);
  }
  [dir="rtl"] header { padding: .7rem 1.4rem .7rem .8rem; }
  h2 { flex: 1; margin: 0; font-size: 1.05rem; font-weight: 600; }
  .close {
    display: grid; place-items: center; width: 44px; height: 44px; padding: 0; border: 0; border-radius: 50%;
    background: transparent;
  }
  .close:hover { background: var(--_surface); }
  .body { flex: 1; min-height: 0; display: flex; }
  [hidden] { display: none !important; }

  .begin { flex: 1; overflow: auto; padding: 1.4rem; display: flex; flex-direction: column; gap: 1.2rem; }
  .drop {
    flex: 1; display: flex; flex-direction: column; align-items: center; justify-content: center; gap: .7rem;
    padding: 2rem 1.2rem; text-align: center; border: 1.5px dashed var(--_strong); border-radius: var(--_radius);
    background: var(--_surface); transition: background .15s, border-color .15s;
  }
  .drop > .icon { width: 4rem; height: 4rem; stroke-width: .9; }
  .drop h3 { margin: 0; font-size: 1.6rem; font-weight: 600; line-height: 1.2; letter-spacing: -.02em; }
  .drop p { margin: 0 0 .6rem; max-width: 34ch; color: var(--_muted); }
  .over .drop, .over .side { border-color: var(--_focus); background: color-mix(in oklab, var(--_focus) 12%, var(--_surface)); }
  .small { margin: 0; font-size: .82rem; color: var(--_muted); text-align: center; }
  .ways { display: flex; flex-wrap: wrap; justify-content: center; gap: .7rem; }
  .wide { min-height: 46px; padding: .6em 1.4em; font-weight: 500; background: var(--_background); border-radius: var(--fashion-button-radius, 999px); }
  .link { display: flex; gap: .5rem; max-width: 560px; width: 100%; margin-inline: auto; }
  .link input {
    flex: 1; min-width: 0; min-height: 44px; padding: .4em 1em; border: 1px solid var(--_strong); border-radius: 999px;
    background: var(--_background); color: var(--_text);
  }
  .link input::placeholder { color: var(--_muted); opacity: 1; }
  .recent h3 { margin: 0; font-size: .9rem; font-weight: 600; }
  .recent div { display: flex; align-items: center; justify-content: space-between; gap: 1rem; }
  .recent ul { display: flex; flex-wrap: wrap; gap: .6rem; margin: .5rem 0 0; padding: 0; list-style: none; }
  .recent li button { display: block; padding: 0; border: 0; border-radius: var(--_radius); overflow: hidden; background: var(--_surface); }
  .recent canvas { display: block; width: 72px; height: 96px; object-fit: cover; }

  .work { flex: 1; min-width: 0; display: grid; grid-template-columns: minmax(260px, 380px) minmax(0, 1fr); grid-template-rows: minmax(0, 1fr); }
  .work.textual { grid-template-columns: minmax(0, 1fr); }
  .side { min-height: 0; overflow: auto; padding: 1.2rem; border-inline-end: 1px solid var(--_border); background: var(--_surface); }
  .textual { grid-template-rows: auto minmax(0, 1fr); }
  .textual .side { padding: .8rem 1.4rem; border: 0; border-bottom: 1px solid var(--_border); }
  .textual .stage, .textual .tools { display: none; }
  .textual .strip { margin: 0; }
  .textual .side:has(.strip:empty) { display: none; }
  .stage {
    position: relative; width: 100%; max-width: calc(56dvh * var(--ratio, 1)); margin-inline: auto; overflow: hidden;
    border-radius: var(--_radius); background: var(--_border); cursor: crosshair; user-select: none; touch-action: none;
  }
  .stage canvas { position: absolute; inset: 0; width: 100%; height: 100%; }
  .shade { position: absolute; inset: 0; overflow: hidden; pointer-events: none; }
  .hole { position: absolute; box-shadow: 0 0 0 200vmax rgb(10 8 6 / .5); }
  .crop { position: absolute; border: 2px solid #fff; box-shadow: 0 0 0 1px rgb(0 0 0 / .45), inset 0 0 0 1px rgb(0 0 0 / .3); cursor: move; }
  .whole .crop { cursor: crosshair; }
  .edge, .corner { position: absolute; touch-action: none; }
  .edge::after, .corner::after { content: ""; position: absolute; background: #fff; box-shadow: 0 0 0 1px rgb(0 0 0 / .5); }
  .edge.left, .edge.right { top: 24px; bottom: 24px; width: 26px; cursor: ew-resize; }
  .edge.top, .edge.bottom { left: 24px; right: 24px; height: 26px; cursor: ns-resize; }
  .edge.left { left: 0; } .edge.right { right: 0; } .edge.top { top: 0; } .edge.bottom { bottom: 0; }
  .edge.left::after, .edge.right::after { top: calc(50% - 12px); width: 4px; height: 24px; }
  .edge.top::after, .edge.bottom::after { left: calc(50% - 12px); width: 24px; height: 4px; }
  .edge.left::after { left: 0; } .edge.right::after { right: 0; } .edge.top::after { top: 0; } .edge.bottom::after { bottom: 0; }
  .edge:focus-visible { outline: none; }
  .edge:focus-visible::after { background: var(--_focus); outline: 2px solid #fff; box-shadow: 0 0 0 4px #1750c4; }
  .corner { width: 28px; height: 28px; }
  .corner::after { width: 12px; height: 12px; border-radius: 50%; }
  .corner.left { left: 0; } .corner.right { right: 0; } .corner.top { top: 0; } .corner.bottom { bottom: 0; }
  .corner.left::after { left: 3px; } .corner.right::after { right: 3px; }
  .corner.top::after { top: 3px; } .corner.bottom::after { bottom: 3px; }
  .corner.left.top, .corner.right.bottom { cursor: nwse-resize; }
  .corner.right.top, .corner.left.bottom { cursor: nesw-resize; }
  .glide .crop, .glide .hole { transition: left .28s, top .28s, width .28s, height .28s; transition-timing-function: cubic-bezier(.2, .8, .2, 1); }
  .small .corner::after { width: 8px; height: 8px; }
  .small .edge::after { opacity: 0; }
  .small .edge:focus-visible::after { opacity: 1; }
  .small .edge.left, .small .edge.right { top: 14px; bottom: 14px; width: 14px; }
  .small .edge.top, .small .edge.bottom { left: 14px; right: 14px; height: 14px; }
  .small .corner { width: 18px; height: 18px; }
  .dot {
    position: absolute; width: 32px; height: 32px; margin: -16px 0 0 -16px; padding: 0; border: 9px solid rgb(0 0 0 / .45);
    border-radius: 50%; background: #fff; background-clip: padding-box;
  }
  .dot:hover { border-color: rgb(0 0 0 / .8); }
  /* The frame shows what is chosen; its dot would only cover it. */
  .dot[aria-pressed="true"]:not(:focus-visible) { opacity: 0; pointer-events: none; }
  .strip { margin-top: .8rem; }
  .strip:empty { display: none; }
  .strip .garments { justify-content: safe center; flex-wrap: wrap; }
  .tools { display: flex; flex-wrap: wrap; gap: .4rem; justify-content: center; margin-top: .8rem; }
  .tools .plain { min-width: 40px; font-size: .85rem; background: var(--_background); }
  .tools .only { padding: 0; width: 40px; }
  .hint { margin: .6rem 0 0; font-size: .82rem; text-align: center; color: var(--_muted); }

  .found { min-height: 0; overflow: auto; padding: 1rem 1.4rem 2rem; scroll-padding: 1rem; }
  .status { display: flex; align-items: center; gap: .6rem; min-height: 1.8rem; margin: 0 0 .6rem; font-size: .9rem; color: var(--_muted); }
  .chips { display: flex; flex-wrap: wrap; gap: .4rem; margin: 0 0 1rem; }
  .chip {
    display: inline-flex; align-items: center; gap: .4em; flex: none; min-height: 36px; padding: .25em .9em; font-size: .85rem; white-space: nowrap; border-radius: 999px;
    border: 1px solid var(--_strong); background: transparent; color: var(--_text);
  }
  .chip small { font-size: .85em; color: var(--_muted); font-variant-numeric: tabular-nums; }
  .chip:hover { background: var(--_surface); }
  .swatch { width: .95em; height: .95em; border: 1px solid var(--_strong); border-radius: 50%; margin-inline-start: -.2em; }
  .price-form { display: flex; flex-wrap: wrap; align-items: end; gap: .6rem; margin: -.2rem 0 1rem; padding: .9rem 1rem; border-radius: var(--_radius); background: var(--_surface); }
  .price-form label { display: flex; flex-direction: column; gap: .2rem; font-size: .8rem; color: var(--_muted); }
  .price-form input::-webkit-inner-spin-button { display: none; }
  .price-form input {
    appearance: textfield; width: 6em; min-height: 40px; padding: .3em .8em; border: 1px solid var(--_strong); border-radius: 999px; font-size: 1rem;
    background: var(--_background); color: var(--_text);
  }
  .price-form .currency { align-self: end; padding-bottom: .55rem; font-size: .9rem; color: var(--_muted); }
  .price-form .plain { background: var(--_background); }
  .chip[aria-pressed="true"], .chip.on { background: var(--_accent); border-color: var(--_accent); color: var(--_accent-text); }
  .chip[aria-pressed="true"] small { color: inherit; }
  .notice { margin: 0 0 1rem; padding: .8rem 1rem; border-radius: var(--_radius); background: var(--_surface); font-size: .95rem; }
  .failure { display: flex; flex-direction: column; align-items: center; gap: .9rem; padding: 3rem 1rem; text-align: center; }
  .failure p { margin: 0; max-width: 40ch; }
  .begin .failure { padding: .6rem; }
  .old { opacity: .45; transition: opacity .15s .15s; }
  .after { display: flex; flex-direction: column; align-items: center; gap: .5rem; margin-top: 1.8rem; font-size: .85rem; color: var(--_muted); }
  .after .plain { color: var(--_text); font-size: .95rem; min-height: 44px; padding-inline: 1.6em; }

  @media (max-width: 720px) {
    dialog { width: 100vw; height: 100dvh; border-radius: 0; }
    header { padding-block: .35rem; padding-inline-start: 1rem; }
    h2 { overflow: hidden; font-size: 1rem; text-overflow: ellipsis; white-space: nowrap; }
    header .plain { font-size: .9rem; }
    .begin { padding: 1rem; }
    .work { display: block; overflow: auto; }
    .side { border: 0; padding: .8rem 1rem; overflow: visible; }
    .stage { max-width: calc(38dvh * var(--ratio, 1)); }
    .found { overflow: visible; padding: .8rem 1rem 2rem; }
    .strip .garments, .chips { flex-wrap: nowrap; justify-content: safe center; }
    .chips {
      justify-content: start; overflow-x: auto; padding: 3px 28px 3px 3px; margin: -3px -3px 1rem; scrollbar-width: none;
      mask-image: linear-gradient(to left, transparent, #000 28px);
    }
    [dir="rtl"] .chips { padding: 3px 3px 3px 28px; mask-image: linear-gradient(to right, transparent, #000 28px); }
    .price-form { gap: .5rem; padding: .8rem; }
    .price-form input { width: 5.2em; }
    .ways { flex-direction: column; align-items: stretch; width: min(100%, 320px); }
  }
`;

export const panel = new CSSStyleSheet();
panel.replaceSync(css);
