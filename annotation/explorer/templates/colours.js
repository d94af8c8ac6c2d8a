"use strict";
// The schema's colours, which a page's policy lets a script set, but no attribute.
{
  const colours = JSON.parse(document.getElementById("colours").textContent);
  for (const one of document.querySelectorAll("[data-type]")) {
    if (Object.hasOwn(colours, one.dataset.type)) one.style.setProperty("--colour", colours[one.dataset.type]);
  }
}
