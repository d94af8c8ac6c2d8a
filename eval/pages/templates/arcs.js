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
  const meet = (one, other) => one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;

  // Words at either end of a relation, which no name may cover.
  const ends = (group, frame) => [group.relation.head, group.relation.tail].map((mention) => {
    const box = mention.pieces[0].getClientRects()[0];
    return area(box.left + box.width / 2 - frame.left, box.top + box.height / 2 - frame.top, box.width / 2, box.height * 0.32);
  });

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

  // On its curve, or near it, where nothing stands in the way, and within the text's width.
  const put = ({ points, plate, text, half }, taken, width) => {
    const places = [0, -19, 19, -38, 38].flatMap((lift) => [0.5, 0.38, 0.62, 0.27, 0.73, 0.18, 0.82].map((t) => {
      const { x, y } = at(points, t);
      return area(Math.min(Math.max(x, half), Math.max(half, width - half)), Math.max(y + lift, 9), half, 9);
    }));
    const place = places.find((one) => !taken.some((other) => meet(one, other))) ?? places[0];
    taken.push(place);
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
    const taken = groups.flatMap((group) => ends(group, frame));
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
