// Room for the names below lines: each is cut where the next one of its height begins, or where the column ends.
"use strict";

{
  const GAP = 4;

  const measure = (sentence, rightToLeft) => {
    const column = sentence.getBoundingClientRect();
    const found = [];
    for (const element of sentence.querySelectorAll("mark[data-label]")) {
      const box = element.getClientRects()[0];
      if (!box) continue;
      const level = element.style.getPropertyValue("--level");
      found.push({ element, line: `${level} ${Math.round(box.top / 4)}`, start: rightToLeft ? column.right - box.right : box.left - column.left });
    }
    const next = new Map();
    found.sort((one, other) => other.start - one.start);
    for (const one of found) {
      one.room = Math.max(0, (next.get(one.line) ?? column.width + GAP) - one.start - GAP);
      next.set(one.line, one.start);
    }
    return found;
  };

  // All are measured before any is changed.
  const fit = (article) => {
    const rightToLeft = article.body.dir === "rtl";
    const found = [...article.body.querySelectorAll(".sentence")].flatMap((sentence) => measure(sentence, rightToLeft));
    for (const { element, room } of found) element.style.setProperty("--room", `${Math.floor(room)}px`);
  };

  wafd.hear("drawn", fit);
  wafd.hear("resized", (articles) => articles.forEach(fit));
}
