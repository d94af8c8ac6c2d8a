"""Columns: widening to tokens, and the layers of nesting."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from eval.corpus import Corpus
from eval.sides import pair
from tests.conftest import document

TEXT = "وروسيا ، دمشق  x"


def spans(corpus: Corpus) -> list[tuple[int, int, str]]:
    """Mentions of a one-document corpus."""
    return [(int(a), int(b), corpus.layout.types[t]) for a, b, t in zip(corpus.start, corpus.end, corpus.type, strict=True)]


def one(*mentions: tuple[int, int, str], text: str = TEXT) -> Corpus:
    """The corpus of one document."""
    gold = document(text, *mentions)
    return pair([gold], [gold])[0]


def test_widening_takes_the_tokens_that_a_span_touches() -> None:
    """A clitic left out, a space at the edge, two tokens in part; white space alone stays."""
    assert spans(one((1, 6, "A"))) == [(1, 6, "A")]
    assert spans(one((1, 6, "A")).widened()) == [(0, 6, "A")]
    assert spans(one((2, 8, "A")).widened()) == [(0, 8, "A")]
    assert spans(one((8, 11, "A")).widened()) == [(9, 13, "A")]
    assert spans(one((13, 15, "A")).widened()) == [(13, 15, "A")]


def test_mentions_that_become_equal_count_once() -> None:
    """Two spans in one word become one."""
    assert spans(one((0, 6, "A"), (1, 6, "A"), (1, 6, "B")).widened()) == [(0, 6, "A"), (0, 6, "B")]


def test_outermost_and_innermost() -> None:
    """Equal spans and crossing ones lie in none of each other."""
    corpus = one((0, 10, "A"), (0, 4, "B"), (2, 3, "C"), (0, 10, "D"), (8, 13, "E"))
    assert spans(corpus.outermost()) == [(0, 10, "A"), (0, 10, "D"), (8, 13, "E")]
    assert spans(corpus.innermost()) == [(2, 3, "C"), (8, 13, "E")]


def test_an_empty_document_has_a_place() -> None:
    """Documents without text or mentions disturb nobody."""
    documents = [document("", doc_id="a"), document(TEXT, (0, 6, "A"), doc_id="b"), document("", doc_id="c")]
    gold, predicted = pair(documents, documents)
    assert gold.layout.document_of_unit.tolist() == [0, 1, 2]
    assert gold.unit.tolist() == predicted.unit.tolist() == [1]


def test_sentences_as_units() -> None:
    """Each sentence is a unit of its document, and an empty document is one too."""
    documents = [document("", doc_id="a"), document("نعم. لا. ربما", (9, 13, "A"), doc_id="b")]
    gold, _ = pair(documents, documents, "sentence")
    assert gold.layout.document_of_unit.tolist() == [0, 1, 1, 1]
    assert gold.unit.tolist() == [3]


@given(st.lists(st.tuples(st.integers(0, 14), st.integers(1, 15), st.sampled_from("AB")), max_size=12))
def test_layers_are_what_containment_says(mentions: list[tuple[int, int, str]]) -> None:
    """Against the definition, pair by pair."""
    text = "x" * 15
    marked = {(min(a, b), max(a, b), t) for a, b, t in mentions if a != b}
    corpus = one(*marked, text=text)

    def lies_in(inner: tuple[int, int, str], outer: tuple[int, int, str]) -> bool:
        return outer[0] <= inner[0] and inner[1] <= outer[1] and outer[:2] != inner[:2]

    assert spans(corpus.outermost()) == sorted(m for m in marked if not any(lies_in(m, o) for o in marked))
    assert spans(corpus.innermost()) == sorted(m for m in marked if not any(lies_in(o, m) for o in marked))


def test_order_of_documents_and_mentions_is_no_part_of_the_columns() -> None:
    """Shuffled mentions give the same columns."""
    a, b = one((0, 6, "A"), (9, 13, "B")), one((9, 13, "B"), (0, 6, "A"))
    assert np.array_equal(a.start, b.start)
    assert np.array_equal(a.type, b.type)
