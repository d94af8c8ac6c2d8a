"""The page of two runs: what it says, what is refused, and how it behaves in a browser."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from eval import formats
from eval.document import BadInput, Document, Mention, Relation
from eval.folder import save
from eval.pages.comparison import names, write
from eval.run import Run
from eval.settings import Settings
from tests import labelling
from tests.conftest import Command
from tests.pages import PHONE, opened, serious

MARKUP = "</script><img src=x onerror=hurt=1>"
HOSTILE = "b <img src=x onerror=hurt=1>"
TEXT = "قال الوزير أحمد في دمشق أمس. ثم عاد أحمد إلى موسكو مع سارة."


def of(doc_id: str, *words: tuple[str, str], text: str = TEXT, related: str = "") -> Document:
    """Mentions of words, the first time that they stand there; a relation between the first and the last."""
    mentions = tuple(Mention(f"m{i}", text.index(w), text.index(w) + len(w), type) for i, (w, type) in enumerate(words))
    return Document(doc_id, text, "2025-11-16", mentions, (Relation(related, "m0", mentions[-1].id or ""),) if related else ())


AHMAD, SARA, DAMASCUS, MOSCOW = ("أحمد", "PER"), ("سارة", "PER"), ("دمشق", "GPE"), ("موسكو", "GPE")
LATIN = f"{MARKUP} met Sara."
GOLD = [
    of("000", AHMAD, SARA, DAMASCUS, MOSCOW, related="visits"),
    of("001", AHMAD, DAMASCUS, related="visits"),
    of(MARKUP, (MARKUP, MARKUP), ("Sara", "PER"), text=LATIN, related=MARKUP),
]
A = [
    of("000", AHMAD, DAMASCUS, ("الوزير", "PER")),
    of("001", AHMAD, DAMASCUS, related="visits"),
    of(MARKUP, (MARKUP, MARKUP), ("met", "PER"), text=LATIN, related=MARKUP),
]
B = [of("000", AHMAD, SARA, ("الوزير", "PER"), MOSCOW, related="visits"), of("001", AHMAD, ("أمس", MARKUP))]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where runs are made, as the working directory, with the gold in a file."""
    monkeypatch.chdir(tmp_path)
    formats.write(Path("gold.jsonl"), GOLD)
    return tmp_path


def make(name: str, predicted: list[Document], gold: str = "gold.jsonl", **settings: Any) -> str:
    """Score predictions, into the folder `name`."""
    formats.write(Path("predicted.jsonl"), [replace(one, text=None) for one in predicted])
    save(Run(Path(gold), "predictions:predicted.jsonl", Settings(**{"samples": 100, **settings})), Path(name))
    return name


def cells(page: Page, table: str) -> list[list[str]]:
    """The words of a table's rows."""
    script = "rows => rows.map(row => [...row.cells].map(cell => cell.textContent.trim()))"
    return page.locator(f"{table} tbody tr").evaluate_all(script)  # type: ignore[no-any-return]


@labelling.NEEDED
def test_as_a_user_compares_two_runs(folder: Path, command: Command, browser: Browser) -> None:
    """From the command to the browser: figures as eval compare has them, counts that lead to what they count; hostile names rest."""
    metrics = "ner.strict", "ner.partial", "relations.strict", "clusters.cross.muc", "attributes.norm"
    a, b = make("a", A, metrics=metrics), make(HOSTILE, B, metrics=metrics)
    done = command("eval", "report", a, b)
    page_of_both = folder / a / f"report-against-{HOSTILE}.html"
    assert (done.returncode, done.stdout) == (0, f"shown: all 3 articles\nwritten to {a}/{page_of_both.name}\n"), done.stderr
    record = json.loads(command("eval", "compare", a, b, "--json").stdout)
    with opened(browser, page_of_both) as page:
        says_the_figures(page, record)
        counts_lead_to_what_they_count(page)
        examples_lead_to_their_mention(page)
        assert page.evaluate("window.hurt") is None
        assert page.get_by_text(HOSTILE).count() > 0
        assert page.locator("img").count() == 0
        assert serious(page) == []
    with opened(browser, page_of_both, viewport=PHONE, dark=True) as page:
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        assert serious(page) == []


def says_the_figures(page: Page, record: dict[str, Any]) -> None:
    """All of the record's, rounded, with the sign that is written."""
    rows = {row[0]: row[1:] for row in cells(page, "#figures details:first-of-type")}
    assert list(rows) == [of["metric"] for of in record["differences"]]
    for of in record["differences"]:
        f1 = ["–" if figure is None else f"{figure:.3f}" for figure in of["f1"]]
        delta = "–" if of["delta"] is None else f"{of['delta']:+.3f}"
        interval = " to ".join(f"{bound:+.3f}" for bound in of["interval"] or ())
        p, least = ("" if value is None else f"{value:.4f}" for value in (of["p"], of["p_min"]))
        one, _, other, _, *rest = rows[of["metric"]]
        assert [one, other, *rest] == [*f1, *(text.replace("-", "−") for text in (delta, interval)), p, least]
    strict = next(of for of in record["differences"] if of["metric"] == "ner.strict")
    assert [row[0] for row in cells(page, "#figures details:nth-of-type(2)")] == list(strict["types"])
    expect(page.locator(".verdict").first).to_contain_text(f"better by {abs(strict['delta']):.3f}")


def counts_lead_to_what_they_count(page: Page) -> None:
    """By hand: of both runs, one alone, neither; shared errors, those of A and of B."""
    mentions = {row[0]: [int(cell) for cell in row[1:]] for row in cells(page, "#what .table-and-plot:first-of-type")}
    assert mentions == {"PER": [2, 0, 1, 1, 1, 1, 0], "GPE": [0, 2, 1, 0, 0, 0, 0], MARKUP: [0, 1, 0, 0, 0, 0, 1]}
    page.get_by_label("2 only A, GPE").click()
    expect(page.locator("#filters output")).to_have_text("2 gold · 2 A · 0 B mentions in 2 articles")
    expect(page.locator("article.article:not([hidden])")).to_have_count(2)
    page.get_by_label("1 only B, visits").click()
    expect(page.locator("#filters output")).to_have_text("1 gold · 0 A · 1 B relations in 1 article")


def examples_lead_to_their_mention(page: Page) -> None:
    """An example is marked in its sentence, and a click goes where it stands."""
    example = page.locator(".quotes a").filter(has=page.get_by_text(MOSCOW[0], exact=True)).first
    expect(example).to_contain_text("عاد أحمد إلى موسكو")
    assert example.evaluate("one => getComputedStyle(one).direction") == "rtl"
    example.click()
    expect(page.locator("mark.mention.chosen").first).to_have_text(MOSCOW[0])
    expect(page.locator("mark.mention.chosen").first).to_be_in_viewport()
    start = TEXT.index(MOSCOW[0])
    assert page.url.endswith(f"#article=000&mention=gold/{start}-{start + len(MOSCOW[0])}/GPE")


def test_what_eval_compare_refuses_is_refused(folder: Path, command: Command) -> None:
    """Another gold, match or nested, no run, a gold that was changed: one line, exit status 2, and nothing is written."""
    a = make("a", A)
    formats.write(Path("less.jsonl"), GOLD[:2])
    others = {
        "differ in gold": make("less", A[:2], "less.jsonl"),
        "differ in match": make("char", B, match="char"),
        "differ in nested": make("outermost", B, nested="outermost"),
        "no metric in common": make("bio", B, metrics=("ner.bio",)),
        "no run folder": "nowhere",
    }
    one = make("one", A, metrics=("ner.strict",))
    for says, other in others.items():
        with pytest.raises(BadInput, match=says):
            write(one if "metric" in says else a, other, folder / "page.html")
    with pytest.raises(BadInput, match=r"less\.jsonl: not the gold that a was scored on"):
        write(a, make("b", B), folder / "page.html", Path("less.jsonl"))
    done = command("eval", "report", a, "char", "--out", "page.html")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "a and char differ in match, token and char" in done.stderr
    assert not (folder / "page.html").exists()


def test_of_many_articles_those_in_which_the_runs_differ_most(folder: Path) -> None:
    """The page has no more than it has room for, and counts them all."""
    gold = [of(f"{n:03}", AHMAD, SARA, DAMASCUS, MOSCOW) for n in range(30)]
    formats.write(Path("many.jsonl"), gold)
    a = make("a", gold, "many.jsonl", metrics=("ner.strict",))
    fewer = [replace(one, mentions=one.mentions[: {7: 0, 3: 1, 20: 2}.get(n, 3)]) for n, one in enumerate(gold)]
    b = make("b", [one for one in fewer if one.doc_id != "003"], "many.jsonl", metrics=("ner.strict", "ner.exact"))
    shown = write(a, b, folder / "page.html", many=2)
    assert str(shown) == "2 of 30 articles, those in which the runs differ most"
    page = (folder / "page.html").read_text(encoding="utf-8")
    assert [part.split('"')[0] for part in page.split('data-article="')[1:]] == ["007", "003"]
    assert 'aria-label="37 only A, all types"' in page
    assert 'aria-label="83 both, all types"' in page
    size = (folder / "page.html").stat().st_size
    assert write(a, b, folder / "page.html", room=10_000).articles < 30
    assert (folder / "page.html").stat().st_size < size + 20_000


def test_runs_that_share_little(folder: Path) -> None:
    """No figure on any side, no metric of documents, a run that found nothing: there is a page, which says what there is."""
    bare = [replace(one, mentions=(), relations=()) for one in GOLD]
    formats.write(Path("bare.jsonl"), bare)
    nothing = make("nothing", bare, "bare.jsonl")
    write(nothing, nothing, folder / "page.html")
    cross = [
        make(name, found, metrics=("clusters.cross.muc", *more)) for name, found, *more in (("c", A, "ner.strict"), ("d", []))
    ]
    assert str(write(cross[0], cross[1], folder / "cross.html")) == "all 3 articles"
    page = (folder / "cross.html").read_text(encoding="utf-8")
    assert "clusters.cross.muc" in page
    assert 'aria-label="0 both, all types"' in page


def test_names() -> None:
    """Those of the folders, or the paths where these are the same."""
    assert names(["runs/a", "runs/b/"]) == ["a", "b"]
    assert names(["x/a", "y/a"]) == ["x/a", "y/a"]
    assert names(["runs/a", "runs/a"]) == ["a", "a"]
