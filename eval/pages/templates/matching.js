// What a state of the page asks for, and what of an article that is. No element is touched here.
"use strict";

{
  const { legend } = wafd;

  // What a state asks of a mention or relation; null: nothing.
  wafd.wanted = ({ item, type, gold, predicted, class: class_ }) => {
    const relations = item === "relations";
    const types = relations ? legend.relations : legend.types.map((one) => one.name);
    if ([type, gold, predicted, class_].every((one) => one === undefined)) return null;
    const number = (names, name) => (name === undefined ? undefined : names.includes(name) ? names.indexOf(name) : NaN); // NaN: none
    const of = number(types, type);
    const [inGold, inOthers] = [gold, predicted].map((name) => (name === "-" ? "-" : number(types, name)));
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

  // Null: the article has none. `mentions` are null where none stands out from the others.
  wafd.matching = (article, asked, words, relations) => {
    if (words && article.parse().text.search(words) < 0) return null;
    const sides = article.parse().sides.map((side) => (relations ? side.relations : side.mentions).filter((one) => !asked || asked(one)));
    if (asked && !sides.some((side) => side.length)) return null;
    const found = new Set(sides.flat());
    const mentions = relations ? new Set([...found].flatMap((one) => [one.head, one.tail])) : found;
    return { counts: sides.map((side) => side.length), mentions: asked ? mentions : null, relations: relations && asked ? found : null };
  };
}
