// How a shop's TypeScript uses the widget; compiled by a test, never run.
import type { FashionMatch, FashionSearchElement } from "./widget";

const search: FashionSearchElement | null = document.querySelector("fashion-search");
const row = document.createElement("fashion-similar");
row.setAttribute("mode", "complete");

async function show(photo: File): Promise<void> {
  await search?.open(photo);
  await search?.close();
}

document.addEventListener("fashion:search", ({ detail }) => {
  const [x0, y0] = detail.box ?? [0, 0, 1, 1];
  console.log(x0 + y0, detail.filters.min_price?.length, detail.limit.toFixed());
});
document.addEventListener("fashion:results", ({ detail }) => {
  const best: FashionMatch | undefined = detail.matches[0];
  console.log(best?.product.title?.trim(), detail.garments?.map((garment) => garment.label).join());
});
document.addEventListener("fashion:select", (event) => {
  event.preventDefault();
  console.log(event.detail.product.id, event.detail.position + 1);
});
document.addEventListener("fashion:add-to-cart", ({ detail }) => {
  // @ts-expect-error a product's id is text
  const wrong: number = detail.product.id;
  console.log(wrong, detail.variant?.length);
});
void show;
