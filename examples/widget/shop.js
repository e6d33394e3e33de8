// What a shop does with the elements: name a product, and listen.
const product = document.querySelector("#product");
const look = document.querySelector("#look");
const rows = document.querySelectorAll("fashion-similar");
const photo = document.querySelector("fashion-look");

function show() {
  for (const row of rows) row.setAttribute("product-id", product.value.trim());
  photo.hidden = look.value.trim() === "";
  if (!photo.hidden) photo.setAttribute("src", look.value.trim());
}

const asked = new URLSearchParams(location.search);
product.value = asked.get("product") ?? "";
look.value = asked.get("look") ?? "";
product.addEventListener("change", show);
look.addEventListener("change", show);
if (product.value || look.value) show();

document.querySelector("#search").addEventListener("fashion:results", ({ detail }) => {
  if (product.value || detail.matches.length === 0) return;
  product.value = detail.matches[0].product.id;
  show();
});

const log = document.querySelector("#events");
for (const name of ["fashion:search", "fashion:results", "fashion:select", "fashion:add-to-cart"]) {
  document.addEventListener(name, (event) => {
    const line = document.createElement("li");
    const { detail } = event;
    line.textContent = `${name} ${detail.product?.id ?? (detail.matches ? `${detail.matches.length} products` : "")}`;
    log.prepend(line);
    if (name === "fashion:select") event.preventDefault();
  });
}
