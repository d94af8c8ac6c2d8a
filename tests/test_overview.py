"""The upper part of a run's report: its figures are those of the run, its links lead where they say, and nothing in it acts."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Browser, expect

from eval import formats, unit_counts
from eval.pages import by_type, overview, passages, report
from eval.tally import ERRORS
from tests import labelling
from tests.conftest import document
from tests.overviews import RELATIONS, Shown, data, figures, five, run, shown
from tests.pages import PHONE, WIDE, opened, serious


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    """One run for many checks; the first article is not in the page."""
    return shown(tmp_path_factory.mktemp("runs") / "run", *five(), left_out=1, samples=200, seed=3)


def test_each_figure_is_that_of_the_run(made: Shown) -> None:
    """In the headline, in the table of all metrics, and type by type."""
    metrics = made.scores["metrics"]
    for one in made.page.cssselect(".headline > div"):
        own = metrics[one.get("data-metric")]
        assert data(one)[:3] == [own["f1"], *own["interval"]]
        assert own["correct"] is None or data(one)[3:] == [own["correct"], own["gold"], own["predicted"]]
        assert one.cssselect(".big")[0].text_content().strip() == f"{own['f1']:.3f}"
    columns = ("precision", "recall", "f1", "interval", "macro_f1", "correct", "predicted", "gold")
    rows = made.page.cssselect("table.metrics tbody tr")
    assert [row.get("data-metric") for row in rows] == [*metrics]
    for row in rows:
        own = metrics[row.get("data-metric")]
        assert figures(row, columns) == {name: (own[name] or [None]) if name == "interval" else own[name] for name in columns}
    columns = ("precision", "recall", "f1", "correct", "predicted", "gold")
    for table in made.page.cssselect("table.types"):
        own = metrics[table.get("data-metric")]
        rows = {row.find("th").text_content(): row for row in table.cssselect("tbody tr")}
        assert [*rows] == [*own["types"]]
        for name, row in rows.items():
            found = figures(row, ("precision", "recall", "f1", "interval", "correct", "predicted", "gold"))
            assert {column: found[column] for column in columns} == own["types"][name]


def test_the_interval_of_a_type_is_that_of_a_run_that_has_this_type_alone(made: Shown, tmp_path: Path) -> None:
    """Of mentions and of relations; a type of one document alone has none, and is said to be."""
    gold, predicted = five()
    units = unit_counts.read(made.folder / "counts.parquet", ERRORS)
    for metric, types, items in (
        ("ner.strict", ("DATE", "EVENT"), "mentions"),
        ("relations.strict", ("supports", RELATIONS["happens_at"]), "relations"),
    ):
        o = by_type.of(metric, made.scores["metrics"][metric], units[metric], 200, 3)
        rows = {row["name"]: row for row in o["rows"]}
        for name in types:
            reduced = [
                [
                    replace(
                        one,
                        **({"relations": ()} if items == "mentions" else {}),
                        **{items: tuple(i for i in getattr(one, items) if i.type == name)},
                    )
                    for one in side
                ]
                for side in (gold, predicted)
            ]
            own = run(tmp_path / f"{items}{types.index(name)}", *reduced, metrics=(metric,), samples=200, seed=3)["metrics"][
                metric
            ]
            assert own["interval"] == [*rows[name]["interval"]]
        having = Counter(
            type for sides in zip(gold, predicted, strict=True) for type in {i.type for one in sides for i in getattr(one, items)}
        )
        assert {name for name, row in rows.items() if row["interval"] is None} == {name for name in rows if having[name] == 1}
        assert all(row["alone"] == (None if row["interval"] else "document") for row in rows.values())


def test_the_matrix_has_each_item_of_the_gold_once(made: Shown) -> None:
    """A row sums to how many the gold has of the type, the last to what is spurious; links say the cell's types."""
    for table in made.page.cssselect("table.matrix"):
        metric = table.get("data-metric")
        own, classes = made.scores["metrics"][metric]["types"], made.scores["errors"][metric]["classes"]
        heads = [head.text_content() for head in table.cssselect("thead th")]
        assert heads[:3] == ["gold", "in all", "missed"]
        sums = {}
        for row in table.cssselect("tbody tr"):
            name, cells = row.find("th").text_content(), row.findall("td")
            counted = []
            for head, cell in zip(heads[2:], cells[1:], strict=True):
                for link in cell.findall("a"):
                    counted.append(int(link.text))
                    item = {} if metric == "ner.strict" else {"item": ["relations"]}
                    types = {
                        "gold": "-" if row.get("class") else name,
                        "predicted": "-" if cell in row.cssselect("td.none") else head,
                    }
                    assert parse_qs(link.get("href")[1:], strict_parsing=True) == {
                        **item,
                        **{side: [type] for side, type in types.items()},
                    }
            sums[name] = sum(counted)
            assert int(cells[0].text) == sums[name]
        assert sums.pop("spurious") == classes["spurious"]["predicted"]
        assert sums == {name: score["gold"] for name, score in own.items() if score["gold"]}


def test_what_costs_most_is_shown_with_its_words_and_leads_to_them(made: Shown) -> None:
    """In the order of scores.json; of an article that is not in the page offsets alone, without a link."""
    texts = {one.doc_id: one.text or "" for one in made.gold}
    absent = made.gold[0].doc_id
    linked: Counter[bool] = Counter()
    for listed in made.page.cssselect("ol.costly"):
        kinds = [kind for kind in made.scores["errors"][listed.get("data-metric")]["kinds"] if "gain" in kind][:10]
        for shown_kind, kind in zip(listed.findall("li"), kinds, strict=True):
            query = parse_qs(shown_kind.cssselect("h4 a")[0].get("href")[1:], strict_parsing=True)
            assert {key: value for key, (value,) in query.items() if key != "item"} == {
                key: value
                for key, value in (("class", kind["class"]), ("gold", kind["gold_type"]), ("predicted", kind["predicted_type"]))
                if value
            }
            assert data(shown_kind)[0] == kind["gain"]
            for shown_example, example in zip(shown_kind.cssselect(".example"), kind["examples"], strict=True):
                there = example["doc_id"] != absent
                linked[there] += 1
                links = {link.get("href"): link.text_content() for link in shown_example.iter("a")}
                items = [
                    (side, end)
                    for side in ("gold", "predicted")
                    for item in example[side]
                    for end in ([item["head"], item["tail"]] if "head" in item else [item])
                ]
                assert bool(links) == there
                if not there:
                    assert all(f"[{end['start']}, {end['end']})" in shown_example.text_content() for _, end in items)
                places = {f"{side}/{end['start']}-{end['end']}/{end['type']}": (end["start"], end["end"]) for side, end in items}
                for href, words in links.items():
                    query = parse_qs(href[1:], strict_parsing=True)
                    assert query["article"] == [example["doc_id"]]
                    whole = texts[example["doc_id"]][slice(*places[query["mention"][0]])]
                    assert words == whole or (words.endswith("…") and whole.startswith(words[:-1]))
    assert min(linked[True], linked[False]) > 0


def test_a_passage_is_the_text_around() -> None:
    """Whole sentences where they are short, the near words where they are long; every piece is of the text."""
    text = "أولا. قبل " + "كلمة " * 40 + "هنا " + "كلمة " * 90 + "هناك بعد. آخرا."
    article = passages.Passages(text)
    one, other = text.index("هنا "), text.index("هناك")
    pieces = article.passage([(one, one + 3), (other, other + 4)])
    assert [piece for piece, marked in pieces if marked] == ["هنا", "هناك"]
    assert [marked for _, marked in pieces] == [False, True, False, True, False]
    before, between, after = (piece for piece, marked in pieces if not marked)
    assert before.startswith("…")
    assert text[:one].endswith(before[1:])
    assert (" … " in between, after) == (True, " بعد.")
    assert all(len(piece) <= 2 * passages.AROUND + 3 for piece, _ in pieces)
    inner = article.passage([(one, other + 4), (other, other + 4)])
    assert [marked for _, marked in inner] == [False, True, True, False]


def test_plots_have_a_name_and_nothing_that_acts_or_is_fetched(made: Shown) -> None:
    """No style attribute, no address but names of vocabularies; labels are cut, and are text."""
    svgs = made.page.cssselect("figure svg")
    assert len(svgs) == 7
    for svg in svgs:
        assert svg.get("role") == "img"
        assert svg.get("aria-label")
    assert not made.page.xpath("//*[@style or @onerror or @onload] | //script | //img | //svg//a | //svg//image | //svg//use")
    for element in made.page.iter():
        for name, value in element.attrib.items():
            assert name.startswith("xmlns") or "http" not in value, (element.tag, name, value)
    labels = [text.text for svg in svgs for text in svg.iter("text")]
    assert "منظمة دولية" in labels
    (hostile,) = (label for label in labels if label.startswith("</svg>"))
    assert hostile.endswith("…")
    assert max(map(len, labels)) < 40


def test_what_there_is_not_is_not_shown(tmp_path: Path) -> None:
    """No samples, one document, nothing to score, no errors, other metrics."""
    gold = [document("aa bb", (0, 2, "A"), doc_id="d")]
    for name, predicted, settings in (
        ("unsampled", gold, {"samples": 0}),
        ("one", gold, {}),
        ("empty", [replace(gold[0], mentions=())], {"metrics": ("ner.exact", "clusters.conll")}),
    ):
        whole = shown(tmp_path / name, gold, predicted, **settings)
        assert bool(whole.scores["errors"]) == (name != "empty")
        words = whole.page.text_content()
        assert "None" not in words
        assert "nan" not in words
        assert [one.get("data-metric") for one in whole.page.cssselect(".headline > div")] == [
            name for name in overview.HEADLINE if name in whole.scores["metrics"]
        ]
        assert "nothing to score" in words.casefold()
        assert ("No errors." in words) == (name != "empty")
        assert whole.scores["signature"] in words


def test_more_types_than_can_be_seen_are_in_the_table_alone(tmp_path: Path) -> None:
    """The largest are drawn, and how many are not is said."""
    many = by_type.MANY + 5
    text = "aa " * (many + 10)
    spans = [(3 * i, 3 * i + 2, f"T{min(i, many - 1):02}") for i in range(many + 10)]
    gold = [document(text, *spans, doc_id=doc_id) for doc_id in "de"]
    whole = shown(tmp_path / "many", gold, gold, metrics=("ner.strict",))
    assert len(whole.page.cssselect("table.types tbody tr")) == many
    assert len(whole.page.cssselect("table.matrix tbody tr")) == by_type.MANY + 1
    drawn = {text.text for text in whole.page.cssselect("#types svg text")}
    assert f"T{many - 1:02}" in drawn
    assert len({label for label in drawn if label.startswith("T")}) == by_type.MANY
    assert whole.page.text_content().count("5 smaller types") == 2


@labelling.NEEDED
def test_in_a_browser_it_is_inert_and_fits_and_axe_finds_nothing(made: Shown, browser: Browser, tmp_path: Path) -> None:
    """In light, and in dark on a phone, with all that is folded unfolded."""
    papers = set()
    path = tmp_path / "page.html"
    path.write_text(made.source, encoding="utf-8")
    for dark, size in ((False, WIDE), (True, PHONE)):
        with opened(browser, path, viewport=size, dark=dark) as one:
            one.evaluate(f"for (const folded of document.querySelectorAll('details')) folded.open = {str(dark).lower()}")
            assert one.evaluate("window.hurt") is None
            assert one.evaluate("document.documentElement.scrollWidth") == size["width"]
            papers.add(one.evaluate("getComputedStyle(document.body).backgroundColor"))
            assert one.locator(".passage[dir=rtl]").first.evaluate("one => getComputedStyle(one).direction") == "rtl"
            # The rest are like the first three, and axe is slow.
            one.evaluate("for (const more of document.querySelectorAll('.costly > li:nth-child(n+4)')) more.remove()")
            assert serious(one) == []
    assert len(papers) == 2


@labelling.NEEDED
def test_in_a_report_each_number_leads_to_what_it_counts_and_each_example_to_its_mention(
    made: Shown, browser: Browser, tmp_path: Path
) -> None:
    """In the whole page, as it opens from disk; but for a type that is called as what stands for no counterpart."""
    formats.write(tmp_path / "gold.jsonl", made.gold)
    report.write(made.folder, tmp_path / "page.html", tmp_path / "gold.jsonl")
    with opened(browser, tmp_path / "page.html") as page:
        for metric, item in (("ner.strict", "mentions"), ("relations.strict", "relations")):
            table = page.locator(f"table.matrix[data-metric='{metric}']")
            cells = table.locator("a").evaluate_all(
                """links => links.map(link => ({
                    href: link.getAttribute('href'), many: link.firstChild.data, spurious: link.closest('tr').className === 'none',
                    types: [link.closest('tr').querySelector('.label'), link.closest('table').querySelectorAll('.label')[link.closest('td').cellIndex - 2]].map(one => one.textContent),
                }))"""
            )
            named = [cell for cell in cells if "-" not in cell["types"]]
            assert len(named) > 3
            for cell in named[:: len(named) // 4]:
                table.locator(f"a[href={json.dumps(cell['href'])}]").evaluate("link => link.click()")
                counted = rf"· {cell['many']} predicted {item} in" if cell["spurious"] else f"^{cell['many']} gold ·"
                expect(page.locator("#filters output")).to_have_text(re.compile(counted))
        example = page.locator(".passage a").first
        words = example.inner_text()
        example.click()
        expect(page.locator("mark.mention.chosen").first).to_be_in_viewport()
        assert page.locator(".panel h2").inner_text() == words
        assert page.evaluate("window.hurt") is None
        assert serious(page) == []
