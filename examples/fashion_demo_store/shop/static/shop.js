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
