// Relations as curves above the text of their side, from head to tail: those of the chosen mention, those that a filter asks for,
// and, in thin lines, all of them where the reader wants that.
"use strict";

{
  const SVG = "http://www.w3.org/2000/svg";
  const { legend } = wafd;
  let all = false;
  let chosen = null;

  const svg = (name, attributes = {}) => {
    const element = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  };

  // Where a curve meets a mention: the middle of the top of its first line.
  const anchor = (mention, frame) => {
    const box = mention.pieces[0].getClientRects()[0];
    return { x: box.left + box.width / 2 - frame.left, y: box.top - frame.top + box.height * 0.18, line: box.bottom };
  };

  // A cubic curve's four points.
  const curve = (from, to) => {
    const across = Math.abs(from.x - to.x);
    const down = Math.abs(from.y - to.y);
    const lift = down < 4 ? Math.min(38, 18 + across * 0.08) : 26 + Math.min(60, down * 0.12);
    if (across < 2 && down < 2) return [from, { x: from.x - 34, y: from.y - 44 }, { x: to.x + 34, y: to.y - 44 }, to];
    return [from, { x: from.x, y: from.y - lift }, { x: to.x, y: to.y - lift }, to];
  };

  const at = ([a, b, c, d], t) => {
    const u = 1 - t;
    const mix = (axis) => u ** 3 * a[axis] + 3 * u * u * t * b[axis] + 3 * u * t * t * c[axis] + t ** 3 * d[axis];
    return { x: mix("x"), y: mix("y") };
  };

  const arrow = (points) => {
    const tip = points[3];
    const back = at(points, 0.9);
    const angle = Math.atan2(tip.y - back.y, tip.x - back.x);
    const corner = (turn, length) => `${tip.x - length * Math.cos(angle + turn)},${tip.y - length * Math.sin(angle + turn)}`;
    return svg("polygon", { points: `${tip.x},${tip.y} ${corner(0.42, 9)} ${corner(-0.42, 9)}` });
  };

  const arc = (relation, frame, thin) => {
    const points = curve(anchor(relation.head, frame), anchor(relation.tail, frame));
    const [a, b, c, d] = points;
    const name = legend.relationClasses?.[relation.class];
    const group = svg("g", { class: thin ? "arc thin" : "arc", "data-look": name === undefined ? "own" : wafd.look(name)[0] });
    const path = `M${a.x},${a.y} C${b.x},${b.y} ${c.x},${c.y} ${d.x},${d.y}`;
    if (!thin) group.append(svg("path", { d: path, class: "halo" }));
    group.append(svg("path", { d: path, class: "line" }), arrow(points));
    group.relation = relation;
    group.points = points;
    return group;
  };

  const area = (x, y, half, high) => ({ x, y, left: x - half, right: x + half, top: y - high, bottom: y + high });
  const covered = (one, other) =>
    Math.max(0, Math.min(one.right, other.right) - Math.max(one.left, other.left))
    * Math.max(0, Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top));

  // A box's letters, without what lies above and below them.
  const letters = (box, frame) =>
    area(box.left + box.width / 2 - frame.left, box.top + box.height / 2 - frame.top, box.width / 2, box.height * 0.32);

  // What a name is to leave free, and how much each is worth: words of the sentences that are related and of those before them, and
  // above all the words at either end.
  const inTheWay = (groups, frame) => {
    const mentions = groups.flatMap(({ relation }) => [relation.head, relation.tail]);
    const rows = new Set(mentions.map((mention) => mention.pieces[0].closest(".row")));
    for (const row of [...rows]) if (row.previousElementSibling) rows.add(row.previousElementSibling);
    const range = document.createRange();
    const words = [...rows].flatMap((row) => [...row.querySelectorAll(".cell")]).flatMap((cell) => {
      range.selectNodeContents(cell);
      return [...range.getClientRects()].map((box) => ({ ...letters(box, frame), worth: 1 }));
    });
    return [...words, ...mentions.map((mention) => ({ ...letters(mention.pieces[0].getClientRects()[0], frame), worth: 20 }))];
  };

  // The relation's name, above all curves, yet without a place.
  const name = (group) => {
    const class_ = legend.relationClasses?.[group.relation.class];
    const sign = class_ === undefined ? "" : wafd.look(class_)[1];
    const text = svg("text", { "text-anchor": "middle", direction: "ltr" });
    text.textContent = `${sign} ${legend.relations[group.relation.type]}`.trim().slice(0, 40);
    const plate = svg("rect", { rx: 4, height: 17 });
    const over = svg("g", { class: "arc", "data-look": group.dataset.look });
    over.append(plate, text);
    group.parentNode.append(over);
    return { points: group.points, plate, text };
  };

  // On its curve, or near it, where least stands in the way, and within the text's width.
  const put = ({ points, plate, text, half }, taken, width) => {
    const places = [0, -10, 10, -20, 20, -30, 30, -40, 40].flatMap((lift) => [0.5, 0.38, 0.62, 0.27, 0.73, 0.18, 0.82].map((t) => {
      const { x, y } = at(points, t);
      return area(Math.min(Math.max(x, half), Math.max(half, width - half)), Math.max(y + lift, 9), half, 9);
    }));
    const cost = (place) => taken.reduce((sum, other) => sum + covered(place, other) * other.worth, 0);
    const costs = places.map(cost);
    const place = places[costs.indexOf(Math.min(...costs))];
    taken.push({ ...place, worth: 20 });
    for (const [key, value] of [["x", place.x - half], ["y", place.y - 9], ["width", 2 * half]]) plate.setAttribute(key, value);
    text.setAttribute("x", place.x);
    text.setAttribute("y", place.y + 4);
  };

  const draw = (article) => {
    article.body.querySelector("svg.arcs")?.remove();
    if (!article.drawn || article.element.hidden) return;
    const strong = chosen?.article === article ? new Set(chosen.relations) : new Set();
    for (const relation of article.matches?.relations ?? []) strong.add(relation);
    const thin = all ? article.sides.flatMap((side) => side.relations).filter((relation) => !strong.has(relation)) : [];
    if (!strong.size && !thin.length) return;
    const layer = svg("svg", { class: "arcs", "aria-hidden": "true" });
    const frame = article.body.getBoundingClientRect();
    const groups = [...strong].map((relation) => arc(relation, frame, false));
    layer.append(...thin.map((relation) => arc(relation, frame, true)), ...groups);
    article.body.append(layer);
    const taken = groups.length ? inTheWay(groups, frame) : [];
    const names = groups.map(name);
    for (const one of names) one.half = one.text.getComputedTextLength() / 2 + 5; // all at once: it lays out the page
    for (const one of names) put(one, taken, frame.width);
  };

  const redraw = () => wafd.articles.filter((article) => article.drawn).forEach(draw);
  wafd.allRelations = (on) => {
    all = on;
    redraw();
  };
  wafd.hear("drawn", draw);
  wafd.hear("resized", (articles) => articles.forEach(draw));
  wafd.hear("filtered", redraw);
  wafd.hear("chosen", (mention) => {
    const before = chosen;
    chosen = mention;
    for (const article of new Set([before?.article, mention?.article])) if (article) draw(article);
  });
}
