"use strict";
// Shows the [data-item] that hold all the words of the field, and the [data-group] that have one of these.
{
  const field = document.getElementById("search");
  const said = document.getElementById("found");
  const items = [...document.querySelectorAll("[data-item]")].map((element) => [element, element.textContent]);
  const groups = document.querySelectorAll("[data-group]");
  const show = () => {
    const words = field.value.split(/\s+/u).map(howeverWritten).filter(Boolean);
    let found = 0;
    for (const [element, text] of items) {
      element.hidden = words.some((word) => text.search(word) < 0);
      found += element.hidden ? 0 : 1;
    }
    for (const group of groups) group.hidden = !group.querySelector("[data-item]:not([hidden])");
    said.textContent = words.length ? `${found} of ${items.length}` : "";
  };
  field.addEventListener("input", show);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      field.value = "";
      show();
    }
  });
  if (field.value) show();
}
