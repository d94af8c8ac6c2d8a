// What the scripts of an article share: one name, the page's legend, elements, and word of what happens.
// Their order is that of SCRIPTS in eval/pages/article.py.
"use strict";

const wafd = {
  legend: JSON.parse(document.getElementById("legend")?.textContent ?? "{}"),
  // drawn (an Article), chosen (a Mention or null), filtered, resized (Articles that are drawn)
  events: new EventTarget(),
};

wafd.tell = (name, detail) => wafd.events.dispatchEvent(new CustomEvent(name, { detail }));
wafd.hear = (name, act) => wafd.events.addEventListener(name, (event) => act(event.detail));

// An element with a class and children; strings become text, never markup.
wafd.make = (tag, className, ...children) => {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
};

// What a class of mentions or relations means, if the page says so.
wafd.hint = (item, name) => {
  const meaning = wafd.legend.hints?.[item]?.[name];
  return meaning ? wafd.make("span", "hint", meaning) : null;
};

{
  // How a class looks: a name of article.css, and a mark that tells it from others without colour.
  const LOOKS = new Map([
    ["correct", ["calm", ""]],
    ["both", ["calm", ""]],
    ["type", ["type", "×"]],
    ["wrong type", ["type", "×"]],
    ["split", ["split", "÷"]],
    ["merged", ["merged", "∪"]],
    ["boundary", ["boundary", "↔"]],
    ["argument boundary", ["boundary", "↔"]],
    ["boundary and type", ["twofold", "↔×"]],
    ["argument type", ["twofold", "×"]],
    ["wrong direction", ["merged", "⇄"]],
    ["missed", ["missed", "−"]],
    ["neither", ["missed", "−"]],
    ["spurious", ["spurious", "+"]],
    ["only A", ["a", "◐"]],
    ["only B", ["b", "◑"]],
    ["shared error", ["shared", "++"]],
    ["error of A", ["a-error", "+"]],
    ["error of B", ["b-error", "+"]],
  ]);
  wafd.look = (name) => LOOKS.get(name);

  // Without classes each type has a colour: its own, or one of these.
  const PALETTE = ["#d1495b", "#2a6f97", "#3a7d44", "#c77dff", "#e9a100", "#00a6a6", "#8d6b48", "#e4572e", "#577590", "#5f0f40"];
  wafd.colour = (type) => {
    const own = wafd.legend.types[type]?.colour;
    return /^#[0-9a-f]{6}$/i.test(own ?? "") ? own : PALETTE[type % PALETTE.length];
  };
}
