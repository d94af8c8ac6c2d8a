"""From gold and an extractor to scores: folds, warnings, signature, intervals."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
import pytest

from eval.document import BadInput, Document, Mention
from eval.folds import MOST_FOLDS
from eval.metrics.counts import Counts
from eval.resampling import interval
from eval.run import Settings, digest, run
from tests.conftest import document

TEXT = "زار الوزير دمشق"
GOLD = [document(TEXT, (0, 3, "EVENT"), (11, 15, "GPE"), doc_id=doc_id) for doc_id in ("a", "b", "c")]


class Remembers:
    """Marks what it was fitted on: one mention a document of the others, and notes what it was given."""

    fitted: list[str] = []  # noqa: RUF012
    given: list[Document] = []  # noqa: RUF012

    def fit(self, documents: Sequence[Document]) -> None:
        """Note the documents."""
        self.seen = [one.doc_id for one in documents]
        Remembers.fitted.append(" ".join(self.seen))

    def extract(self, documents: Sequence[Document]) -> Iterable[Document]:
        """Find nothing."""
        Remembers.given += documents
        return documents


def marks_dates(documents: Sequence[Document]) -> Iterable[Document]:
    """A function for an extractor: it finds the GPE, and a type that the gold has not."""
    for one in documents:
        yield replace(one, mentions=(Mention(None, 11, 15, "GPE"), Mention(None, 4, 10, "ROLE")))


class Broken:
    """What an extractor may get wrong, chosen by the gold's text."""

    def extract(self, documents: Sequence[Document]) -> Iterable[Document]:
        """Yield or raise something bad."""
        for one in documents:
            if one.text == "crash":
                raise KeyError("no such word")
            yield {
                "stranger": replace(one, doc_id="z"),
                "beyond": replace(one, mentions=(Mention(None, 0, 99, "X"),)),
                "none": None,
            }[one.text or ""]  # type: ignore[misc]


def test_leave_one_out_fits_on_the_others() -> None:
    """Each fold is predicted by an extractor fitted on the other folds, and is handed no mentions."""
    Remembers.fitted.clear()
    Remembers.given.clear()
    result = run(GOLD, "tests.test_run:Remembers", Settings())
    assert Remembers.fitted == ["b c", "a c", "a b"]
    assert all(not one.mentions and one.text == TEXT for one in Remembers.given)
    assert "protocol:leave-one-out" in result.scores["signature"]


def test_folds_are_the_golds_own_where_it_has_them() -> None:
    """Two documents of one fold are never split."""
    Remembers.fitted.clear()
    run([replace(one, fold="x" if one.doc_id < "c" else "y") for one in GOLD], "tests.test_run:Remembers", Settings())
    assert Remembers.fitted == ["c", "a b"]


def test_as_is_fits_nothing() -> None:
    """The extractor is taken as it comes."""
    Remembers.fitted.clear()
    run(GOLD, "tests.test_run:Remembers", Settings(protocol="as-is"))
    assert Remembers.fitted == []


def test_too_many_folds_name_the_way_out() -> None:
    """More than a hundred fits are refused."""
    many = [document(TEXT, doc_id=f"{i:03d}") for i in range(MOST_FOLDS + 1)]
    with pytest.raises(BadInput, match="as-is"):
        run(many, "tests.test_run:Remembers", Settings())


def test_what_cannot_be_fitted_has_no_leave_one_out() -> None:
    """Asked for, it is refused rather than silently not done."""
    with pytest.raises(BadInput, match="has no fit"):
        run(GOLD, "tests.test_run:marks_dates", Settings(protocol="leave-one-out"))


def test_a_function_is_an_extractor() -> None:
    """One right of two, on each document; EVENT missed."""
    scores = run(GOLD, "tests.test_run:marks_dates", Settings()).scores
    strict = scores["metrics"]["ner.strict"]
    assert (strict["correct"], strict["predicted"], strict["gold"], strict["f1"]) == (3, 6, 6, 0.5)
    assert strict["types"]["ROLE"] == {"precision": 0, "recall": None, "f1": 0, "correct": 0, "predicted": 3, "gold": 0}
    assert strict["macro_f1"] == pytest.approx((0 + 1 + 0) / 3)
    assert scores["documents"]["b"] == {"ner.strict": {"f1": 0.5}, "ner.bio": {"f1": 0.5}}
    assert strict["interval"] == (0.5, 0.5)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("crash", "KeyError: 'no such word' ("),
        ("stranger", "yielded 'z': that is none"),
        ("beyond", "document 'a': mention at [0, 99)"),
        ("none", "yielded None"),
    ],
)
def test_what_an_extractor_gets_wrong_is_said(text: str, says: str) -> None:
    """A crash names its line; documents that were not given and offsets past the end are refused."""
    with pytest.raises(BadInput) as raised:
        run([document(text, doc_id="a")], "tests.test_run:Broken", Settings())
    assert says in str(raised.value)


@pytest.mark.parametrize("name", ["nonsense", "no.such.module:x", "tests.test_run:nothing", "tests.test_run:GOLD"])
def test_what_is_no_extractor_is_refused(name: str) -> None:
    """An unknown name, module, attribute, and an object that extracts nothing."""
    with pytest.raises(BadInput, match=name.split(":")[0].split(".")[-1]):
        run(GOLD, name, Settings())


def test_missing_documents_count_as_empty_with_a_warning() -> None:
    """Nothing is skipped in silence."""
    scores = run(GOLD, "tests.test_run:nobody", Settings()).scores
    assert scores["metrics"]["ner.strict"]["gold"] == 6
    assert scores["metrics"]["ner.strict"]["precision"] is None
    assert scores["warnings"] == ["3 document(s) without predictions count as empty: a, b, c"]


def nobody(documents: Sequence[Document]) -> Iterable[Document]:
    """An extractor that yields nothing at all."""
    return []


def test_duplicates_are_warned_about_and_count_once() -> None:
    """On the gold's side too."""
    twice = [replace(GOLD[0], mentions=(*GOLD[0].mentions, Mention("again", 0, 3, "EVENT")))]
    scores = run(twice, "tests.test_run:nobody", Settings()).scores
    assert scores["metrics"]["ner.strict"]["gold"] == 2
    assert scores["warnings"][0] == "the gold: document 'a' has 1 mention(s) twice; each counts once"


def test_the_signature_says_how_the_figures_were_made() -> None:
    """Every choice is in it, and the same run has the same."""
    settings = Settings(match="char", nested="outermost", unit="sentence", samples=10, seed=7, metrics=("ner.strict",))
    signature = run(GOLD, "tests.test_run:marks_dates", settings).scores["signature"]
    assert signature == run(list(reversed(GOLD)), "tests.test_run:marks_dates", settings).scores["signature"]
    for part in (
        "match:char",
        "nested:outermost",
        "unit:sentence",
        "samples:10",
        "seed:7",
        "protocol:as-is",
        "metrics:ner.strict=1",
        f"gold:{digest(GOLD)[:12]}",
    ):
        assert f"|{part}|" in f"|{signature}|"


def test_match_token_forgives_a_clitic_and_char_does_not() -> None:
    """وروسيا against روسيا."""
    gold = [document("زار وروسيا", (5, 10, "GPE"), doc_id="a")]
    for match, f1 in (("token", 1), ("char", 0)):
        assert run(gold, "tests.test_run:whole_word", Settings(match=match)).scores["metrics"]["ner.strict"]["f1"] == f1


def whole_word(documents: Sequence[Document]) -> Iterable[Document]:
    """A system that works on whole words."""
    return [replace(one, mentions=(Mention(None, 4, 10, "GPE"),)) for one in documents]


def test_interval_by_hand() -> None:
    """Two units, one all right and one all wrong: F1 is 0, a half or 1, and 95% reaches both ends."""
    counts = Counts(("A",), *(np.array(side, dtype=float).reshape(2, 1) for side in ([1, 0], [1, 1], [1, 1])))
    assert interval(counts, 1000, 0) == (0, 1)
    assert interval(counts, 1000, 0) == interval(counts, 1000, 0)
    assert interval(counts, 0, 0) is None
    one = Counts(("A",), *(np.ones((1, 1)) for _ in range(3)))
    assert interval(one, 1000, 0) is None


def test_interval_against_scipy() -> None:
    """The same interval as scipy's percentile bootstrap, up to the noise of resampling."""
    from scipy.stats import bootstrap

    generator = np.random.default_rng(1)
    correct, predicted, gold = (generator.integers(*bounds, size=200).astype(float) for bounds in ((0, 5), (4, 9), (4, 9)))

    def f1(c: np.ndarray, p: np.ndarray, g: np.ndarray, axis: int = -1) -> np.ndarray:
        return 2 * c.sum(axis) / (p.sum(axis) + g.sum(axis))

    theirs = bootstrap(
        (correct, predicted, gold), f1, paired=True, vectorized=True, method="percentile", n_resamples=9999, rng=generator
    ).confidence_interval
    ours = interval(Counts(("A",), *(side.reshape(-1, 1) for side in (correct, predicted, gold))), 9999, 0)
    assert ours == pytest.approx((theirs.low, theirs.high), abs=0.003)


class Leaks:
    """Gives back what it was fitted on."""

    def fit(self, documents: Sequence[Document]) -> None:
        """Keep the others."""
        self.others = documents

    def extract(self, documents: Sequence[Document]) -> Iterable[Document]:
        """Yield documents that were not asked for."""
        return self.others


class Accumulates:
    """Never forgets what it was fitted on, and predicts it."""

    def __init__(self) -> None:
        self.known: dict[str, Document] = {}

    def fit(self, documents: Sequence[Document]) -> None:
        """Add them."""
        self.known |= {one.doc_id: one for one in documents}

    def extract(self, documents: Sequence[Document]) -> Iterable[Document]:
        """What it knows of the documents asked for."""
        return [self.known.get(one.doc_id, one) for one in documents]


accumulates = Accumulates()


def test_no_gold_leaks_from_one_fold_into_another() -> None:
    """A document that is not held out is refused, and an instance begins each fold as it was."""
    with pytest.raises(BadInput, match="none of the documents it was given"):
        run(GOLD, "tests.test_run:Leaks", Settings())
    for name in ("Accumulates", "accumulates"):
        assert run(GOLD, f"tests.test_run:{name}", Settings()).scores["metrics"]["ner.strict"]["f1"] == 0


def leaves(documents: Sequence[Document]) -> Iterable[Document]:
    """An extractor that ends the program, as if all were well."""
    raise SystemExit(0)


def test_an_extractor_cannot_end_the_program() -> None:
    """A gate in CI would pass."""
    with pytest.raises(BadInput, match="SystemExit"):
        run(GOLD, "tests.test_run:leaves", Settings())


@pytest.mark.parametrize(
    "mention",
    [
        {"start": 0},
        Mention(None, 0, 1, 5),
        Mention(["x"], 0, 1, "X"),
        Mention(None, "0", 1, "X"),
        Mention(None, 0, 1, "X", attributes=None),
        Mention(None, 0, 1, "X", 5),
    ],  # type: ignore[arg-type]
)
def test_what_an_extractor_yields_is_checked_by_kind(mention: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """Refused with its document, whatever it is."""
    monkeypatch.setattr("tests.test_run.nobody", lambda documents: [replace(one, mentions=(mention,)) for one in documents])
    with pytest.raises(BadInput, match="document 'a'"):
        run(GOLD, "tests.test_run:nobody", Settings())


def test_offsets_may_be_numpys(monkeypatch: pytest.MonkeyPatch) -> None:
    """They come from data frames and tokenizers."""
    monkeypatch.setattr(
        "tests.test_run.nobody",
        lambda documents: [replace(one, mentions=(Mention(None, *np.array([11, 15]), "GPE"),)) for one in documents],
    )
    assert run(GOLD, "tests.test_run:nobody", Settings()).scores["metrics"]["ner.strict"]["correct"] == 3


def test_nested_applies_before_widening() -> None:
    """و in وروسيا is not inside روسيا before it is widened, so that both are outermost; widened, they are one."""
    gold = [document("وروسيا", (0, 1, "A"), (1, 6, "A"), doc_id="a")]
    strict = run(gold, "tests.test_run:nobody", Settings(nested="innermost")).scores["metrics"]["ner.strict"]
    assert strict["gold"] == 1
    inside = [document("سوريا وروسيا", (0, 12, "A"), (7, 12, "A"), doc_id="a")]
    for nested, found in (("all", 2), ("outermost", 1), ("innermost", 1)):
        assert run(inside, "tests.test_run:nobody", Settings(nested=nested)).scores["metrics"]["ner.strict"]["gold"] == found


def test_nested_mentions_that_widen_to_one_span_are_still_nested() -> None:
    """[0,6) and [1,6) of one word: only the outer one is outermost, and only the inner one's type is innermost."""
    gold = [document("وروسيا", (0, 6, "A"), (1, 6, "B"), doc_id="a")]
    for nested, types in (("outermost", {"A"}), ("innermost", {"B"}), ("all", {"A", "B"})):
        assert set(run(gold, "tests.test_run:nobody", Settings(nested=nested)).scores["metrics"]["ner.strict"]["types"]) == types


class Locked:
    """Holds what cannot be copied, as clients and models do; it cannot be fitted, so it need not be."""

    def __init__(self) -> None:
        self.lock = threading.Lock()

    def extract(self, documents: Sequence[Document]) -> Iterable[Document]:
        """Find nothing."""
        return documents


locked = Locked()


def test_an_instance_that_cannot_be_fitted_is_taken_as_it_is() -> None:
    """Without a copy."""
    assert run(GOLD, "tests.test_run:locked", Settings()).scores["metrics"]["ner.strict"]["predicted"] == 0


def test_bio_is_left_out_above_its_limit_unless_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """By --metrics, or by a gate on it; a gate on another metric does not name it."""
    monkeypatch.setattr("eval.run.MOST_TOKENS_FOR_BIO", 1)
    for settings, there in (
        (Settings(), False),
        (Settings(gated=("ner.strict",)), False),
        (Settings(gated=("ner.bio",)), True),
        (Settings(metrics=("ner.bio",)), True),
    ):
        scores = run(GOLD, "tests.test_run:locked", settings).scores
        assert ("ner.bio" in scores["metrics"]) is there
        assert any("ner.bio left out" in warning for warning in scores["warnings"]) is not there
