// Everything by keyboard.
"use strict";

{
  const { make, articles } = wafd;
  const KEYS = [
    ["n or j, p or k", "the next mention, the previous one, of those that match"],
    ["← →", "the same, as the text runs, from the mention that has the focus"],
    ["Enter", "all that is known of it, and its relations"],
    ["Esc", "closes that"],
    ["/", "words to look for"],
    ["?", "these keys"],
  ];

  const marks = (article) => [...wafd.draw(article).body.querySelectorAll("mark[data-label]")].filter((mark) => wafd.matters(wafd.mentionOf(mark)));
  const focused = () => wafd.mentionOf(document.activeElement) ?? wafd.chosen;

  const focus = (mark) => {
    wafd.current(wafd.mentionOf(mark));
    mark.focus({ preventScroll: true });
    const box = mark.getClientRects()[0];
    if (wafd.chosen) wafd.choose(wafd.mentionOf(mark)); // the panel follows
    if (!box || box.top < 140 || box.bottom > innerHeight - 140) wafd.show(mark);
  };

  // The article in the middle of the window, or the first that is shown.
  const near = () => articles.find((article) => !article.element.hidden && article.element.getBoundingClientRect().bottom > innerHeight / 3);

  const step = (by) => {
    const from = focused();
    if (!from) {
      const article = near();
      const mark = article && marks(article).at(by > 0 ? 0 : -1);
      if (mark) focus(mark);
      return;
    }
    const here = [...from.article.body.querySelectorAll("mark[data-label]")];
    const place = here.indexOf(from.pieces[0]);
    const rest = by > 0 ? here.slice(place + 1) : here.slice(0, Math.max(0, place)).reverse();
    const next = rest.find((mark) => wafd.matters(wafd.mentionOf(mark)));
    if (next) return focus(next);
    for (let at = articles.indexOf(from.article) + by; at >= 0 && at < articles.length; at += by) {
      if (articles[at].element.hidden) continue;
      const mark = marks(articles[at]).at(by > 0 ? 0 : -1);
      if (mark) return focus(mark);
    }
  };

  // The first mention that matters, for the skip link.
  wafd.enter = () => {
    for (const article of articles) {
      if (article.element.hidden) continue;
      const mark = marks(article)[0];
      if (mark) return focus(mark);
    }
  };

  const dialog = make("dialog", "keys");
  const done = make("button", "", "Close");
  done.type = "button";
  done.addEventListener("click", () => dialog.close());
  dialog.setAttribute("aria-label", "Keys");
  const list = make("dl", "");
  for (const [key, meaning] of KEYS) list.append(make("dt", "", make("kbd", "", key)), make("dd", "", meaning));
  dialog.append(make("h2", "", "Keys"), list, done);
  document.body.append(dialog);

  const act = (event) => {
    const mention = wafd.mentionOf(document.activeElement);
    const forward = mention?.article.body.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
    const back = mention?.article.body.dir === "rtl" ? "ArrowRight" : "ArrowLeft";
    if (event.key === "Escape" && wafd.chosen) wafd.close();
    else if (event.key === "n" || event.key === "j" || (mention && event.key === forward)) step(1);
    else if (event.key === "p" || event.key === "k" || (mention && event.key === back)) step(-1);
    else if (event.key === "Enter" && mention) wafd.choose(mention, { focus: true });
    else if (event.key === "?") dialog.showModal();
    else if (event.key === "/" && document.getElementById("filters")) {
      document.querySelector("#filters details").open = true;
      document.getElementById("filters").elements.namedItem("words").focus();
    } else return;
    event.preventDefault();
  };

  if (articles.length) document.addEventListener("keydown", (event) => {
    if (dialog.open || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest?.("input, select, textarea") && event.key !== "Escape") return;
    act(event);
  });
}
