// Small comforts; every page works without them.
const menu = document.querySelector("#menu");
const opener = document.querySelector(".menu-button");
opener?.addEventListener("click", () => {
  opener.setAttribute("aria-expanded", String(menu.classList.toggle("open")));
});

for (const form of document.querySelectorAll("form[data-auto]")) {
  form.addEventListener("change", () => form.requestSubmit());
}

for (const form of document.querySelectorAll("form[data-ask]")) {
  form.addEventListener("submit", (event) => {
    if (!confirm(form.dataset.ask)) event.preventDefault();
  });
}

if (matchMedia("(max-width: 60rem)").matches) {
  document.querySelector(".facets")?.removeAttribute("open");
  document.querySelector("fashion-search")?.setAttribute("compact", "");
}

for (const note of document.querySelectorAll(".notes p")) {
  setTimeout(() => note.remove(), 6000);
}

// What goes with a product, from the search's API; where there is nothing, the band stays hidden.
const band = document.querySelector("[data-complete]");
if (band) {
  fetch(band.dataset.complete)
    .then((answer) => (answer.ok ? answer.json() : { matches: [] }))
    .then(({ matches }) => {
      const cards = matches.map(({ product, reasons }) => {
        const link = document.createElement("a");
        link.href = product.url;
        const frame = document.createElement("span");
        frame.className = "frame";
        const image = new Image();
        image.src = product.images[0];
        image.alt = "";
        image.loading = "lazy";
        frame.append(image);
        const title = document.createElement("span");
        title.className = "card-title";
        title.textContent = product.title;
        const why = document.createElement("span");
        why.className = "card-brand";
        why.textContent = reasons?.[0] ?? product.brand;
        link.append(frame, title, why);
        const card = document.createElement("article");
        card.className = "card";
        card.append(link);
        return card;
      });
      band.querySelector(".grid").replaceChildren(...cards);
      band.hidden = cards.length === 0;
    })
    .catch(() => {});
}

const news = document.querySelector("[data-news]");
async function follow() {
  try {
    const answer = await fetch(news.dataset.news);
    const { deliveries, index } = await answer.json();
    news.querySelector("[data-deliveries]").replaceChildren(...deliveries.map((row) => {
      const item = document.createElement("li");
      const name = document.createElement("b");
      name.textContent = row.product_id;
      const time = new Date(row.created_at).toLocaleTimeString();
      item.append(name, ` ${row.type.replace("product.", "")}`, ` ${time}`, ` ${row.status}`);
      return item;
    }));
    news.querySelector("[data-index]").textContent = index ?? "";
  } catch {
    // The next round tries again.
  }
  setTimeout(follow, 1000);
}
if (news) follow();
