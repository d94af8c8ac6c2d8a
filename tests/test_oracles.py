"""Mentions against seqeval and nervaluate themselves, on generated documents of many shapes."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

import pytest
import seqeval.metrics
from hypothesis import given
from hypothesis import strategies as st
from nervaluate import Evaluator
from seqeval.scheme import IOB2

from eval import iob2
from eval.corpus import Corpus
from eval.document import Document, merge_duplicates
from eval.formats.conll import spans
from eval.metrics import bio, ner
from eval.metrics.counts import Counts
from eval.sides import pair
from tests.conftest import document
from tests.strategies import TEXT, Marked, marked

# One token each by the rules of --match token: letters with marks, beyond the first plane, a mark, a number, an emoji.
WORDS = ["كتاب", "وكِتابٌ", "𝕊𝕊x", "a", "،", "🕊", "2025", "ـــ"]
TAGS = ["O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-X-Y", "I-X-Y"]

Tagged = tuple[list[str], list[str], list[str]]  # words, gold tags, predicted tags


@st.composite
def tagged(draw: st.DrawFn) -> Tagged:
    """A document as tokens with tags of both sides: anything after anything, also nothing, and types on one side alone."""
    words = draw(st.lists(st.sampled_from(WORDS), max_size=10))
    sides = []
    for _ in range(2):
        known = draw(st.sampled_from([TAGS, TAGS[:3], ["O"]]))
        sides.append(draw(st.lists(st.sampled_from(known), min_size=len(words), max_size=len(words))))
    return words, sides[0], sides[1]


def as_document(doc_id: str, words: Sequence[str], found: Iterable[tuple[int, int, str]], cut: int = 0) -> Document:
    """Mentions of whole tokens; with `cut`, of parts of tokens where these are longer than that, and each twice."""
    starts = [0, *itertools.accumulate(len(word) + 1 for word in words)]
    mentions = []
    for first, after, type in found:
        start, end = starts[first], starts[after - 1] + len(words[after - 1])
        if end - starts[after - 1] > cut:
            end -= cut
        if len(words[first]) > cut and start + cut < end:
            start += cut
        mentions += [(start, end, type)] * (1 + (cut > 0))
    return document(" ".join(words), *mentions, doc_id=doc_id)


def both(documents: Sequence[Tagged], *, strict: bool, cut: int) -> tuple[Corpus, Corpus]:
    """The corpora of gold (whole tokens) and predictions (cut), as a run makes them."""
    gold = [as_document(str(i), words, spans(tags, strict=strict)) for i, (words, tags, _) in enumerate(documents)]
    predicted = [as_document(str(i), words, spans(tags, strict=strict), cut) for i, (words, _, tags) in enumerate(documents)]
    one, other = pair(gold, [merge_duplicates(one)[0] for one in predicted])
    return one.widened(), other.widened()


@pytest.mark.parametrize(("strict", "options"), [(True, {"mode": "strict", "scheme": IOB2}), (False, {})])
@given(documents=st.lists(tagged(), min_size=1, max_size=4), cut=st.integers(0, 1))
def test_ner_strict_is_seqeval(documents: list[Tagged], cut: int, strict: bool, options: dict[str, object]) -> None:
    """Precision, recall and F1, micro, macro and of each type; in mode strict, and as conlleval reads an I- after O."""
    counts = ner.strict(*both(documents, strict=strict, cut=cut))
    tags = [[sides[i] for sides in documents] for i in (1, 2)]
    agree(counts, tags, options)


def agree(counts: Counts, tags: list[list[list[str]]], options: dict[str, object]) -> None:
    """Every figure that seqeval gives; where ours is null it has 0, and without any mention it has nothing to give."""
    if counts.micro().f1 is None:
        return
    report = seqeval.metrics.classification_report(*tags, output_dict=True, zero_division=0, **options)
    found = {"micro avg": counts.micro(), **counts.scores()}
    assert set(report) == set(found) | {"macro avg", "weighted avg"}
    for name, score in found.items():
        figures = [report[name][figure] for figure in ("precision", "recall", "f1-score", "support")]
        assert [score.precision or 0, score.recall or 0, score.f1 or 0, score.gold] == pytest.approx(figures), name
    assert counts.macro_f1() == pytest.approx(report["macro avg"]["f1-score"])


@given(gold=st.lists(marked(), min_size=1, max_size=4), predicted=st.lists(marked(), min_size=4, max_size=4))
def test_ner_bio_is_seqeval(gold: list[Marked], predicted: list[Marked]) -> None:
    """On nested, crossing and sub-token mentions: what seqeval says of the tags that they become."""
    sides = pair([document(TEXT, *m) for m in gold], [document(TEXT, *m) for m in predicted[: len(gold)]])
    agree(bio.strict(*sides), [iob2.tags(side) for side in sides], {"mode": "strict", "scheme": IOB2})


MODES = {"strict": ner.strict, "exact": ner.exact, "partial": ner.partial, "ent_type": ner.type}

# nervaluate goes through the predictions in the order of their list, and gives each the first gold mention (in ent_type the
# nearest) that meets it and is not taken; a wrong one takes a gold mention as well. What a later prediction finds therefore depends
# on what stands before it. Ours is the best that any order gives. Its ends are inclusive: it is handed end - 1; and an overlap of less
# than a hundredth of the gold mention is none to it, which these texts are too short for.


def nervaluate(gold: Sequence[Marked], predicted: Sequence[Marked]) -> dict[tuple[str, str | None], float]:
    """What is correct, in each mode: by type, and over all (None)."""
    sides = [
        [[{"label": type, "start": start, "end": end - 1} for start, end, type in one] for one in side]
        for side in (gold, predicted)
    ]
    results = Evaluator(*sides, tags=["A", "B", "C"], loader="dict").evaluate()
    by_type = [(None, results["overall"]), *results["entities"].items()]
    return {(mode, type): found[mode].correct + 0.5 * found[mode].partial for type, found in by_type for mode in MODES}


def ours(gold: Sequence[Marked], predicted: Sequence[Marked]) -> dict[tuple[str, str | None], float]:
    """The same from our counts."""
    sides = pair(*([document(TEXT, *one) for one in side] for side in (gold, predicted)))
    counts = {mode: count(*sides) for mode, count in MODES.items()}
    by_type = {(mode, type): score.correct for mode in MODES for type, score in counts[mode].scores().items()}
    return {(mode, None): counts[mode].micro().correct or 0 for mode in MODES} | by_type


@given(gold=marked(types="AB", most=3), predicted=marked(types="AB", most=3))
def test_the_best_order_of_nervaluate_is_ours(gold: Marked, predicted: Marked) -> None:
    """So where its result does not depend on the order, the two are equal; nested, crossing, inside tokens."""
    orders = itertools.product(itertools.permutations(gold), itertools.permutations(predicted))
    results = [nervaluate([list(one)], [list(other)]) for one, other in orders]
    assert {key: max(result[key] for result in results) for key in results[0]} == ours([gold], [predicted])


@given(st.lists(st.tuples(marked(), marked()), min_size=1, max_size=4))
def test_no_order_of_nervaluate_is_above_ours(documents: list[tuple[Marked, Marked]]) -> None:
    """Over several documents with many mentions, in whatever order they come."""
    gold, predicted = zip(*documents, strict=True)
    mine = ours(gold, predicted)
    for key, correct in nervaluate(gold, predicted).items():
        assert correct <= mine[key], key


@st.composite
def apart(draw: st.DrawFn) -> tuple[Marked, Marked]:
    """A word each has at most one mention on either side, so that no order can matter."""
    sides: tuple[Marked, Marked] = ([], [])
    for word in range(draw(st.integers(0, 6))):
        for side in sides:
            start, length = draw(st.integers(0, 2)), draw(st.integers(0, 3))
            if length:
                side.append((6 * word + start, 6 * word + start + length, draw(st.sampled_from("ABC"))))
    return sides


@given(st.lists(apart(), min_size=1, max_size=4))
def test_nervaluate_is_ours_where_no_order_matters(documents: list[tuple[Marked, Marked]]) -> None:
    """Precision, recall and F1 in all modes, over all and by type."""
    gold, predicted = zip(*documents, strict=True)
    sides = [[[{"label": t, "start": s, "end": e - 1} for s, e, t in one] for one in side] for side in (gold, predicted)]
    results = Evaluator(*sides, tags=["A", "B", "C"], loader="dict").evaluate()
    corpora = pair(*([document("x" * 40, *one) for one in side] for side in (gold, predicted)))
    for mode, count in MODES.items():
        counts = count(*corpora)
        theirs = {None: results["overall"][mode]} | {type: found[mode] for type, found in results["entities"].items()}
        mine = {None: counts.micro(), **counts.scores()}
        assert set(mine) == set(theirs)
        for type, score in mine.items():
            figures = (score.precision or 0, score.recall or 0, score.f1 or 0)
            assert figures == pytest.approx((theirs[type].precision, theirs[type].recall, theirs[type].f1)), (mode, type)
