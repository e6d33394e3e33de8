// The row follows the field; the address remembers what was asked (?product=coat-17).
const field = document.querySelector("#product");
const row = document.querySelector("fashion-similar");
function show(id) {
  if (id) row.setAttribute("product-id", id);
  else row.removeAttribute("product-id");
}
field.value = new URLSearchParams(location.search).get("product") ?? "";
field.addEventListener("change", () => show(field.value.trim()));
show(field.value);
