// Articles, each drawn as it comes near: one column a side, row by row, a sentence a row. Until then it keeps the place that it
// is expected to take.
"use strict";

{
  const { legend } = wafd;
  const root = document.documentElement;
  const AHEAD = "1500px 0px";

  wafd.draw = (article) => {
    if (article.drawn) return article;
    article.drawn = true;
    observer.unobserve(article.element);
    article.parse();
    const sides = article.sides.length;
    article.body.style.setProperty("--sides", sides);
    if (sides > 1) article.body.append(heads(sides));
    let end = 0;
    for (const row of article.rows) {
      const breaks = end > 0 && /[\r\n]/.test(article.slice(end, row.start));
      article.body.append(drawRow(article, row, breaks));
      end = row.end;
    }
    article.element.classList.add("drawn");
    const first = article.body.querySelector("mark[data-label]");
    if (first) first.tabIndex = 0;
    wafd.tell("drawn", article);
    resizes.observe(article.body);
    return article;
  };

  const heads = (sides) => {
    const element = wafd.make("div", "heads");
    element.setAttribute("aria-hidden", "true"); // each sentence says its side
    for (const name of legend.sides.slice(0, sides)) element.append(wafd.make("div", "side", wafd.make("bdi", "", name)));
    return element;
  };

  const drawRow = (article, row, breaks) => {
    const element = wafd.make("div", breaks ? "row breaks" : "row");
    const drawn = article.sides.map((_, side) => wafd.sentence(article, row, side));
    element.style.setProperty("--depth", Math.max(...drawn.map((one) => one.depth)));
    for (const [side, one] of drawn.entries()) {
      const cell = wafd.make("div", "cell");
      if (drawn.length > 1) cell.append(wafd.make("span", "side-name", wafd.make("bdi", "", legend.sides[side])));
      cell.append(one.element);
      element.append(cell);
    }
    const mentions = row.mentions.flat();
    if (drawn.length > 1 && !mentions.length) element.classList.add("bare");
    else if (drawn.length > 1 && mentions.every(agreed)) element.classList.add("agreed");
    return element;
  };

  const agreed = (mention) => ["correct", "both"].includes(wafd.className(mention));

  const observer = new IntersectionObserver((entries) => {
    for (const entry of entries) if (entry.isIntersecting) wafd.draw(wafd.articleOf(entry.target));
  }, { rootMargin: AHEAD });

  // Names below lines, and arcs, follow the width of the text.
  const widths = new Map();
  const resizes = new ResizeObserver((entries) => {
    const changed = entries.map((entry) => wafd.articleOf(entry.target)).filter((article) => {
      const width = article.body.clientWidth;
      const different = width > 0 && widths.get(article) !== undefined && widths.get(article) !== width;
      if (width > 0) widths.set(article, width);
      return different;
    });
    if (changed.length) wafd.tell("resized", changed);
  });
  const redraw = () => {
    ascent();
    wafd.tell("resized", wafd.articles.filter((article) => article.drawn && !article.element.hidden));
  };

  // How far the face in use reaches above its baseline, in em: names hang at a distance from the baseline, as the lines do.
  const ascent = () => {
    const style = getComputedStyle(wafd.articles[0].body);
    const context = document.createElement("canvas").getContext("2d");
    context.font = `100px ${style.fontFamily}`;
    const reach = context.measureText("لجيش").fontBoundingBoxAscent;
    if (reach) root.style.setProperty("--ascent", `${reach / 100}em`);
  };

  // An article's height is taken to go with the size of its island, as that of the first one does.
  const estimate = () => {
    const first = wafd.articles.find((article) => article.drawn && !article.element.hidden);
    const height = first?.body.offsetHeight;
    if (height) root.style.setProperty("--height", height / first.island.textContent.length);
  };

  // Scrolled to, and there still when what is above it has been drawn; until the reader moves, or something else is shown.
  let showing = new AbortController();
  wafd.show = (element) => {
    showing.abort();
    const mine = showing = new AbortController();
    const stop = () => mine.abort();
    for (const name of ["wheel", "touchstart", "keydown", "pointerdown"]) addEventListener(name, stop, { signal: mine.signal, passive: true });
    const scroll = () => element.scrollIntoView({ block: "center", behavior: "instant" });
    let frames = 30;
    const look = () => {
      if (mine.signal.aborted) return;
      if (frames-- === 0) return stop();
      const box = element.getClientRects()[0] ?? element.getBoundingClientRect();
      if (box.top < innerHeight * 0.15 || box.bottom > innerHeight * (innerWidth < 1100 ? 0.5 : 0.85)) scroll();
      requestAnimationFrame(look);
    };
    scroll();
    requestAnimationFrame(look);
  };

  if (wafd.articles.length) {
    ascent();
    for (const article of wafd.articles) article.element.style.setProperty("--size", article.island.textContent.length);
    wafd.draw(wafd.articles[0]);
    estimate();
    for (const article of wafd.articles) if (!article.drawn) observer.observe(article.element);
    document.fonts.addEventListener("loadingdone", redraw);
    addEventListener("resize", estimate);
    addEventListener("beforeprint", () => wafd.articles.filter((article) => !article.element.hidden).forEach(wafd.draw));
  }
}
