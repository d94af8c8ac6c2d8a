// The filters: from the form to the address, from the address to the form and the articles.
"use strict";

{
  const { legend, make, articles } = wafd;
  const form = document.getElementById("filters");
  let state = {};

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
    for (const link of document.querySelectorAll("#classes a")) link.setAttribute("aria-current", String(link.hash === wafd.hash({ item: state.item, class: state.class })));
    for (const list of document.querySelectorAll("#classes ul")) list.hidden = (list.dataset.item === "relations") !== (state.item === "relations");
  };

  // From the address; `moved`: by a link or by back and forward, not by the form. An anchor leaves the filters as they are, or as
  // they were when they were changed there.
  const enter = (moved) => {
    const read = wafd.read() ?? history.state;
    if (!read) return;
    const { mention: _, ...filters } = read;
    if (!moved || JSON.stringify(filters) !== JSON.stringify(state)) {
      state = filters;
      toForm();
      wafd.apply(state);
    }
    const mention = wafd.named(read);
    if (mention) wafd.choose(mention, { scroll: true });
    else if (moved && wafd.chosen && !read.mention) wafd.choose(null);
  };

  const change = (next, { replace = false, typing = false } = {}) => {
    if (!wafd.read()) history.replaceState(state, "");
    state = next;
    wafd.write(state, { replace });
    toForm(typing);
    wafd.apply(state);
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

  const scrollTo = (behavior) => (form ?? articles[0].element).scrollIntoView({ behavior });

  if (articles.length) {
    if (form) start();
    addEventListener("popstate", () => enter(true));
    document.addEventListener("click", (event) => {
      const link = event.target.closest?.('a[href^="#"]');
      if (link?.hash === "#articles" && link.classList.contains("skip")) {
        event.preventDefault();
        wafd.enter();
      } else if (link) {
        const read = wafd.read(link.hash);
        if (read && !read.mention && link.hash) setTimeout(() => scrollTo("auto")); // when the place to come back to is known
      }
    });
    const read = wafd.read();
    toForm();
    enter(false);
    if (!read) wafd.apply(state);
    else if (Object.keys(read).length && !read.mention) scrollTo("instant");
  }
}
