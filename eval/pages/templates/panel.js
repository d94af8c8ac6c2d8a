// All that is known of the chosen mention: beside the articles on a wide screen, a sheet below them on a narrow one.
"use strict";

{
  const { legend, make } = wafd;
  const NOTHING = -1;
  const panel = make("aside", "panel");
  panel.setAttribute("aria-label", "Mention");
  const content = make("div", "content");
  content.setAttribute("aria-live", "polite");
  const close = make("button", "close", "×");
  close.type = "button";
  close.setAttribute("aria-label", "Close (Esc)");
  panel.append(content, close);
  wafd.chosen = null;

  const swatch = (look, name) => {
    const element = make("span", "class-name", make("bdi", "", name));
    element.dataset.look = look[0];
    if (look[1]) element.dataset.sign = look[1];
    return element;
  };

  const words = (mention) => {
    const element = make("bdi", "words", wafd.words(mention));
    if (mention.article.body.lang) element.lang = mention.article.body.lang;
    return element;
  };

  // A button that goes to a mention.
  const goto = (mention, ...more) => {
    const button = make("button", "goto", words(mention), " ", make("bdi", "type-name", wafd.typeName(mention)), " ", ...more);
    button.type = "button";
    button.addEventListener("click", () => {
      wafd.choose(mention, { scroll: true });
      panel.querySelector("h2")?.focus({ preventScroll: true });
    });
    return button;
  };

  const fact = (list, name, ...values) => list.append(make("dt", "", name), make("dd", "", ...values));

  const entities = (mention) => {
    const { id, name, href } = legend.entities[mention.entity];
    const shown = make("bdi", "", name ?? id);
    if (!href) return [shown];
    const link = make("a", "", shown);
    link.href = href;
    if (link.protocol !== location.protocol) link.removeAttribute("href"); // no script, whatever it is written like
    return name ? [link, " ", make("bdi", "entity-id", id)] : [link];
  };

  const facts = (mention) => {
    const list = make("dl", "facts");
    const class_ = wafd.className(mention);
    if (legend.sides.length > 1) fact(list, "Side", make("bdi", "", wafd.sideName(mention)));
    fact(list, "Type", make("bdi", "", wafd.typeName(mention)));
    if (class_ !== undefined) fact(list, "Class", swatch(wafd.look(class_), class_), wafd.hint("mentions", class_));
    if (mention.entity !== NOTHING) fact(list, "Entity", ...entities(mention));
    for (const [key, value] of Object.entries(legend.attributes[mention.attributes] ?? {})) {
      fact(list, make("bdi", "", key), make("bdi", "", String(value)));
    }
    fact(list, "Place", make("span", "", `[${mention.start}, ${mention.end}) in `), make("bdi", "", mention.article.id), `, sentence ${mention.article.row(mention) + 1}`);
    return list;
  };

  const section = (title, rows) => rows.length ? make("section", "", make("h3", "", title), make("ul", "", ...rows.map((row) => make("li", "", ...row)))) : null;

  const counterparts = (mention) => section(legend.sides.length > 2 ? "On the other sides" : "On the other side", mention.others.map((other) =>
    [make("bdi", "side", wafd.sideName(other)), " ", goto(other)]));

  // How far a relation's other end is, in sentences.
  const distance = (from, to) => {
    const rows = to.article.row(to) - from.article.row(from);
    if (!rows) return null;
    return make("span", "distance", `${rows > 0 ? "↓" : "↑"} ${Math.abs(rows)} ${Math.abs(rows) === 1 ? "sentence" : "sentences"} ${rows > 0 ? "on" : "back"}`);
  };

  const related = (mention) => section("Relations", mention.relations.map((relation) => {
    const out = relation.head === mention;
    const other = out ? relation.tail : relation.head;
    const class_ = legend.relationClasses?.[relation.class];
    return [
      make("span", "way", out ? "to " : "from "), make("bdi", "relation", legend.relations[relation.type]), " ",
      goto(other, distance(mention, other)), class_ === undefined ? null : swatch(wafd.look(class_), class_),
    ];
  }));

  const nested = (mention) => {
    const around = mention.article.sides[mention.side].mentions.filter((other) => other !== mention &&
      other.start < mention.end && mention.start < other.end);
    return section("In the same words", around.map((other) => [goto(other)]));
  };

  const link = (mention) => {
    const element = make("a", "link", "Link to this mention");
    element.href = wafd.link(mention);
    const row = make("p", "links", element);
    if (navigator.clipboard && isSecureContext) {
      const copy = make("button", "copy", "Copy");
      copy.type = "button";
      copy.setAttribute("aria-label", "Copy the link");
      copy.addEventListener("click", () => navigator.clipboard.writeText(element.href).then(
        () => { copy.textContent = "Copied"; },
        () => copy.remove(), // not allowed here: the link itself is there
      ));
      row.append(" ", copy);
    }
    return row;
  };

  const fill = (mention) => {
    const heading = make("h2", "", words(mention));
    heading.tabIndex = -1;
    content.replaceChildren(...[heading, facts(mention), counterparts(mention), related(mention), nested(mention), link(mention)].filter(Boolean));
    content.scrollTop = 0;
  };

  const rest = () => content.replaceChildren(make("p", "hint", "Choose a mention to see what is known of it and to have its relations drawn. "),
    make("p", "hint", make("kbd", "", "n"), " ", make("kbd", "", "p"), " next and previous, ", make("kbd", "", "Enter"), " chooses, ", make("kbd", "", "?"), " shows all keys."));

  const classed = (mention, name, on) => mention?.pieces.forEach((piece) => piece.classList.toggle(name, on));

  // On a phone the panel lies over the lower half of the screen, where what was touched may be.
  const covers = (mention) => getComputedStyle(panel).position === "fixed" &&
    mention.pieces[0].getClientRects()[0].bottom > panel.getBoundingClientRect().top;

  // Null: none. `focus`: into the panel, for those who come by keyboard.
  wafd.choose = (mention, { scroll = false, focus = false } = {}) => {
    classed(wafd.chosen, "chosen", false);
    wafd.chosen?.others.forEach((other) => classed(other, "counterpart", false));
    wafd.chosen = mention;
    panel.classList.toggle("open", Boolean(mention));
    if (!mention) rest();
    else {
      wafd.draw(mention.article);
      if (mention.article.element.hidden) wafd.reveal?.(mention.article);
      classed(mention, "chosen", true);
      mention.others.forEach((other) => classed(other, "counterpart", true));
      wafd.current(mention);
      fill(mention);
      if (scroll || covers(mention)) wafd.show(mention.pieces[0]);
      if (focus) panel.querySelector("h2").focus({ preventScroll: true });
    }
    wafd.tell("chosen", mention);
  };

  wafd.close = () => {
    const mention = wafd.chosen;
    if (!mention) return;
    const inside = panel.contains(document.activeElement);
    wafd.choose(null);
    if (inside) mention.pieces[0].focus();
  };

  // The one mention of each article that Tab reaches; the arrow keys move on from there.
  wafd.current = (mention) => {
    mention.article.body.querySelector('mark[tabindex="0"]')?.setAttribute("tabindex", "-1");
    mention.pieces[0].tabIndex = 0;
  };

  // A second click takes the mention around.
  const outer = (mention, element) => {
    if (mention !== wafd.chosen) return mention;
    return wafd.mentionOf(element.closest("mark.mention").parentElement) ?? mention;
  };

  if (wafd.articles.length) {
    const place = document.getElementById("articles") ?? wafd.articles[0].element.parentElement;
    place.classList.add("beside-panel");
    place.classList.toggle("several", legend.sides.length > 1);
    place.append(make("div", "panel-track", panel));
    rest();
    close.addEventListener("click", wafd.close);
    place.addEventListener("click", (event) => {
      const mention = event.target.closest(".text") && wafd.mentionOf(event.target);
      if (mention && getSelection().isCollapsed) wafd.choose(outer(mention, event.target));
    });
  }
}
