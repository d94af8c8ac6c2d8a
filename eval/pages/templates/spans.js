// A sentence with its mentions as nested <mark> elements. The text itself is left as it is, so that Arabic letters stay joined:
// lines below it are underlines at a distance, the inner nearest to the text, and a type's name hangs below the line's beginning.
"use strict";

{
  const overlap = (one, other) => one.start < other.end && other.start < one.end;
  const holds = (one, other) => one.start <= other.start && other.end <= one.end;

  // How far from the text each mention's line is, 0 the nearest: outside what it holds, apart from what it crosses.
  const layered = (mentions) => {
    const levels = new Map();
    const shortestFirst = [...mentions].sort((one, other) => one.end - one.start - (other.end - other.start) || other.index - one.index);
    for (const mention of shortestFirst) {
      const taken = new Set();
      let level = 0;
      for (const [other, its] of levels) {
        if (holds(mention, other)) level = Math.max(level, its + 1);
        else if (overlap(mention, other)) taken.add(its);
      }
      while (taken.has(level)) level++;
      levels.set(mention, level);
    }
    return levels;
  };

  const before = (one, other) => one.start - other.start || other.end - one.end || other.level - one.level;

  // Text and marks below an element. What crosses an open mark is cut at its end, and goes on behind it.
  const weave = (parent, article, row, levels) => {
    const queue = [...levels].map(([mention, level]) => ({ mention, level, start: mention.start, end: mention.end, first: true })).sort(before);
    const open = [{ element: parent, end: Infinity }];
    let at = row.start;
    const write = (to) => {
      if (to > at) open.at(-1).element.append(article.slice(at, to));
      at = Math.max(at, to);
    };
    const advance = (to) => {
      while (open.at(-1).end <= to) {
        write(open.at(-1).end);
        open.pop();
      }
      write(to);
    };
    for (let piece; (piece = queue.shift()); ) {
      advance(piece.start);
      const around = open.at(-1);
      if (piece.end > around.end) {
        const rest = { ...piece, start: around.end, first: false };
        const place = queue.findIndex((other) => before(rest, other) < 0);
        queue.splice(place < 0 ? queue.length : place, 0, rest);
        piece.end = around.end;
      }
      const element = mark(piece.mention, piece.level, piece.first);
      around.element.append(element);
      open.push({ element, end: piece.end });
    }
    advance(row.end);
  };

  const mentionOf = new WeakMap();
  wafd.mentionOf = (element) => mentionOf.get(element?.closest?.("mark.mention"));

  const mark = (mention, level, first) => {
    const element = wafd.make("mark", "mention");
    const name = wafd.className(mention);
    element.style.setProperty("--level", level);
    if (name === undefined) element.style.setProperty("--colour", wafd.colour(mention.type));
    const [look, sign] = name === undefined ? ["own", ""] : wafd.look(name);
    element.dataset.look = look;
    if (first) {
      element.dataset.label = sign ? `${sign} ${wafd.typeName(mention)}` : wafd.typeName(mention);
      element.tabIndex = -1;
    }
    mention.pieces.push(element);
    mentionOf.set(element, mention);
    return element;
  };

  // One side of a sentence; its depth is how many lines lie below one another.
  wafd.sentence = (article, row, side) => {
    const element = wafd.make("p", "sentence");
    const levels = layered(row.mentions[side]);
    weave(element, article, row, levels);
    return { element, depth: Math.max(0, ...[...levels.values()].map((level) => level + 1)) };
  };
}
