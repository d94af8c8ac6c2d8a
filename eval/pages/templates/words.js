// A pattern that finds words however they are written: with or without vowel signs, stretches and marks of direction, with any
// form of alef, ya and waw, and ta marbuta as ha. Null where nothing is asked for.
"use strict";

const howeverWritten = (() => {
  const SAME = ["اأإآٱ", "يىئ", "وؤ", "هة"];
  const UNSEEN = "[\\p{M}\\p{Cf}\\u0640]";

  return (words) => {
    const letters = [...words.trim().replace(new RegExp(UNSEEN, "gu"), "")].map((letter) => {
      if (/\s/.test(letter)) return "\\s+";
      const same = SAME.find((forms) => forms.includes(letter));
      return (same ? `[${same}]` : letter.replace(/[\\^$.*+?()[\]{}|/]/, "\\$&")) + `${UNSEEN}*`;
    });
    return letters.length ? new RegExp(letters.join("").replace(/(\\s\+)+/g, "\\s+"), "giu") : null;
  };
})();
