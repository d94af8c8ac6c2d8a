// Articles as a state of the page wants them: hidden or shown, what matches in them marked, all of it counted.
"use strict";

{
  const { legend, make, articles } = wafd;
  const SLICE = 12; // milliseconds, before the page has its turn
  const place = document.getElementById("articles") ?? articles[0]?.element.parentElement;
  const form = document.getElementById("filters");
  let state = {};
  let turn = 0;

  // Every article in turn, the page alive between.
  wafd.apply = async (next) => {
    state = next;
    const mine = ++turn;
    const asked = wafd.wanted(state);
    const words = howeverWritten(state.words ?? "");
    const relations = state.item === "relations";
    const counts = legend.sides.map(() => 0);
    let shown = 0;
    const narrowed = Boolean(asked || words || state.article);
    place.classList.toggle("filtering", Boolean(asked));
    ranges.clear();
    for (const article of articles) {
      article.matches = null;
      article.element.hidden = narrowed && article.id !== state.article;
    }
    let since = performance.now();
    for (const article of articles) {
      if (state.article !== undefined && article.id !== state.article) continue;
      if (performance.now() - since > SLICE) {
        say(counts, shown, relations, true);
        await new Promise((go) => setTimeout(go));
        if (mine !== turn) return;
        since = performance.now();
      }
      const found = wafd.matching(article, asked, words, relations);
      article.element.hidden = !found;
      article.matches = found;
      if (!found) continue;
      shown++;
      found.counts.forEach((count, side) => { counts[side] += count; });
      if (article.drawn) stress(article);
    }
    highlight();
    say(counts, shown, relations, false);
    wafd.tell("filtered");
  };

  const many = (count, one) => `${count.toLocaleString("en")} ${one}${count === 1 ? "" : "s"}`;
  const say = (counts, shown, relations, going) => {
    if (!form) return;
    const item = relations ? "relation" : "mention";
    const sides = legend.sides.length > 1 ? counts.map((count, side) => make("span", "", `${count.toLocaleString("en")} `, make("bdi", "", legend.sides[side]), side < counts.length - 1 ? " · " : ` ${item}s`))
      : [many(counts[0], item)];
    form.querySelector("output").replaceChildren(...sides, ` in ${many(shown, "article")}`, going ? " …" : "");
    form.setAttribute("aria-busy", going);
  };

  // In an article that is drawn: what matches stands out, words are marked.
  const ranges = new Map();
  const stress = (article) => {
    for (const mark of article.body.querySelectorAll("mark.mention")) {
      mark.classList.toggle("match", Boolean(article.matches?.mentions?.has(wafd.mentionOf(mark))));
    }
    const words = howeverWritten(state.words ?? "");
    if (words && globalThis.Highlight) ranges.set(article, [...article.body.querySelectorAll(".sentence")].flatMap((one) => within(one, words)));
  };
  const highlight = () => globalThis.Highlight && CSS.highlights.set("words", new Highlight(...[...ranges.values()].flat()));
  const within = (sentence, words) => [...sentence.textContent.matchAll(words)].map((found) => {
    const range = document.createRange();
    const [from, to] = [found.index, found.index + found[0].length];
    const walker = document.createTreeWalker(sentence, NodeFilter.SHOW_TEXT);
    let passed = 0;
    for (let node; (node = walker.nextNode()); passed += node.length) {
      if (from >= passed && from < passed + node.length) range.setStart(node, from - passed);
      if (to > passed && to <= passed + node.length) range.setEnd(node, to - passed);
    }
    return range;
  });

  // Whether a mention is among those that matter now.
  wafd.matters = (mention) => !mention.article.matches?.mentions || mention.article.matches.mentions.has(mention);
  // Shown though the filters leave it out: it was asked for by name.
  wafd.reveal = (article) => { article.element.hidden = false; };

  wafd.hear("drawn", (article) => {
    stress(article);
    if (ranges.has(article)) highlight();
  });
}
