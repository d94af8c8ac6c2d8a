"""annotate diff: what changed in the gold between two versions, in words."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotation import build
from annotation import gold as golds
from annotation.facts import Fact
from annotation.versions import diff, edition
from annotation.versions.diff import counted, differences, lines
from annotation.versions.edition import Edition, Names
from eval import formats
from eval.document import BadInput, Document, Mention, Relation
from tests.conftest import ROOT, Command, write_lines
from tests.strategies import TEXT, documents, marked, shuffled

if TYPE_CHECKING:
    from datasets import Dataset

ALI, WAZIR, GPE = (
    Mention("m1", 11, 14, "PER", "per:ali"),
    Mention("m2", 4, 10, "TITLE", "per:ali"),
    Mention("m3", 15, 19, "GPE", "gpe:d"),
)
ARABIC = "زار الوزير علي دمشق. عاد."


def of(*mentions: Mention, doc_id: str = "000", text: str | None = ARABIC, relations: tuple[Relation, ...] = ()) -> Document:
    """An article with these."""
    return Document(doc_id, text, "2025-11-16", mentions, relations)


def called(*ids: str | None) -> tuple[Document, ...]:
    """Articles, in each of which one and the same mention has the next of these ids."""
    return tuple(of(replace(ALI, entity_id=id), doc_id=f"{number:03}") for number, id in enumerate(ids))


def said(before: tuple[Document, ...], after: tuple[Document, ...]) -> tuple[list[tuple[str, str]], str]:
    """Kind and words of all differences but facts, without isolates; and the summary."""
    found = [one for one in differences(made(before), made(after)) if not one.kind.startswith("fact")]
    return [(one.kind, one.message.replace("\u2068", "").replace("\u2069", "")) for one in found], counted(found)


def made(documents: tuple[Document, ...]) -> Edition:
    """A version that has these."""
    return Edition({document.doc_id: document for document in documents})


@pytest.mark.parametrize(
    ("before", "after", "found", "summary"),
    [
        (called("per:a", "per:a"), called("per:a", "per:a"), [], ""),
        (called("per:a", "per:a"), called("per:b", "per:b"), [("entity renamed", "per:b علي, 2 mention(s) in 000, 001; was per:a")], "1 entity renamed"),
        (called("per:a", "per:a", "per:b"), called("per:b", "per:b", "per:b"), [("entity merged", "per:a علي, 2 mention(s) in 000, 001; is per:b now")], "1 entity merged"),
        (called("per:b", "per:b", "per:b"), called("per:a", "per:a", "per:b"), [("entity split off", "per:a علي, 2 mention(s) in 000, 001; was per:b")], "1 entity split off"),
        (called("per:a", "per:b"), called("per:c", "per:c"), [("entity merged", "per:a علي, 1 mention(s) in 000; is per:c now"), ("entity merged", "per:b علي, 1 mention(s) in 001; is per:c now")], "2 entities merged"),
        (
            called("per:a", "per:a", "per:a", "per:c"),
            called("per:b", "per:b", "per:c", "per:c"),
            [("field", "PER [11, 14) علي: entity_id is per:c, was per:b"), ("entity renamed", "per:b علي, 2 mention(s) in 000, 001; was per:a")],
            "1 field changed, 1 entity renamed",
        ),
        (called("per:a", None), called("per:a", "per:b"), [("field", "PER [11, 14) علي: entity_id is per:b, was none"), ("entity added", "per:b علي, 1 mention(s) in 001")], "1 field changed, 1 entity added"),
        (called("per:a per:b"), called("per:a per:c"), [("entity renamed", "per:c علي, 1 mention(s) in 000; was per:b")], "1 entity renamed"),
        (called("per:a"), called("per:a", "per:b"), [("article added", "1 mention(s), 0 relation(s)"), ("entity added", "per:b علي, 1 mention(s) in 001")], "1 article added, 1 entity added"),
        (called("per:a", "per:b"), called("per:a"), [("article removed", "1 mention(s), 0 relation(s)"), ("entity removed", "per:b علي, 1 mention(s) in 001")], "1 article removed, 1 entity removed"),
        ((of(ALI),), (of(replace(ALI, start=4, id="x", entity_id="per:x")),), [("mention added", "PER [4, 14) الوزير علي"), ("mention removed", "PER [11, 14) علي"), ("entity added", "per:x الوزير علي, 1 mention(s) in 000"), ("entity removed", "per:ali علي, 1 mention(s) in 000")], "1 mention added, 1 mention removed, 1 entity added, 1 entity removed"),
        ((of(ALI, GPE),), (of(replace(ALI, start=4, id="x"), replace(GPE, entity_id="gpe:x")),), [("span", "PER [4, 14) الوزير علي: was [11, 14) علي"), ("entity renamed", "gpe:x دمشق, 1 mention(s) in 000; was gpe:d")], "1 span changed, 1 entity renamed"),
    ],
    ids=["nothing", "renamed", "merged", "split", "merged into a new one", "renamed but for one mention", "an id comes", "one of two ids", "article", "article gone", "span and both ids", "span and id"],
)  # fmt: skip
def test_differences_are_told_in_words(
    before: tuple[Document, ...], after: tuple[Document, ...], found: list[tuple[str, str]], summary: str
) -> None:
    """What became of an entity is said once, and not of each mention."""
    assert said(before, after) == (found, summary)


def test_what_is_read_is_grouped_by_article_and_sentence() -> None:
    """The sentence stands once, and above what changed in it, by kind."""
    before = of(WAZIR, ALI, GPE, relations=(Relation("holds_title", "m1", "m2"),))
    after = of(WAZIR, ALI, replace(GPE, type="LOC"), Mention("m4", 21, 24, "EVENT"), Mention("m5", 0, 3, "EVENT"), doc_id="000")
    found = differences(made((before,)), made((after,)))
    assert [line.replace("\u2068", "").replace("\u2069", "") for line in lines(found)] == [
        "000",
        "  زار الوزير علي دمشق.",
        "    mention added: EVENT [0, 3) زار",
        "    type: LOC [15, 19) دمشق: was GPE",
        "    relation removed: holds_title from PER [11, 14) علي to TITLE [4, 10) الوزير",
        "  عاد.",
        "    mention added: EVENT [21, 24) عاد",
    ]
    assert counted(found) == "2 mentions added, 1 type changed, 1 relation removed, 1 fact removed"


def test_a_version_without_texts_is_shown_with_the_others_and_its_text_has_not_changed() -> None:
    """Either way round; where neither has one, offsets and types are said, and no facts, which would need the words."""
    with_text, without = of(ALI, GPE), of(ALI, text=None)
    assert said((without,), (with_text,))[0][0] == ("mention added", "GPE [15, 19) دمشق")
    assert said((with_text,), (without,))[0][0] == ("mention removed", "GPE [15, 19) دمشق")
    (bare,) = differences(
        made((of(replace(ALI, entity_id=None), text=None),)), made((of(replace(ALI, entity_id=None, end=15), text=None),))
    )
    assert (bare.kind, bare.message, bare.sentence, bare.start, bare.end) == ("span", "PER [11, 15): was [11, 14)", None, 11, 15)
    assert said((of(ALI, text="another text."),), (with_text,))[0][0][0] == "text"


def test_names_aliases_and_contradictions_are_compared_where_both_have_them() -> None:
    """Of an entity that was renamed too, by its name of now."""
    one, other = Fact("leads", "per:a", "org:x"), Fact("leads", "per:a", "org:y")
    old = replace(
        made(called("per:a")),
        names={"per:a": Names("علي", None, frozenset({"علي", "Ali"}))},
        contradictions={("rank", frozenset({one, other})): "why"},
    )
    new = replace(
        made(called("per:b")),
        names={"per:b": Names("عليّ", "Ali", frozenset({"علي"}))},
        contradictions={("rank", frozenset({one._replace(head="per:b"), other._replace(head="per:b")})): "why, at length"},
    )
    assert counted(differences(old, new)) == "1 entity renamed, 2 names changed, 1 alias removed"
    assert counted(differences(old, replace(new, contradictions={}))).endswith("1 alias removed, 1 contradiction removed")
    for unknown in (replace(new, names=None, contradictions=None), made(called("per:b"))):
        assert counted(differences(old, unknown)) == counted(differences(unknown, old)) == "1 entity renamed"


def editions() -> st.SearchStrategy[Edition]:
    """One or two articles."""
    found = st.lists(documents(), min_size=1, max_size=2)
    return found.map(lambda several: made(tuple(replace(one, doc_id=str(i)) for i, one in enumerate(several))))


def renumbered(document: Document, seed: int) -> Document:
    """The same in another order, with other ids on all mentions."""
    document = shuffled(document, seed)
    new = {mention.id or "": f"m{number}" for number, mention in enumerate(document.mentions)}
    mentions = tuple(replace(mention, id=new[mention.id or ""]) for mention in document.mentions)
    relations = tuple(Relation(one.type, new[one.head], new[one.tail]) for one in document.relations)
    return replace(document, mentions=mentions, relations=relations)


def another(version: Edition, seed: int) -> Edition:
    """The same version, its documents in another order too."""
    changed = [renumbered(document, seed) for document in version.documents.values()]
    return made(tuple(reversed(changed)))


def held(version: Edition) -> object:
    """What a version says, whatever its order and the ids of its mentions."""

    def content(document: Document) -> object:
        spans = {mention.id: mention.span for mention in document.mentions}
        mentions = {mention.span: (mention.entity_id, dict(mention.attributes)) for mention in document.mentions}
        return mentions, Counter((one.type, spans[one.head], spans[one.tail]) for one in document.relations)

    return {doc_id: content(document) for doc_id, document in version.documents.items()}


@settings(max_examples=50)
@given(editions(), editions(), st.integers(0, 99))
def test_there_is_no_difference_if_and_only_if_both_say_the_same(one: Edition, other: Edition, seed: int) -> None:
    """Up to order and the ids of mentions, which may be numbered anew."""
    assert differences(one, another(one, seed)) == []
    assert bool(differences(one, other)) == (held(one) != held(other))


@settings(max_examples=50)
@given(editions(), editions())
def test_what_comes_one_way_goes_the_other_way(one: Edition, other: Edition) -> None:
    """Added and removed change places, merged and split off do, and of what changed there is as much."""
    there, back = (Counter(found.kind for found in differences(*pair)) for pair in ((one, other), (other, one)))
    swapped = {"added": "removed", "removed": "added", "merged": "split off", "split off": "merged"}

    def opposite(kind: str) -> str:
        what, _, became = kind.partition(" ")
        return f"{what} {swapped.get(became, became)}".strip()

    assert {opposite(kind): times for kind, times in there.items()} == dict(back)


@settings(max_examples=50)
@given(documents(), marked(TEXT, types="ABC"))
def test_as_many_mentions_are_added_as_come(before: Document, more: list[tuple[int, int, str]]) -> None:
    """And none is removed or changed, whatever they overlap."""
    come = [Mention(f"new{i}", *span) for i, span in enumerate(more) if span not in {one.span for one in before.mentions}]
    after = replace(before, mentions=(*before.mentions, *come))
    assert Counter(one.kind for one in differences(made((before,)), made((after,)))) == Counter({"mention added": len(come)})


def with_rows(dataset: Dataset, rows: list[dict[str, Any]]) -> Dataset:
    """The same columns with other rows."""
    return type(dataset).from_list(rows, features=dataset.features)


@pytest.fixture(scope="module")
def versions(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The project's dataset as it was once, without texts and with fewer columns, and as it is after three changes."""
    folder, configs = tmp_path_factory.mktemp("versions"), build.datasets(golds.read(ROOT))
    old = {config: configs[config] for config in ("documents", "entities", "facts")}
    old["documents"] = with_rows(old["documents"], [{**row, "text": None} for row in old["documents"]])
    old["documents"] = old["documents"].remove_columns(["title", "sha256", "fold"])
    new = {config: configs[config].to_list() for config in old}
    new["documents"][0]["mentions"][0]["attributes"]["norm"] = "\u202eturned\x1b[31m"
    del new["documents"][0]["relations"][0]
    new["entities"][0]["name_en"] = "Nobody"
    of_now = {config: with_rows(configs[config], rows) for config, rows in new.items()}
    for name, datasets in (("old", old), ("new", of_now)):
        for config, dataset in datasets.items():
            (folder / name / config).mkdir(parents=True)
            dataset.to_parquet(folder / name / config / "test.parquet")
    (folder / "new" / "README.md").write_text(
        "Of it this is\nVersion 0.1.1 (digest `0123456789ab`): 5\narticles", encoding="utf-8"
    )
    return folder / "old", folder / "new"


def test_annotate_diff_of_two_datasets(command: Command, versions: tuple[Path, Path]) -> None:
    """By article and sentence, inert, a summary at the end; exit status 0. Columns that came make no difference."""
    done = command("annotate", "diff", *versions)
    assert (done.returncode, done.stderr) == (0, "")
    head, article, *_, summary = done.stdout.splitlines()
    assert head == f"{versions[0]} → {versions[1]} (version 0.1.1, digest 0123456789ab)"
    assert article == "\u2068000\u2069"
    assert summary.startswith("1 field changed, 1 relation removed, 1 name changed")
    assert "norm is \u2068turned\\x1b[31m\u2069, was none" in done.stdout
    assert "name_en is \u2068Nobody\u2069, was " in done.stdout
    assert not {"\x1b", "\u202e"} & set(done.stdout)


def test_annotate_diff_as_json(command: Command) -> None:
    """Of two exports: the sides, each difference with its place, and how many of each kind, which the summary says."""
    exports = [Path("annotation/exports") / name for name in ("first.json", "gold.json")]
    done = command("annotate", "diff", *exports, "--json", cwd=ROOT)
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert found["old"] == {
        "path": str(exports[0]),
        "version": None,
        "digest": None,
        "articles": len(edition.read(ROOT / exports[0]).documents),
    }
    assert found["counts"] == Counter(one["kind"] for one in found["differences"])
    expected = differences(*(edition.read(ROOT / path) for path in exports))
    assert [diff.Difference(**one) for one in found["differences"]] == expected
    assert found["summary"] == counted(expected) != ""
    texts = {doc_id: document.text or "" for doc_id, document in edition.read(ROOT / exports[1]).documents.items()}
    placed = [one for one in expected if one.start is not None]
    assert placed
    assert all(one.sentence and one.sentence in texts[one.doc_id or ""] for one in placed)
    assert all(texts[one.doc_id or ""][one.start : one.end] in (one.sentence or "") for one in placed)


def test_the_dataset_says_what_the_export_does_that_it_is_made_of() -> None:
    """And its card names version and digest."""
    data = edition.read(ROOT / "data")
    assert differences(data, edition.read(ROOT / "annotation/exports/gold.json")) == []
    assert f"Version {data.version} (digest `{data.digest}`)" in (ROOT / "data/README.md").read_text(encoding="utf-8")
    assert data.names
    assert data.contradictions


def test_a_release_reads_as_the_gold_that_it_is_of(tmp_path: Path) -> None:
    """Documents without texts, as JSON lines."""
    found = edition.read(ROOT / "annotation/exports/gold.json")
    formats.write(tmp_path / "0.1.0.jsonl", [replace(document, text=None) for document in found.documents.values()])
    assert differences(edition.read(tmp_path / "0.1.0.jsonl"), found) == []


TASK: dict[str, Any] = {"data": {"doc_id": "a", "text": "abc"}, "annotations": [{"result": []}]}


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("nothing.json", None, "no such file"),
        ("nothing", None, "no such file"),
        ("a.json", "{", "not JSON"),
        ("a.json", "{}", "not a Label Studio export"),
        ("a.json", "[{}]", "need doc_id and text"),
        ("a.json", json.dumps([{**TASK, "annotations": []}]), "has 0 annotations"),
        ("a.json", json.dumps([TASK]), "no mention in any document"),
        ("a.json", json.dumps([{**TASK, "annotations": [{"result": [None]}]}]), "cannot be converted"),
        ("a.json", json.dumps([TASK, TASK]), "document 'a' stands twice"),
        ("a.jsonl", "{}", "line 1: the document: doc_id must be a string"),
        ("a.jsonl", '{"doc_id": "a", "text": "abc", "mentions": []}', "no mention in any document"),
        ("a.jsonl", '{"doc_id": "a", "text": "abc", "mentions": [{"start": 0, "end": 9, "type": "A"}]}', "offsets must be 0 <= start < end <= 3"),
        ("a.parquet", "x", "not Parquet"),
        ("a.md", "x", "ends in .jsonl or .parquet"),
        ("a/b", "x", "a folder of documents holds Parquet files"),
    ],
)  # fmt: skip
def test_what_is_no_version_of_the_gold_is_refused(tmp_path: Path, name: str, content: str | None, says: str) -> None:
    """One line that names the file."""
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    if content is not None:
        path.write_text(content, encoding="utf-8")
    named = tmp_path / name.split("/")[0]
    with pytest.raises(BadInput, match=rf"{named.name}.*{says}") as refused:
        edition.read(named)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(("config", "column"), [("entities", "entity_id"), ("facts", "head")])
def test_a_dataset_of_other_columns_is_refused(tmp_path: Path, config: str, column: str) -> None:
    """As one of another version, or a damaged one, may have them."""
    shutil.copytree(ROOT / "data", tmp_path / "data")
    path = tmp_path / "data" / config / "test.parquet"
    pq.write_table(pq.read_table(path).drop_columns([column]), path)
    with pytest.raises(BadInput, match=f"data: entities/ or facts/ are not as annotate build writes them .KeyError: '{column}'"):
        edition.read(tmp_path / "data")


def test_annotate_diff_says_what_is_wrong_in_one_line(command: Command, tmp_path: Path) -> None:
    """Exit status 2."""
    write_lines(tmp_path / "a.jsonl", [{"doc_id": "a", "mentions": []}])
    done = command("annotate", "diff", "a.jsonl", "a.jsonl")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
