"""Documents for property tests: nested, crossing and sub-token mentions, ids, relations, attributes, letters beyond the first plane."""

from __future__ import annotations

import random
from dataclasses import replace

from hypothesis import strategies as st

from eval.document import Document, Mention, Relation

TEXT = "aa بب 🕊cc 𝕊𝕊 ee. ff gg"

# White space of every kind, marks, tatweel, letters and signs beyond the first plane.
TEXTS = st.text(alphabet="اب ج.#\n\r\t🔹𝕊ـ\u064e\u00a0\u2028\u0085", max_size=30)

Marked = list[tuple[int, int, str]]


def marked(text: str = TEXT, types: str = "ABC", most: int = 8) -> st.SearchStrategy[Marked]:
    """Mentions anywhere in a text, each once."""
    offsets = st.integers(0, len(text))
    spans = st.tuples(offsets, offsets, st.sampled_from(types)).map(lambda m: (min(m[:2]), max(m[:2]), m[2]))
    return st.lists(spans.filter(lambda m: m[0] < m[1]), max_size=most, unique=True)


@st.composite
def documents(draw: st.DrawFn, texts: st.SearchStrategy[str] = st.just(TEXT)) -> Document:  # noqa: B008
    """Mentions anywhere, with no id, one or two; relations between any of them, to themselves as well."""
    text = draw(texts)
    ids = st.sampled_from([None, "x", "y", "z", "x y", "y z"])
    values = st.dictionaries(st.sampled_from(["mod", "norm"]), st.sampled_from(["1", "2"]))
    spans = sorted(draw(marked(text, types="AB")))
    mentions = tuple(Mention(f"m{i}", *span, draw(ids), draw(values)) for i, span in enumerate(spans))
    ends = st.sampled_from([mention.id for mention in mentions]) if mentions else st.nothing()
    relations = st.lists(st.builds(Relation, st.sampled_from("pq"), ends, ends), max_size=6, unique=True)
    return Document("d", text, mentions=mentions, relations=tuple(draw(relations)) if mentions else ())


def shuffled(document: Document, seed: int) -> Document:
    """The same in another order."""
    generator = random.Random(seed)
    mentions, relations = list(document.mentions), list(document.relations)
    generator.shuffle(mentions)
    generator.shuffle(relations)
    return replace(document, mentions=tuple(mentions), relations=tuple(relations))
