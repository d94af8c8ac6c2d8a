"""Each convention where tools disagree, as the project states it, seen from outside: from files to scores.json."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Command, write_lines

Mention = tuple[int, int, str]
Scores = Mapping[str, Any]
Run = Callable[..., Scores]

TEXT = "aa bb cc dd"


def line(doc_id: str, *mentions: Mention, **more: object) -> dict[str, object]:
    """A document."""
    return {"doc_id": doc_id, "text": TEXT, "mentions": [{"start": s, "end": e, "type": t} for s, e, t in mentions], **more}


@pytest.fixture
def run(command: Command, tmp_path: Path) -> Run:
    """Score lines of predictions against lines of gold."""

    def score(gold: list[dict[str, object]], predicted: list[dict[str, object]], *options: object) -> Scores:
        write_lines(tmp_path / "gold.jsonl", gold)
        write_lines(tmp_path / "predicted.jsonl", predicted)
        done = command("eval", "run", "predictions:predicted.jsonl", "--gold", "gold.jsonl", "--out", "run", *options)
        assert (done.returncode, done.stderr) == (0, "")
        return {**json.loads((tmp_path / "run" / "scores.json").read_text(encoding="utf-8")), "printed": done.stdout}

    return score


def test_f1_is_twice_correct_over_predicted_and_gold(run: Run) -> None:
    """1 of 1 and 3: 2/4."""
    assert run([line("a", (0, 2, "A"), (3, 5, "A"), (6, 8, "A"))], [line("a", (0, 2, "A"))])["metrics"]["ner.strict"]["f1"] == 0.5


def test_f1_is_null_only_if_both_sides_are_empty(run: Run) -> None:
    """One empty side is 0, in every metric of mentions."""
    for gold, predicted, f1 in (([(0, 2, "A")], [], 0), ([], [(0, 2, "A")], 0), ([], [], None)):
        metrics = run([line("a", *gold)], [line("a", *predicted)])["metrics"]
        assert [metrics[name]["f1"] for name in metrics if name.startswith("ner.")] == [f1] * 5


def test_precision_is_null_if_nothing_is_predicted_and_recall_if_the_gold_has_nothing(run: Run) -> None:
    """Null, not 0 and not 1; of a type as well, and shown as –."""
    scores = run([line("a", (0, 2, "A"))], [line("a", (0, 2, "B"))])
    types = scores["metrics"]["ner.strict"]["types"]
    assert (types["A"]["precision"], types["A"]["recall"]) == (None, 0)
    assert (types["B"]["precision"], types["B"]["recall"]) == (0, None)
    assert "│ A          │         – │  0.000 │" in scores["printed"]
    assert "│ B          │     0.000 │      – │" in scores["printed"]


def test_a_corpus_figure_comes_from_summed_counts_so_an_empty_document_costs_nothing(run: Run) -> None:
    """1 of 1 and 1, beside 0 of 2 and 0 and an empty one: 2/4, not a mean over documents."""
    gold = [line("a", (0, 2, "A")), line("b"), line("c")]
    scores = run(gold, [line("a", (0, 2, "A")), line("b", (0, 2, "A"), (3, 5, "A")), line("c")])
    assert scores["metrics"]["ner.strict"]["f1"] == 0.5
    assert {doc_id: figures["ner.strict"]["f1"] for doc_id, figures in scores["documents"].items()} == {"a": 1, "b": 0, "c": None}


def test_interval_is_95_percent_of_the_micro_f1(run: Run) -> None:
    """Forty documents, half right and half wrong: a resample's F1 is the mean of 40 coins, of which 95% lie within 0.5 ± 0.155."""
    gold = [line(f"{i:02}", (0, 2, "A")) for i in range(40)]
    predicted = [line(f"{i:02}", (0, 2, "AB"[i % 2])) for i in range(40)]
    strict = run(gold, predicted, "--samples", 5000)["metrics"]["ner.strict"]
    assert strict["interval"] == pytest.approx([0.5 - 0.155, 0.5 + 0.155], abs=0.026)
    assert strict["f1"] == 0.5


def test_macro_is_the_mean_over_the_types_in_the_gold_or_in_the_predictions(run: Run) -> None:
    """A is right, B missed, C only predicted: 1/3."""
    scores = run([line("a", (0, 2, "A"), (3, 5, "B"))], [line("a", (0, 2, "A"), (6, 8, "C"))])
    assert scores["metrics"]["ner.strict"]["macro_f1"] == pytest.approx(1 / 3)


def test_ends_are_exclusive(run: Run) -> None:
    """[0,4) and [4,9) do not overlap; [0,5) and [4,9) do."""
    gold = {**line("a", (0, 4, "A")), "text": "abcdefghi"}
    for start, correct in ((4, 0), (3, 1)):
        metrics = run([gold], [{**gold, "mentions": [{"start": start, "end": 9, "type": "A"}]}], "--match", "char")["metrics"]
        assert (metrics["ner.type"]["correct"], metrics["ner.partial"]["correct"]) == (correct, correct / 2)


def test_matching_is_optimal_and_the_order_of_mentions_in_a_file_never_changes_a_score(run: Run) -> None:
    """[0,5) and [0,2) against [0,2), [3,5) and [0,8): two can be matched, and are in all orders."""
    gold, predicted = [(0, 5, "A"), (0, 2, "A")], [(0, 2, "A"), (3, 5, "A"), (0, 8, "A")]
    seen = []
    for one, other in itertools.product(itertools.permutations(gold), list(itertools.permutations(predicted))[::3]):
        metrics = run([line("a", *one)], [line("a", *other)], "--samples", 0)["metrics"]
        seen.append({name: metrics[name]["correct"] for name in ("ner.strict", "ner.exact", "ner.partial", "ner.type")})
    assert seen == [{"ner.strict": 1, "ner.exact": 1, "ner.partial": 1.5, "ner.type": 2}] * 4


def test_one_prediction_over_two_gold_mentions_matches_one_and_correct_of_partial_may_be_a_half(run: Run) -> None:
    """[0,5) over [0,2) and [3,5)."""
    metrics = run([line("a", (0, 2, "A"), (3, 5, "A"))], [line("a", (0, 5, "A"))])["metrics"]
    assert (metrics["ner.type"]["correct"], metrics["ner.partial"]["correct"]) == (1, 0.5)


def test_the_direction_of_a_relation_counts(run: Run) -> None:
    """Turned round it is wrong in every metric of relations."""
    mentions = [{"id": "x", "start": 0, "end": 2, "type": "A"}, {"id": "y", "start": 3, "end": 5, "type": "A"}]
    there, back = ([{"type": "r", "head": head, "tail": tail}] for head, tail in ("xy", "yx"))
    gold = {"doc_id": "a", "text": TEXT, "mentions": mentions, "relations": there}
    for relations, f1 in ((there, 1), (back, 0)):
        metrics = run([gold], [{**gold, "relations": relations}])["metrics"]
        assert [metrics[name]["f1"] for name in metrics if name.startswith("relations.")] == [f1] * 4


def test_a_document_missing_from_the_predictions_counts_as_empty_with_a_warning(run: Run) -> None:
    """1 of 1 and 2."""
    scores = run([line("a", (0, 2, "A")), line("b", (0, 2, "A"))], [line("a", (0, 2, "A"))])
    assert scores["metrics"]["ner.strict"]["recall"] == 0.5
    assert "1 document(s) without predictions count as empty: b" in scores["warnings"]


def test_a_document_that_the_gold_has_not_is_an_error(command: Command, tmp_path: Path) -> None:
    """Status 2, and its name."""
    write_lines(tmp_path / "gold.jsonl", [line("a")])
    write_lines(tmp_path / "predicted.jsonl", [line("z")])
    done = command("eval", "run", "predictions:predicted.jsonl", "--gold", "gold.jsonl")
    assert (done.returncode, "the gold has no document 'z'" in done.stderr) == (2, True)


def test_in_bio_input_an_i_after_o_starts_a_mention_unless_strict_is_asked_for_and_the_signature_says_which(
    command: Command, tmp_path: Path
) -> None:
    """The gold's B-A and the prediction's I-A: right, and with conll-strict: nothing predicted."""
    (tmp_path / "gold.conll").write_text("aa B-A\nbb O\n", encoding="utf-8")
    (tmp_path / "predicted.conll").write_text("aa I-A\nbb O\n", encoding="utf-8")
    for prefix, predicted, says in (
        ("", 1, "gold=iob2,predictions=iob2"),
        ("conll-strict:", 0, "gold=iob2-strict,predictions=iob2-strict"),
    ):
        done = command("eval", "run", f"predictions:{prefix}predicted.conll", "--gold", f"{prefix}gold.conll", "--out", "run")
        assert (done.returncode, done.stderr) == (0, "")
        scores = json.loads((tmp_path / "run" / "scores.json").read_text(encoding="utf-8"))
        assert scores["metrics"]["ner.strict"]["predicted"] == scores["metrics"]["ner.strict"]["correct"] == predicted
        assert scores["signature"].endswith(f"|tags:{says}")
