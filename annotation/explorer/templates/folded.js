"use strict";
// Unfolds the .folded that an address points at.
{
  const open = () => {
    const place = document.getElementById(location.hash.slice(1));
    if (place?.classList.contains("folded")) place.querySelector("details").open = true;
  };
  addEventListener("hashchange", open);
  open();
}
