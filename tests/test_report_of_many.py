"""Which articles a report shows, of many, and their titles."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from eval import formats
from eval.document import Document, Mention
from eval.folder import REPORT, save
from eval.pages import report
from eval.run import Run
from eval.settings import Settings
from tests.conftest import ROOT, Command
from tests.reports import Page


def counted(folder: Path, wrong: Sequence[int], **settings: Any) -> Path:
    """A run on a document for each number, which says how many mentions of the gold are missed there."""
    spans = [(i, i + 1) for i in range(10)]
    gold = [Document(f"d{i}", "x" * 10, None, [Mention(None, *span, "A") for span in spans]) for i in range(len(wrong))]
    formats.write(folder / "gold.jsonl", gold)
    formats.write(
        folder / "found.jsonl", [replace(one, mentions=one.mentions[many:]) for one, many in zip(gold, wrong, strict=True)]
    )
    own = Run(folder / "gold.jsonl", f"predictions:{folder}/found.jsonl", Settings(samples=0, match="char", **settings))
    return save(own, folder / "run")[1]


def test_of_many_articles_those_with_most_errors_are_shown(tmp_path: Path) -> None:
    """In the gold's order, of as many the first ones, and as many as there is room for; the page says so."""
    folder, out = counted(tmp_path, [1, 3, 0, 3, 2, 3]), tmp_path / "page.html"
    for many, shown in ((1, ["d1"]), (3, ["d1", "d3", "d5"]), (4, ["d1", "d3", "d4", "d5"])):
        assert str(report.write(folder, out, many=many)) == f"{many} of 6 articles, those with most errors"
        found = Page(out)
        assert found.articles == shown
        assert f"This page shows {many} of 6 articles, those with most errors" in "".join(found.words)
    one = len(json.dumps(Page(out).islands["d1"], separators=(",", ":")))
    assert report.write(folder, out, room=2 * one + 200).articles == 2
    assert Page(out).articles == ["d1", "d3"]


def test_without_strict_metrics_the_first_are_shown_with_classes(tmp_path: Path) -> None:
    """There is nothing to choose by; what is right and wrong is known all the same."""
    folder, out = counted(tmp_path, [1, 3, 0], metrics=("ner.exact",)), tmp_path / "page.html"
    report.write(folder, out, many=2)
    found = Page(out)
    assert found.articles == ["d0", "d1"]
    classes = [found.islands["legend"]["classes"][mention[3]] for mention in found.islands["d1"]["sides"][0]["mentions"]]
    assert classes == ["missed"] * 3 + ["correct"] * 7
    assert "errors: 3 of 10 gold, 0 of 7 predicted" in " ".join("".join(found.words).split())


def test_of_a_large_gold_a_run_says_how_the_page_is_made(command: Command, tmp_path: Path) -> None:
    """Of more than a thousand documents."""
    documents = [Document(f"{i:04}", "xx", None, [Mention(None, 0, 2, "A")]) for i in range(1_001)]
    formats.write(tmp_path / "gold.jsonl", documents)
    formats.write(tmp_path / "found.jsonl", documents[1:])
    done = command(
        *("eval", "run", "predictions:found.jsonl", "--gold", "gold.jsonl", "--out", "run", "--metrics", "ner.strict"),
        "--samples=0",
    )
    assert "eval report run makes a page to look at, of the 1,000 of 1,001 documents that have the most errors\n" in done.stdout
    assert not (tmp_path / "run" / REPORT).exists()
    done = command("eval", "report", "run")
    assert done.stdout == "shown: 1,000 of 1,001 articles, those with most errors\nwritten to run/report.html\n"
    assert (tmp_path / "run" / REPORT).stat().st_size < 20_000_000


def test_titles_are_the_golds(tmp_path: Path) -> None:
    """Where its Parquet has a column of them, as the dataset's has."""
    save(Run(ROOT / "data", "lexicon", Settings(samples=0, metrics=("relations.strict",), protocol="as-is")), tmp_path / "run")
    report.write(tmp_path / "run", tmp_path / "page.html")
    words, titles = (
        "\n".join(Page(tmp_path / "page.html").words),
        formats.titles(ROOT / "data", {"000", "001", "002", "003", "004"}),
    )
    assert titles
    assert all(title in words for title in titles.values())
