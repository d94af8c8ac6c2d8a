"""annotate diff as a user types it: what it reads as a version of the gold, and what it prints."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest

from annotation import build
from annotation import gold as golds
from annotation.versions import diff, edition
from annotation.versions.diff import counted, differences
from eval import formats
from eval.document import BadInput
from tests.conftest import ROOT, Command, write_lines

if TYPE_CHECKING:
    from datasets import Dataset


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
