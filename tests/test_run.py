"""From gold and an extractor to scores: views, warnings, signature."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from eval.columns import of_documents
from eval.document import BadInput, Document, Mention, Relation
from eval.formats.jsonl import lines
from eval.run import Run, run
from eval.settings import Settings
from eval.signature import Digest
from tests.conftest import document

TEXT = "زار الوزير دمشق"


GOLD = [document(TEXT, (0, 3, "EVENT"), (11, 15, "GPE"), doc_id=doc_id) for doc_id in ("a", "b", "c")]


def marks_dates(documents: Sequence[Document]) -> Iterable[Document]:
    """A function for an extractor: it finds the GPE, and a type that the gold has not."""
    for one in documents:
        yield replace(one, mentions=(Mention(None, 11, 15, "GPE"), Mention(None, 4, 10, "ROLE")))


def test_a_function_is_an_extractor() -> None:
    """One right of two, on each document; EVENT missed."""
    scores = run(GOLD, "tests.test_run:marks_dates", Settings())
    strict = scores["metrics"]["ner.strict"]
    assert (strict["correct"], strict["predicted"], strict["gold"], strict["f1"]) == (3, 6, 6, 0.5)
    assert strict["types"]["ROLE"] == {"precision": 0, "recall": None, "f1": 0, "correct": 0, "predicted": 3, "gold": 0}
    assert strict["macro_f1"] == pytest.approx((0 + 1 + 0) / 3)
    figures = {name: score["f1"] for name, score in scores["documents"]["b"].items() if score["f1"] is not None}
    assert figures == dict.fromkeys(("ner.strict", "ner.exact", "ner.partial", "ner.type", "ner.bio"), 0.5)
    assert strict["interval"] == (0.5, 0.5)


def test_a_wrong_name_is_told_before_the_gold_is_read(tmp_path: Path) -> None:
    """A large gold takes its time."""
    with pytest.raises(BadInput, match="no extractor 'lexikon'"):
        Run(tmp_path / "gold.jsonl", "lexikon", Settings())


def test_missing_documents_count_as_empty_with_a_warning() -> None:
    """Nothing is skipped in silence."""
    scores = run(GOLD, "tests.test_run:nobody", Settings())
    assert scores["metrics"]["ner.strict"]["gold"] == 6
    assert scores["metrics"]["ner.strict"]["precision"] is None
    assert scores["warnings"] == ["3 document(s) without predictions count as empty: a, b, c"]


def test_what_the_predictions_alone_have_is_named() -> None:
    """More often a name of another scheme than a finding; and an extractor that finds nothing at all."""
    scores = run(GOLD, "tests.test_run:marks_dates", Settings(metrics=("ner.strict",)))
    assert scores["warnings"] == ["the gold has no mention of type ROLE"]
    scores = run(GOLD, "tests.test_run:finds_nothing", Settings(metrics=("ner.strict",)))
    assert scores["warnings"] == ["tests.test_run:finds_nothing has no mention in any document"]


def finds_nothing(documents: Sequence[Document]) -> Iterable[Document]:
    """An extractor that yields every document as it came."""
    return documents


def test_relations_and_clusters_are_resampled_by_document_whatever_the_unit() -> None:
    """The same intervals, where mentions have others."""
    text = "aa bb. cc dd. ee ff. gg hh."
    sides: tuple[list[Document], list[Document]] = ([], [])
    for i in range(6):
        mentions = tuple(Mention(f"m{n}", 3 * n + n // 2, 3 * n + n // 2 + 2, "A", f"e{n % 3}") for n in range(8))
        relations = tuple(Relation("r", f"m{n}", f"m{n + 1}") for n in range(7))
        gold = Document(f"d{i}", text, mentions=mentions, relations=relations)
        sides[0].append(gold)
        sides[1].append(replace(gold, mentions=mentions[: 8 - i], relations=relations[: 7 - i]))
    PREDICTED[:] = sides[1]
    found = [run(sides[0], "tests.test_run:predicted", Settings(unit=unit))["metrics"] for unit in ("document", "sentence")]
    for name in found[0]:
        same = found[0][name]["interval"] == found[1][name]["interval"]
        assert same is not name.startswith("ner."), name


PREDICTED: list[Document] = []


def predicted(documents: Sequence[Document]) -> Iterable[Document]:
    """What a test has put there."""
    return PREDICTED


def nobody(documents: Sequence[Document]) -> Iterable[Document]:
    """An extractor that yields nothing at all."""
    return []


def test_duplicates_are_warned_about_and_count_once() -> None:
    """On the gold's side too."""
    twice = [replace(GOLD[0], mentions=(*GOLD[0].mentions, Mention("again", 0, 3, "EVENT")))]
    scores = run(twice, "tests.test_run:nobody", Settings())
    assert scores["metrics"]["ner.strict"]["gold"] == 2
    assert scores["warnings"][0] == "the gold: document 'a' has 1 mention(s) twice; each counts once"


def test_the_signature_says_how_the_figures_were_made() -> None:
    """Every choice is in it, and the same run has the same."""
    settings = Settings(match="char", nested="outermost", unit="sentence", samples=10, seed=7, metrics=("ner.strict",))
    signature = run(GOLD, "tests.test_run:marks_dates", settings)["signature"]
    assert signature == run(list(reversed(GOLD)), "tests.test_run:marks_dates", settings)["signature"]
    digest = Digest()
    digest.add(lines(of_documents(GOLD), text=True))
    for part in (
        "match:char",
        "nested:outermost",
        "unit:sentence",
        "samples:10",
        "seed:7",
        "protocol:as-is",
        "metrics:ner.strict=1",
        f"gold:{str(digest)[:12]}",
    ):
        assert f"|{part}|" in f"|{signature}|"


def test_match_token_forgives_a_clitic_and_char_does_not() -> None:
    """وروسيا against روسيا."""
    gold = [document("زار وروسيا", (5, 10, "GPE"), doc_id="a")]
    for match, f1 in (("token", 1), ("char", 0)):
        assert run(gold, "tests.test_run:whole_word", Settings(match=match))["metrics"]["ner.strict"]["f1"] == f1


def whole_word(documents: Sequence[Document]) -> Iterable[Document]:
    """A system that works on whole words."""
    return [replace(one, mentions=(Mention(None, 4, 10, "GPE"),)) for one in documents]


def test_nested_applies_before_widening() -> None:
    """و in وروسيا is not inside روسيا before it is widened, so that both are outermost; widened, they are one."""
    gold = [document("وروسيا", (0, 1, "A"), (1, 6, "A"), doc_id="a")]
    strict = run(gold, "tests.test_run:nobody", Settings(nested="innermost"))["metrics"]["ner.strict"]
    assert strict["gold"] == 1
    inside = [document("سوريا وروسيا", (0, 12, "A"), (7, 12, "A"), doc_id="a")]
    for nested, found in (("all", 2), ("outermost", 1), ("innermost", 1)):
        assert run(inside, "tests.test_run:nobody", Settings(nested=nested))["metrics"]["ner.strict"]["gold"] == found


def test_nested_mentions_that_widen_to_one_span_are_still_nested() -> None:
    """[0,6) and [1,6) of one word: only the outer one is outermost, and only the inner one's type is innermost."""
    gold = [document("وروسيا", (0, 6, "A"), (1, 6, "B"), doc_id="a")]
    for nested, types in (("outermost", {"A"}), ("innermost", {"B"}), ("all", {"A", "B"})):
        assert set(run(gold, "tests.test_run:nobody", Settings(nested=nested))["metrics"]["ner.strict"]["types"]) == types


def test_bio_is_left_out_above_its_limit_unless_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """By --metrics, or by a gate on it; a gate on another metric does not name it."""
    monkeypatch.setattr("eval.metrics.bio.MOST_TOKENS", 1)
    for settings, there in (
        (Settings(), False),
        (Settings(gated=("ner.strict",)), False),
        (Settings(gated=("ner.bio",)), True),
        (Settings(metrics=("ner.bio",)), True),
    ):
        scores = run(GOLD, "tests.test_run:nobody", settings)
        assert ("ner.bio" in scores["metrics"]) is there
        assert any("ner.bio left out" in warning for warning in scores["warnings"]) is not there


@pytest.mark.parametrize(
    ("metrics", "unit", "says"),
    [
        (("ner.strict",), "document", "no intervals: they need two documents or more, or --unit sentence"),
        (("ner.strict",), "sentence", "no intervals: they need two sentences or more"),
        (("relations.strict",), "document", "no intervals: they need two documents or more"),
        (("relations.strict",), "sentence", "no intervals: they need two documents or more"),
        (("relations.strict", "ner.strict"), "document", "no intervals: they need two documents or more"),
    ],
)
def test_why_there_are_no_intervals(metrics: tuple[str, ...], unit: str, says: str) -> None:
    """Sentences help only metrics that can be resampled by sentence."""
    warnings = run(GOLD[:1], "tests.test_run:nobody", Settings(metrics=metrics, unit=unit, protocol="as-is"))["warnings"]
    assert [warning for warning in warnings if "interval" in warning] == [says]


@pytest.mark.parametrize("name", ["tests.test_run:nobody", "tests.test_run:marks_dates", "lexicon"])
def test_a_document_twice_in_the_gold_is_refused(name: str) -> None:
    """Whatever the extractor, and before it is asked."""
    with pytest.raises(BadInput, match="the gold: document 'a' stands here a second time"):
        run([*GOLD, GOLD[0]], name, Settings())


def test_what_an_extractor_is_given_does_not_go_by_the_order_of_a_file() -> None:
    """Documents by their ids, mentions by their places."""
    Notes.given.clear()
    turned = [replace(one, mentions=one.mentions[::-1]) for one in reversed(GOLD)]
    for gold in (GOLD, turned):
        run(gold, "tests.test_run:Notes", Settings())
    half = len(Notes.given) // 2
    assert Notes.given[:half] == Notes.given[half:]
    assert [one.doc_id for one in Notes.given[0]] == ["b", "c"]


class Notes:
    """Notes what it is given to fit on, and finds nothing."""

    given: list[Sequence[Document]] = []  # noqa: RUF012

    def fit(self, documents: Sequence[Document]) -> None:
        """Note the documents."""
        Notes.given.append(documents)

    def extract(self, documents: Sequence[Document]) -> Iterable[Document]:
        """Find nothing, and note what was asked for."""
        Notes.given.append(documents)
        return documents
