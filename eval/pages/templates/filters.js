// Which mentions or relations matter, and in which articles: from the form to the address, from the address to the articles.
"use strict";

{
  const { legend, make, articles } = wafd;
  const SLICE = 12; // milliseconds, before the page has its turn
  const form = document.getElementById("filters");
  const place = document.getElementById("articles") ?? articles[0]?.element.parentElement;
  let state = {};
  let turn = 0;

  // Words are found whatever their vowel signs, stretches and forms of alef.
  const pattern = (words) => {
    const letters = [...words.trim().replace(/[\u064b-\u065f\u0670\u0640]/g, "")].map((letter) => {
      if (/\s/.test(letter)) return "\\s+";
      return (/[اأإآٱ]/.test(letter) ? "[اأإآٱ]" : letter.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&")) + "[\\u064b-\\u065f\\u0670\\u0640]*";
    });
    return letters.length ? new RegExp(letters.join("").replace(/(\\s\+)+/g, "\\s+"), "giu") : null;
  };

  // What a state asks of a mention or relation; null: nothing.
  const wanted = ({ item, type, gold, predicted, class: class_ }) => {
    const relations = item === "relations";
    const types = relations ? legend.relations : legend.types.map((one) => one.name);
    if ([type, gold, predicted, class_].every((one) => one === undefined)) return null;
    const number = (names, name) => (name === undefined ? undefined : names.includes(name) ? names.indexOf(name) : NaN); // NaN: none
    const [of, inGold, inOthers] = [type, gold, predicted].map((name) => (name === "-" ? "-" : number(types, name)));
    const ofClass = number((relations ? legend.relationClasses : legend.classes) ?? [], class_);
    const on = (group, side, its) => {
      if (its === undefined) return true;
      const there = group.filter((one) => side(one.side));
      return its === "-" ? !there.length : there.some((one) => one.type === its);
    };
    return (one) => {
      if (ofClass !== undefined && one.class !== ofClass) return false;
      const group = [one, ...one.others];
      return on(group, () => true, of) && on(group, (side) => side === 0, inGold) && on(group, (side) => side > 0, inOthers);
    };
  };

  const matching = (article, asked, words, relations) => {
    if (words) {
      words.lastIndex = 0;
      if (!words.test(article.parse().text)) return null;
    }
    const sides = article.parse().sides.map((side) => (relations ? side.relations : side.mentions).filter((one) => !asked || asked(one)));
    if (asked && !sides.some((side) => side.length)) return null;
    const found = new Set(sides.flat());
    const mentions = relations ? new Set([...found].flatMap((one) => [one.head, one.tail])) : found;
    return { counts: sides.map((side) => side.length), mentions: asked ? mentions : null, relations: relations && asked ? found : null };
  };

  // Every article in turn, the page alive between.
  const apply = async () => {
    const mine = ++turn;
    const asked = wanted(state);
    const words = pattern(state.words ?? "");
    const relations = state.item === "relations";
    const counts = legend.sides.map(() => 0);
    let shown = 0;
    const narrowed = Boolean(asked || words || state.article);
    place.classList.toggle("filtering", Boolean(asked));
    ranges.clear();
    for (const article of articles) {
      article.matches = null;
      article.element.hidden = narrowed && (state.article === undefined ? true : article.id !== state.article);
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
      const found = matching(article, asked, words, relations);
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
    const words = pattern(state.words ?? "");
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

  const field = (name) => form.elements.namedItem(name);
  const CHOICES = ["article", "item", "type", "gold", "predicted", "class"];
  const option = (value, text = value) => {
    const element = make("option", "", text);
    element.value = value;
    return element;
  };
  const fillChoices = () => {
    const relations = state.item === "relations";
    const types = [...(relations ? legend.relations : legend.types.map((one) => one.name))].sort();
    const classes = (relations ? legend.relationClasses : legend.classes) ?? [];
    const fields = { type: types, gold: ["-", ...types], predicted: ["-", ...types], class: classes };
    for (const [name, values] of Object.entries(fields)) {
      const text = (value) => (value === "-" && name !== "type" && name !== "class" ? "– nothing" : value);
      field(name).replaceChildren(option("", "any"), ...values.map((value) => option(value, text(value))));
      field(name).closest("label").hidden = !values.length || (["gold", "predicted"].includes(name) && legend.sides.length !== 2);
    }
  };
  // `typing`: what stands in the field of words is what the reader is writing.
  const toForm = (typing = false) => {
    if (!form) return;
    fillChoices();
    for (const name of CHOICES) field(name).value = state[name] ?? (name === "item" ? "mentions" : "");
    if (!typing) field("words").value = state.words ?? "";
    const set = ["words", ...CHOICES].filter((name) => state[name] && state[name] !== "mentions").length;
    form.querySelector("[type=reset]").hidden = !set;
    form.querySelector("summary").textContent = set ? `Filters (${set})` : "Filters";
    for (const link of document.querySelectorAll("#classes a")) link.toggleAttribute("aria-current", link.hash === wafd.hash({ ...(state.item === "relations" ? { item: "relations" } : {}), class: state.class }));
    for (const list of document.querySelectorAll("#classes ul")) list.hidden = (list.dataset.item === "relations") !== (state.item === "relations");
  };

  // From the address; `moved`: by a link or by back and forward, not by the form.
  const enter = (moved) => {
    const read = wafd.read();
    if (!read) return;
    const { mention: _, ...filters } = read;
    if (!moved || JSON.stringify(filters) !== JSON.stringify(state)) {
      state = filters;
      toForm();
      apply();
    }
    const mention = wafd.named(read);
    if (mention) wafd.choose(mention, { scroll: true });
    else if (moved && wafd.chosen && !read.mention) wafd.choose(null);
  };

  const change = (next, { replace = false, typing = false } = {}) => {
    state = next;
    wafd.write(state, { replace });
    toForm(typing);
    apply();
  };
  const fromForm = () => {
    const next = {};
    for (const name of ["words", ...CHOICES]) {
      const value = field(name).value;
      if (value && !(name === "item" && value === "mentions")) next[name] = value;
    }
    if (next.item !== state.item) for (const name of ["type", "gold", "predicted", "class"]) delete next[name];
    return next;
  };

  const chip = (name, item) => {
    const link = make("a", "class-name", make("bdi", "", name));
    const [look, sign] = wafd.look(name);
    link.dataset.look = look;
    if (sign) link.dataset.sign = sign;
    link.href = wafd.hash({ ...(item === "relations" ? { item } : {}), class: name });
    return make("li", "", link, wafd.hint(item, name));
  };
  const classes = () => {
    const box = document.getElementById("classes");
    for (const [item, names] of [["mentions", legend.classes], ["relations", legend.relationClasses]]) {
      if (!names?.length) continue;
      const list = make("ul", "", ...names.map((name) => chip(name, item)));
      list.dataset.item = item;
      box.querySelector("details").append(list);
      box.hidden = false;
    }
  };

  const start = () => {
    form.hidden = false;
    field("article").append(option("", "all"), ...articles.map((one) => option(one.id)));
    field("item").closest("label").hidden = !legend.relations?.length;
    field("all").closest("label").hidden = !legend.relations?.length;
    classes();
    let typing = 0;
    let typed = false;
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", (event) => {
      if (event.target.name === "all") return wafd.allRelations(event.target.checked);
      if (event.target.name !== "words") {
        typed = false;
        return change(fromForm());
      }
      clearTimeout(typing);
      typing = setTimeout(() => {
        change(fromForm(), { replace: typed, typing: true });
        typed = true;
      }, 200);
    });
    field("words").addEventListener("blur", () => { typed = false; });
    form.addEventListener("reset", (event) => {
      event.preventDefault();
      field("words").value = "";
      change({});
    });
    const narrow = matchMedia("(max-width: 700px)");
    const fold = () => {
      form.querySelector("details").open = !narrow.matches;
      document.querySelector("#classes details").open = !narrow.matches;
    };
    narrow.addEventListener("change", fold);
    fold();
    new ResizeObserver(() => document.documentElement.style.setProperty("--bar", `${narrow.matches ? 0 : form.offsetHeight}px`)).observe(form);
  };

  if (articles.length) {
    if (form) start();
    wafd.hear("drawn", (article) => {
      stress(article);
      if (ranges.has(article)) highlight();
    });
    addEventListener("popstate", () => enter(true));
    document.addEventListener("click", (event) => {
      const link = event.target.closest?.('a[href^="#"]');
      if (link?.hash === "#articles" && link.classList.contains("skip")) {
        event.preventDefault();
        wafd.enter();
      } else if (link && wafd.read(link.hash)?.mention === undefined && wafd.read(link.hash)) (form ?? place).scrollIntoView();
    });
    const read = wafd.read();
    state = {};
    toForm();
    enter(false);
    if (!read) apply();
    else if (Object.keys(read).length && !read.mention) (form ?? place).scrollIntoView({ behavior: "instant" });
  }
}
