// The style sheet of <fashion-look>.

const css = `
  .look { display: grid; gap: 1.4rem; grid-template-columns: minmax(0, 5fr) minmax(0, 6fr); align-items: start; }
  .frame { position: relative; border-radius: var(--_radius); overflow: hidden; background: var(--_surface); }
  .frame img { display: block; width: 100%; height: auto; aspect-ratio: var(--fashion-look-ratio, auto 3 / 4); object-fit: cover; }
  .dots { position: absolute; inset: 0; direction: ltr; }
  .dot {
    position: absolute; width: 44px; height: 44px; margin: -22px 0 0 -22px; padding: 0; border: 0; border-radius: 50%;
    background: none; cursor: pointer;
  }
  .dot::before {
    content: ""; position: absolute; inset: 10px; border: 7px solid rgb(20 18 16 / .62); border-radius: 50%; background: #fff;
    transition: inset .15s, border-width .15s;
  }
  .dot:hover::before { inset: 7px; border-width: 8px; }
  .dot[aria-pressed="true"]::before { inset: 8px; border: 3px solid #fff; background: #191715; box-shadow: 0 0 0 2px rgb(20 18 16 / .6); }
  .look .strip { margin-bottom: .9rem; }
  .side ul.row { flex-wrap: wrap; overflow: visible; gap: 1.2rem .9rem; }
  .side ul.row .card { flex: 0 0 clamp(130px, 30%, 200px); }
  @media (max-width: 720px) {
    .look { grid-template-columns: minmax(0, 1fr); }
    .side ul.row { flex-wrap: nowrap; overflow-x: auto; }
    .side ul.row .card { flex-basis: 42vw; }
    .look { gap: .9rem; }
  }
`;

export const look = new CSSStyleSheet();
look.replaceSync(css);
