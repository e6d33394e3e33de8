// What a shop does with the elements: name a product, and listen.
const product = document.querySelector("#product");
const similar = document.querySelector("fashion-similar");
product.addEventListener("change", () => similar.setAttribute("product-id", product.value.trim()));

const log = document.querySelector("#events");
for (const name of ["fashion:search", "fashion:results", "fashion:select", "fashion:add-to-cart"]) {
  document.addEventListener(name, (event) => {
    const line = document.createElement("li");
    const id = event.detail.product?.id ?? `${event.detail.matches?.length ?? ""}`;
    line.textContent = `${name} ${id}`;
    log.prepend(line);
    if (name === "fashion:select") event.preventDefault();
  });
}
