// What is after the #: the page's state, as eval/pages/__init__.py has it.
"use strict";

{
  const KEYS = ["article", "words", "item", "type", "gold", "predicted", "class", "mention"];

  // The state that an address holds; null where its # is an anchor or belongs to others.
  wafd.read = (hash = location.hash) => {
    const query = new URLSearchParams(hash.replace(/^#/, ""));
    const state = {};
    for (const key of KEYS) if (query.get(key)) state[key] = query.get(key);
    return hash.length > 1 && !Object.keys(state).length ? null : state;
  };

  wafd.hash = (state) => {
    const query = new URLSearchParams();
    for (const key of KEYS) if (state[key]) query.set(key, state[key]);
    return `#${query}`;
  };

  // A new entry of the history, or the present one's place.
  wafd.write = (state, { replace = false } = {}) => {
    if (wafd.hash(state) === (location.hash || "#")) return;
    history[replace ? "replaceState" : "pushState"](null, "", wafd.hash(state));
  };

  // The deep link to a mention.
  wafd.link = (mention) => wafd.hash({
    article: mention.article.id,
    mention: `${wafd.sideName(mention)}/${mention.start}-${mention.end}/${wafd.typeName(mention)}`,
  });

  // The mention that a state names. A side's or a type's name may itself hold a slash.
  wafd.named = (state) => {
    const parts = /^(.*?)\/(\d+)-(\d+)\/(.*)$/s.exec(state.mention ?? "");
    return parts && wafd.article(state.article)?.find(parts[1], Number(parts[2]), Number(parts[3]), parts[4]);
  };
}
