"""The span categorizer that is trained on the other folds."""

from __future__ import annotations

import json
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.document import BadInput, Document, check
from eval.extractors.spacy_training import SpacyTraining, _doc
from eval.segment import tokens
from tests.conftest import Command, document, write_lines
from tests.strategies import TEXTS

# The same few words over and over: clitics before mentions, a mention in a mention, and a fused article.
SENTENCES = [
    document("زار وزير الدفاع السوري دمشق.", (0, 3, "EVENT"), (4, 22, "TITLE"), (16, 22, "NORP"), (23, 27, "GPE")),
    document("وعاد الوزير السوري إلى موسكو.", (1, 4, "EVENT"), (5, 18, "TITLE"), (12, 18, "NORP"), (23, 28, "GPE")),
    document("وزار دمشق وموسكو.", (1, 4, "EVENT"), (5, 9, "GPE"), (11, 16, "GPE")),
    document("قال للجيش السوري بدمشق.", (0, 3, "EVENT"), (5, 16, "ORG"), (10, 16, "NORP"), (18, 22, "GPE")),
]
TRAINING = [document(one.text or "", *(m.span for m in one.mentions), doc_id=f"{i}") for i in range(6) for one in SENTENCES]


@pytest.fixture(scope="module")
def fitted() -> SpacyTraining:
    """Has learnt the sentences by heart."""
    extractor = SpacyTraining()
    extractor.fit(TRAINING)
    return extractor


def found(extractor: SpacyTraining, text: str) -> list[tuple[str, str]]:
    """(surface, type) of what is found in a text."""
    (marked,) = extractor.extract([Document("d", text)])
    check(marked, text)
    return [(text[m.start : m.end], m.type) for m in marked.mentions]


def test_nested_and_after_clitics(fitted: SpacyTraining) -> None:
    """What it has learnt is found to the letter, nested mentions and fused articles too."""
    for one in SENTENCES:
        text = one.text or ""
        assert found(fitted, text) == [(text[m.start : m.end], m.type) for m in sorted(one.mentions, key=lambda m: m.span)]


def test_it_goes_beyond_a_lookup(fitted: SpacyTraining) -> None:
    """A known name after a proclitic that it never had there."""
    assert ("موسكو", "GPE") in found(fitted, "وعاد الوزير السوري إلى موسكو. زار فموسكو.")[-2:]


def test_the_vowel_of_a_proclitic_is_no_part_of_a_mention(fitted: SpacyTraining) -> None:
    """What is found after one starts with a letter, though the proclitic is vocalised."""
    surfaces = [surface for surface, _ in found(fitted, "وَزار دمشق وَموسكو. قال للجيش السوري بِدمشق.")]
    assert surfaces
    assert not [surface for surface in surfaces if unicodedata.combining(surface[0])]


def test_fitting_again_forgets() -> None:
    """Nothing leaks from one fold into the next, and the second fit is as if it were the first."""
    again, fresh = SpacyTraining(), SpacyTraining()
    again.fit(TRAINING)
    other = [document("دير دير", (0, 3, "FAC"), (4, 7, "FAC"), doc_id="x")]
    again.fit(other)
    fresh.fit(other)
    assert again.nlp.get_pipe("spancat").labels == ("FAC",)
    assert again.nlp.to_bytes(exclude=["vocab"]) == fresh.nlp.to_bytes(exclude=["vocab"])


def test_nothing_to_learn() -> None:
    """Documents without mentions, or without text, teach that there are none."""
    for documents in ([document("زار دمشق.")], [document("")], [document(" \n")]):
        extractor = SpacyTraining()
        extractor.fit(documents)
        assert found(extractor, "زار دمشق.") == []


def test_mentions_that_no_token_fits() -> None:
    """Inside a word, of white space alone, one that ends in a sentence's end: widened, or passed over."""
    extractor = SpacyTraining()
    extractor.fit([document("سورية  . نعم", (1, 3, "A"), (5, 7, "B"), (4, 11, "C"), (0, 12, "D"))])
    assert set(extractor.nlp.get_pipe("spancat").labels) >= {"A", "C", "D"}


@pytest.mark.parametrize("text", ["", " ", "\r\n \u00a0"])
def test_texts_of_nothing(text: str, fitted: SpacyTraining) -> None:
    """Have no mentions."""
    assert found(fitted, text) == []


@given(TEXTS | st.text(alphabet="وبلال سوريا🔹👩\u200d\u0301\u064eـ.\r\n", max_size=40))
def test_what_is_found_can_always_be_scored(fitted: SpacyTraining, text: str) -> None:
    """Offsets within the text; its tokens make up the text, and no word is in two of `eval.segment`'s."""
    found(fitted, text)
    doc = _doc(fitted.nlp.vocab, text)
    assert doc.text == text
    edges = {token.idx for token in doc} | {token.idx + len(token) for token in doc}
    assert set(tokens(text).ravel().tolist()) <= edges


def test_a_line_of_100_000_letters(fitted: SpacyTraining) -> None:
    """One word, and many; what follows is found where it stands."""
    for line in ("ا" * 100_000 + " ", "و🔹 " * 33_000):
        assert ("دمشق", "GPE") in found(fitted, f"{line}\nوزار دمشق وموسكو.")


def test_unfitted() -> None:
    """It knows nothing, and says what to do."""
    with pytest.raises(
        BadInput, match="spacy-train knows nothing before it has learnt from other documents: leave out --protocol"
    ):
        list(SpacyTraining().extract([Document("d", "زار دمشق")]))


def test_the_command(command: Command, tmp_path: Path) -> None:
    """Leave-one-out, the same to the byte in another process with another hash seed; as it is: refused."""
    records = []
    for number in range(3):
        for one in SENTENCES:
            mentions = [{"start": m.start, "end": m.end, "type": m.type} for m in one.mentions]
            records.append({"doc_id": f"{number} {one.text}", "text": one.text, "mentions": mentions, "fold": str(number)})
    write_lines(tmp_path / "gold.jsonl", records)
    run = ("eval", "run", "spacy-train", "--gold", "gold.jsonl", "--match", "char")
    for seed in "12":
        done = command(*run, "--out", seed, PYTHONHASHSEED=seed)
        assert done.returncode == 0, done.stderr
    scores = json.loads((tmp_path / "1" / "scores.json").read_text(encoding="utf-8"))
    assert scores["metrics"]["ner.strict"]["recall"] > 0.9
    assert "protocol:leave-one-out" in scores["signature"]
    assert (tmp_path / "1" / "predictions.jsonl").read_bytes() == (tmp_path / "2" / "predictions.jsonl").read_bytes()
    done = command(*run, "--protocol", "as-is")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "leave out --protocol as-is" in done.stderr


def test_it_starts_light() -> None:
    """`eval list` imports it: spaCy is not."""
    code = "import sys, eval.extractors.spacy_training, eval.extractors.spacy_pipeline, eval.extractors.token_classification\n"
    code += "print(*{'spacy', 'torch', 'transformers', 'thinc'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "\n"
