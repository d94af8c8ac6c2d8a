// An article's island as objects: its text by code points, sentences, and on each side mentions and relations that know
// one another and their counterparts on the other sides.
"use strict";

{
  const SURROGATE = /[\ud800-\udfff]/;
  const NO_SPACE = /[^\s\x1c-\x1f\x85]/; // to Python, as in eval/segment.py, some controls are white space

  // Where each code point stands in a string, whose own places are UTF-16 units.
  const places = (text) => {
    if (!SURROGATE.test(text)) return null;
    const at = [];
    let unit = 0;
    for (const character of text) {
      at.push(unit);
      unit += character.length;
    }
    at.push(unit);
    return at;
  };

  class Article {
    constructor(element) {
      this.element = element;
      this.id = element.dataset.article;
      this.body = element.querySelector(".text");
      this.island = element.querySelector('script[type="application/json"]');
      this.drawn = false;
      this.parsed = false;
    }

    // Everything below is known once this has run.
    parse() {
      if (this.parsed) return this;
      this.parsed = true;
      const { text, sentences, sides } = JSON.parse(this.island.textContent);
      this.text = text;
      this.at = places(text);
      this.sides = sides.map((side, number) => ({
        mentions: side.mentions.map(([start, end, type, class_, entity, attributes, ...gold], index) =>
          ({ article: this, side: number, index, start, end, type, class: class_, entity, attributes, gold, relations: [], pieces: [] })),
      }));
      this.sides.forEach((side, number) => {
        side.relations = sides[number].relations.map(([type, head, tail, class_, ...gold], index) =>
          ({ article: this, side: number, index, type, class: class_, head: side.mentions[head], tail: side.mentions[tail], gold }));
        for (const relation of side.relations) {
          relation.head.relations.push(relation);
          if (relation.tail !== relation.head) relation.tail.relations.push(relation);
        }
      });
      for (const item of ["mentions", "relations"]) meet(this.sides.map((side) => side[item]));
      this.rows = rows(sentences, this.sides, this.length());
      return this;
    }

    length() {
      return this.at ? this.at.length - 1 : this.text.length;
    }

    slice(start, end) {
      return this.at ? this.text.slice(this.at[start], this.at[end]) : this.text.slice(start, end);
    }

    // The number of the sentence in which a mention stands.
    row(mention) {
      return Math.max(0, this.rows.findLastIndex((row) => row.start <= mention.start));
    }

    // Whether a mention is in a place, but for white space at its ends.
    inside(mention, start, end) {
      const outside = this.slice(mention.start, Math.max(mention.start, start)) + this.slice(Math.min(mention.end, end), mention.end);
      return !NO_SPACE.test(outside);
    }

    // The mention at a place, or, where none is exactly there, the widest in it: errors name places as they were compared,
    // widened to whole words, without white space at the ends.
    find(side, start, end, type) {
      const number = wafd.legend.sides.indexOf(side);
      const within = (this.parse().sides[number]?.mentions ?? []).filter((one) =>
        start < one.end && one.start < end && wafd.legend.types[one.type].name === type && this.inside(one, start, end));
      const exact = within.find((one) => one.start === start && one.end === end);
      return exact ?? within.sort((one, other) => (other.end - other.start) - (one.end - one.start))[0];
    }
  }

  // `others` of each: its counterparts on other sides, those of two predictions through the gold.
  const meet = ([gold, ...predicted]) => {
    for (const one of gold) one.others = [];
    for (const side of predicted) for (const one of side) {
      one.others = one.gold.map((place) => gold[place]);
      for (const other of one.others) other.others.push(one);
    }
    if (predicted.length < 2) return;
    for (const side of predicted) for (const one of side) {
      const through = one.gold.flatMap((place) => gold[place].others).filter((other) => other.side !== one.side);
      one.others = [...new Set([...one.others, ...through])];
    }
  };

  // Sentences, wide enough for mentions that begin or end with the white space between them; `breaks`: a line ends before it.
  const rows = (sentences, sides, length) => {
    const found = sentences.map(([start, end]) => ({ start, end, mentions: sides.map(() => []) }));
    if (!found.length) found.push({ start: 0, end: length, mentions: sides.map(() => []) });
    for (const [number, { mentions }] of sides.entries()) for (const mention of mentions) {
      let low = 0;
      let high = found.length - 1;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (found[middle].end > mention.start) high = middle;
        else low = middle + 1;
      }
      const row = found[low];
      row.start = Math.min(row.start, mention.start);
      row.end = Math.max(row.end, mention.end);
      row.mentions[number].push(mention);
    }
    return found;
  };

  wafd.articles = [...document.querySelectorAll("article.article")].map((element) => new Article(element));
  const byId = new Map(wafd.articles.map((article) => [article.id, article]));
  const byElement = new Map(wafd.articles.map((article) => [article.element, article]));
  wafd.article = (id) => byId.get(id);
  wafd.articleOf = (element) => byElement.get(element.closest("article.article"));

  wafd.words = (mention) => mention.article.slice(mention.start, mention.end);
  wafd.typeName = (mention) => wafd.legend.types[mention.type].name;
  wafd.sideName = (mention) => wafd.legend.sides[mention.side];
  wafd.className = (mention) => wafd.legend.classes?.[mention.class];
}
