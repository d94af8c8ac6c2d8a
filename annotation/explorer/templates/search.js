"use strict";
// Shows the [data-item] that hold all the words of the field, and the [data-group] that have one of these.
{
  // Letters with hamza and marks come apart, and the marks go; so do tatweel, and what joins or steers without being seen.
  const plain = (words) =>
    words
      .normalize("NFKD")
      .replace(/[\p{M}\u0640\p{Cf}]/gu, "")
      .replace(/\u0671/gu, "ا")
      .replace(/ى/gu, "ي")
      .replace(/ة/gu, "ه")
      .toLowerCase();
  const field = document.getElementById("search");
  const said = document.getElementById("found");
  const items = [...document.querySelectorAll("[data-item]")].map((element) => [element, plain(element.textContent)]);
  const groups = document.querySelectorAll("[data-group]");
  const show = () => {
    const words = plain(field.value).split(/\s+/u).filter(Boolean);
    let found = 0;
    for (const [element, text] of items) {
      element.hidden = !words.every((word) => text.includes(word));
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
