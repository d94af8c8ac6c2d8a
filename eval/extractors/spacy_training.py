"""A span categorizer of spaCy's, trained from nothing on the documents it is fitted on.

It judges every short run of a sentence's tokens by itself, so that mentions may nest. An entity recognizer (`ner`), which has the
outermost mentions alone, finds far fewer, and its finds added to these are mostly wrong. Tokens are those of `eval.segment`, cut
after every proclitic that `arabic_rules` knows: nearly all mentions then start and end where a token does. Others are widened.
Relations and entity ids are as lexicon's.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from eval.document import BadInput, Document, Mention
from eval.extractors import arabic_rules
from eval.extractors.linking import Linking
from eval.extractors.pieces import pieces
from eval.segment import sentences, tokens

KEY = "sc"  # of doc.spans
SEED = 0
EPOCHS, BATCH, RATE = 20, 4, 0.002
COVERED, LONGEST = 0.99, 12  # n-grams are as long as so many of the mentions are, in tokens, at most so long
LETTERS = 10_000  # of a sentence that is judged at once
TOK2VEC = {
    "@architectures": "spacy.Tok2Vec.v2",
    "embed": {
        "@architectures": "spacy.MultiHashEmbed.v2",
        "width": 64,
        "attrs": ["NORM", "PREFIX", "SUFFIX"],
        "rows": [2000, 2000, 2000],
        "include_static_vectors": False,
    },
    "encode": {
        "@architectures": "spacy.MaxoutWindowEncoder.v2",
        "width": 64,
        "window_size": 1,
        "maxout_pieces": 3,
        "depth": 1,
    },
}


class SpacyTraining:
    """A span categorizer of spaCy's, trained on the other folds; relations and entity ids.

    It trains on the CPU, from a fixed seed: the same in every process.
    """

    needs = ("spacy",)
    extra = "spacy"

    def __init__(self) -> None:
        self.nlp: Any = None
        self.linking = Linking()

    def fit(self, documents: Sequence[Document]) -> None:
        """Train a new pipeline; what was learnt before is forgotten."""
        import spacy
        from spacy.util import fix_random_seed, minibatch

        self.linking.fit(documents)
        fix_random_seed(SEED)
        self.nlp = spacy.blank("ar")
        examples = [example for document in documents for example in _examples(self.nlp.vocab, document)]
        lengths = sorted(len(span) for example in examples for span in example.reference.spans[KEY])
        if not lengths:  # and nothing will be found
            return
        longest = min(LONGEST, lengths[int(COVERED * (len(lengths) - 1))])
        self.nlp.add_pipe("spancat", config=_config(longest))
        optimizer = self.nlp.initialize(lambda: examples)
        optimizer.learn_rate = RATE
        shuffle = random.Random(SEED).shuffle
        for _ in range(EPOCHS):
            shuffle(examples)
            for batch in minibatch(examples, BATCH):
                self.nlp.update(batch, sgd=optimizer)

    def extract(self, documents: Sequence[Document]) -> Iterable[Document]:
        """Yield each document with the mentions found; they may nest and cross. Raises BadInput before anything is learnt."""
        if self.nlp is None:
            raise BadInput(
                "spacy-train knows nothing before it has learnt from other documents: leave out --protocol as-is, and have"
                " two folds or more, or name some with --train"
            )
        for document in documents:
            found = sorted(set(self._spans(document.text or "")))
            mentions = tuple(Mention(f"m{i}", *span) for i, span in enumerate(found, 1))
            yield self.linking.linked(replace(document, mentions=mentions))

    def _spans(self, text: str) -> Iterator[tuple[int, int, str]]:
        places = [
            (start + begin, text[start + begin : start + end])
            for start, stop in sentences(text)
            for begin, end in pieces(text[start:stop], LETTERS)
        ]
        docs = self.nlp.pipe(_doc(self.nlp.vocab, piece) for _, piece in places)
        for (at, _), doc in zip(places, docs, strict=True):
            for span in doc.spans.get(KEY, ()):
                start = arabic_rules.after_marks(doc.text, span.start_char, span.end_char)
                if start < span.end_char:
                    yield at + start, at + span.end_char, span.label_


def _examples(vocab: Any, document: Document) -> Iterator[Any]:
    """Each sentence with its mentions, widened to tokens."""
    from spacy.training import Example

    text = document.text or ""
    for start, end in sentences(text, [(mention.start, mention.end) for mention in document.mentions]):
        inside = [mention for mention in document.mentions if start <= mention.start and mention.end <= end]
        spans = {(mention.start - start, mention.end - start, mention.type) for mention in inside}
        marked = _doc(vocab, text[start:end])
        wide = [marked.char_span(a, b, label=type, alignment_mode="expand") for a, b, type in sorted(spans)]
        marked.spans[KEY] = list({(span.start, span.end, span.label): span for span in wide if span}.values())
        yield Example(_doc(vocab, text[start:end]), marked)


def _doc(vocab: Any, text: str) -> Any:
    """The text in tokens; a space after one is its own, as spaCy has it."""
    from spacy.tokens import Doc

    spans = tokens(text).tolist()
    cuts = {begin for start, end in spans for begin, _ in arabic_rules.beginnings(text, start, end)}
    words: list[str] = []
    spaces: list[bool] = []
    for start, end in pairwise(sorted({0, len(text), *cuts, *(edge for span in spans for edge in span)})):
        if text[start:end] == " " and words and not spaces[-1]:
            spaces[-1] = True
        else:
            words.append(text[start:end])
            spaces.append(False)
    return Doc(vocab, words=words, spaces=spaces)


def _config(longest: int) -> dict[str, Any]:
    """A small model: some hundred sentences do not fill a large one, and a run trains one for each fold."""
    return {
        "spans_key": KEY,
        "suggester": {"@misc": "spacy.ngram_range_suggester.v1", "min_size": 1, "max_size": longest},
        "model": {
            "@architectures": "spacy.SpanCategorizer.v1",
            "tok2vec": TOK2VEC,
            "reducer": {"@layers": "spacy.mean_max_reducer.v1", "hidden_size": 64},
            "scorer": {"@layers": "spacy.LinearLogistic.v1"},
        },
    }
