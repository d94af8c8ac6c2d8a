"""The page of a run as a file: what is in it, that nothing in it is more than text, and when it is made, refused and gone."""

from __future__ import annotations

import base64
import hashlib
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from eval import formats, recipe
from eval.document import BadInput, Document, Mention, Relation
from eval.folder import REPORT, check, save
from eval.pages import report
from eval.pages.ours import is_ours
from eval.run import Run
from eval.settings import Settings
from tests.conftest import Command
from tests.reports import Page

HURT = "</script><img src=x onerror=hurt()>"
HOSTILE = (HURT, "{{7*7}}", "\u202egnorw", "<!--<script>", "' onload='hurt()", "&lt;b&gt;")


def hostile(doc_id: str) -> Document:
    """A document all of whose words are hostile."""
    text = " ".join(HOSTILE)
    mentions = [
        Mention(f"m{i}", 4 * i, 4 * i + 3, words, f"id:{words.replace(' ', '_')}", {words: words})
        for i, words in enumerate(HOSTILE)
    ]
    return Document(doc_id, text, HURT, tuple(mentions), (Relation(HURT, "m0", "m1"), Relation(HOSTILE[1], "m2", "m1")))


def remarking(documents: Sequence[Document]) -> Iterable[Document]:
    """An extractor that finds one half of each, has something to say, and fails on one."""
    for one in documents:
        if one.doc_id == HOSTILE[3]:
            raise ValueError(HURT)
        found = hostile(one.doc_id)
        kept = tuple(replace(mention, end=mention.end - i % 2) for i, mention in enumerate(found.mentions[:4]))
        yield replace(found, mentions=kept, notes=(HURT, "noted"))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with hostile gold."""
    folder = tmp_path_factory.mktemp("report")
    formats.write(folder / "gold.jsonl", [hostile(words) for words in HOSTILE])
    return folder


@pytest.fixture(scope="module")
def made(place: Path) -> Path:
    """The folder of a run with notes and an error, and its report."""
    save(
        Run(place / "gold.jsonl", "tests.test_report:remarking", Settings(fail_fast=False, samples=20, match="char")),
        place / "run",
    )
    report.write(place / "run", place / "run" / REPORT)
    return place / "run"


@pytest.fixture(scope="module")
def page(made: Path) -> Page:
    """The report as a browser reads it."""
    return Page(made / REPORT)


def test_the_articles_are_the_golds(page: Page, place: Path) -> None:
    """Each island has the text and the offsets of both sides, in the gold's order; the failed document is empty."""
    gold = formats.read_gold(place / "gold.jsonl")
    assert page.articles == [one.doc_id for one in gold]
    legend = page.islands["legend"]
    for one in gold:
        island = page.islands[one.doc_id]
        assert island["text"] == one.text
        own, found = (side["mentions"] for side in island["sides"])
        assert [(m[0], m[1], legend["types"][m[2]]["name"]) for m in own] == [m.span for m in one.mentions]
        assert [legend["entities"][m[4]]["id"] for m in own] == [m.entity_id for m in one.mentions]
        assert [legend["attributes"][m[5]] for m in own] == [m.attributes for m in one.mentions]
        assert [(m[:2], legend["classes"][m[3]], m[6:]) for m in found] == (
            []
            if one.doc_id == HOSTILE[3]
            else [([4 * i, 4 * i + 3 - i % 2], "boundary" if i % 2 else "correct", [i]) for i in range(4)]
        )


def test_nothing_hostile_is_more_than_text(page: Page) -> None:
    """No element and no attribute is there that a harmless run has not; each word stands there as it is."""
    assert {tag for tag, _ in page.elements}.isdisjoint({"img", "iframe", "object", "embed", "base"})
    assert {name for _, found in page.elements for name in found if name.startswith("on") or name == "style"} == set()
    assert [found for tag, found in page.elements if tag == "script" and found.get("type") != "application/json"] == [{}] * len(
        page.code["script"]
    )
    words = "\n".join(page.words)
    assert all(hostile in words for hostile in HOSTILE)
    assert "49" not in words.split()


def test_remarks_of_the_extractor_are_shown(page: Page) -> None:
    """Notes and errors, each on its document, and the warnings of the run."""
    words = "".join(page.words)
    assert words.count("2 notes of the extractor") == len(HOSTILE) - 1
    assert f"the extractor failed here: ValueError: {HURT}" in words
    assert "failed on 1 document(s)" in words


def test_the_policy_allows_what_stands_in_the_page_and_nothing_else(page: Page) -> None:
    """Each style and script by its own sha256; no address of any kind."""
    policy = next(found["content"] or "" for _, found in page.elements if found.get("http-equiv") == "Content-Security-Policy")
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert (rules["default-src"], rules["img-src"]) == ("'none'", "data:")
    for tag, rule in (("style", "style-src"), ("script", "script-src")):
        digests = [base64.b64encode(hashlib.sha256(code.encode()).digest()).decode() for code in page.code[tag]]
        assert rules[rule].split() == [f"'sha256-{digest}'" for digest in digests]


def test_a_run_writes_it_and_it_is_made_again_anywhere(place: Path, command: Command, tmp_path: Path) -> None:
    """By eval run, whatever the extractor is called; by eval report, from another working directory: the same page."""
    name = f"{HURT}.jsonl"
    (place / name).parent.mkdir()
    formats.write(place / name, [hostile(words) for words in HOSTILE[1:]])
    done = command("eval", "run", f"predictions:{name}", "--gold", "gold.jsonl", "--out", "given", cwd=place)
    assert (done.returncode, done.stderr) == (0, "")
    before = (place / "given" / REPORT).read_bytes()
    (place / "given" / REPORT).unlink()
    done = command("eval", "report", place / "given", cwd=tmp_path)
    assert done.stdout == f"shown: all 6 articles\nwritten to {place / 'given' / REPORT}\n"
    assert (place / "given" / REPORT).read_bytes() == before
    found = Page(place / "given" / REPORT)
    assert f"predictions:{name}" in found.words
    assert [len(found.islands[words]["sides"][1]["mentions"]) for words in HOSTILE] == [0, 6, 6, 6, 6, 6]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "name one run folder, or two"),
        (["run", "run", "run"], "name one run folder, or two"),
        (["nowhere"], "nowhere: no run folder"),
        (
            ["run", "--out", "mine.html"],
            "mine.html stands there and is no page of ours; move it, or name another place with --out",
        ),
        (["run", "--out", "none/x.html"], "none/x.html: there is no folder none; make it first"),
    ],
)
def test_bad_usage_is_one_line(
    arguments: list[str], says: str, made: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Status 2, and nothing is written."""
    from eval.__main__ import main

    monkeypatch.chdir(made.parent)
    Path("mine.html").write_text("<html>mine", encoding="utf-8")
    with pytest.raises(SystemExit, match="2"):
        main(["report", *arguments])
    said = capsys.readouterr().err
    assert says in said
    assert said.count("\n") == 1
    assert Path("mine.html").read_text(encoding="utf-8") == "<html>mine"


def test_another_gold_is_refused(place: Path, made: Path, tmp_path: Path) -> None:
    """One that was changed, lost a document, or is gone; the one that was scored is found by --gold, wherever it lies."""
    gold = formats.read_gold(place / "gold.jsonl")
    for changed in ([replace(gold[0], text=f"{gold[0].text} "), *gold[1:]], gold[1:]):
        formats.write(tmp_path / "other.jsonl", changed)
        with pytest.raises(
            BadInput, match=r"other\.jsonl: not the gold that .* was scored on \(gold \w{12}, now \w{12}\).*--gold"
        ):
            report.write(made, tmp_path / "page.html", tmp_path / "other.jsonl")
    with pytest.raises(BadInput, match="no such file or folder; --gold names"):
        report.write(made, tmp_path / "page.html", tmp_path / "gone.jsonl")
    assert not (tmp_path / "page.html").exists()
    shutil.copy(place / "gold.jsonl", tmp_path / "moved.jsonl")
    report.write(made, tmp_path / "page.html", tmp_path / "moved.jsonl")
    assert (tmp_path / "page.html").read_bytes() == (made / REPORT).read_bytes()


def test_a_moved_gold_makes_no_other_run(place: Path, tmp_path: Path) -> None:
    """The run goes on in its folder, and says where the gold is now."""
    for name in ("one.jsonl", "other.jsonl"):
        shutil.copy(place / "gold.jsonl", tmp_path / name)
        own = Run(tmp_path / name, "tests.test_report:remarking", Settings(fail_fast=False, samples=0))
        save(own, tmp_path / "out")
        assert (recipe.read(tmp_path / "out") or {})[recipe.PLACE] == str(tmp_path / name)


def test_a_run_made_anew_leaves_no_older_page(tmp_path: Path) -> None:
    """Of its own and against others; a user's own file stays, and is refused where ours would stand."""
    formats.write(tmp_path / "gold.jsonl", [hostile("a")])
    out = tmp_path / "out"

    def again(seed: int = 0) -> None:
        save(Run(tmp_path / "gold.jsonl", f"predictions:{tmp_path}/gold.jsonl", Settings(samples=0, seed=seed)), out)

    again()
    for name in (REPORT, "report-against-other.html"):
        report.write(out, out / name)
        assert is_ours(out / name)
    mine = {"report-against-mine.html", f".{REPORT}-mine"}
    for name in mine:
        (out / name).write_text("mine", encoding="utf-8")
    (out / f".{REPORT}-folder").mkdir()
    (out / f".{REPORT}-killed").touch()
    (out / ".report-against-other.html-cut").write_bytes((out / REPORT).read_bytes()[:4096])
    before = {file.name for file in out.iterdir()}
    for seed in (0, 1):
        again(seed)
        gone = {REPORT, "report-against-other.html", f".{REPORT}-killed", ".report-against-other.html-cut"}
        assert {file.name for file in out.iterdir()} == before - gone
        assert {(out / name).read_text(encoding="utf-8") for name in mine} == {"mine"}
        report.write(out, out / REPORT)
    (out / REPORT).write_text("mine", encoding="utf-8")
    with pytest.raises(BadInput, match=r"report\.html stands there and is no page of ours"):
        check(out)
