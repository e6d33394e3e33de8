// The style sheet of <fashion-look>.

const css = `
  .look { display: grid; gap: 1.4rem; grid-template-columns: minmax(0, 5fr) minmax(0, 6fr); align-items: start; }
  .frame { position: relative; border-radius: var(--_radius); overflow: hidden; background: var(--_surface); }
  .frame img { display: block; width: 100%; height: auto; aspect-ratio: var(--fashion-look-ratio, auto 3 / 4); object-fit: cover; }
  .dots { position: absolute; inset: 0; direction: ltr; }
  .dot {
    position: absolute; display: grid; place-items: center; width: 36px; height: 36px; margin: -18px 0 0 -18px; padding: 0;
    border: 2px solid #fff; border-radius: 50%; background: rgb(20 18 16 / .72); color: #fff; transition: transform .15s;
  }
  .dot:hover { transform: scale(1.1); }
  .dot[aria-pressed="true"] { background: #fff; color: #191715; box-shadow: 0 0 0 2px rgb(20 18 16 / .72); }
  .dot[aria-pressed="true"] .icon { transform: rotate(45deg); }
  .side ul.row { flex-wrap: wrap; overflow: visible; gap: 1.2rem .9rem; }
  .side ul.row .card { flex: 0 0 clamp(130px, 30%, 200px); }
  @media (max-width: 720px) {
    .look { grid-template-columns: minmax(0, 1fr); }
    .side ul.row { flex-wrap: nowrap; overflow-x: auto; }
    .side ul.row .card { flex-basis: 42vw; }
  }
`;

export const look = new CSSStyleSheet();
look.replaceSync(css);
