"""From an export to data/, and from data/ to whoever types load_dataset."""

from __future__ import annotations

import copy
import json
import re
import shutil
import sys
from pathlib import Path

import pytest
import yaml

from annotation import export, label_studio, schema, seeds
from annotation.build import build
from annotation.configs import CONFIGS
from eval import formats
from eval.document import BadInput
from eval.metrics import bio
from tests.conftest import ROOT, Command

SCHEMA = schema.load()
LOAD = """
import json, sys
from datasets import load_dataset
rows = load_dataset(sys.argv[1], *sys.argv[2:], split="test")
print(json.dumps({"features": repr(rows.features), "rows": rows.to_list()}))
"""


def articles() -> seeds.Articles:
    """The project's own."""
    return seeds.read(ROOT / "seeds")


def gold() -> list[label_studio.Task]:
    """The project's own export."""
    return export.read(ROOT / "annotation" / "exports" / "gold.json")


def load(command: Command, cache: Path, folder: Path, *config: str) -> dict[str, object]:
    """What load_dataset gives a researcher: a process of its own, offline, with a cache of its own."""
    done = command(sys.executable, "-c", LOAD, folder, *config, HF_HOME=str(cache), HF_DATASETS_CACHE=str(cache))
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def files(folder: Path) -> dict[str, bytes]:
    """Everything in a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_the_committed_data_is_what_the_build_makes(tmp_path: Path) -> None:
    """Same inputs, same bytes; and data/ was built after the last change."""
    build(gold(), articles(), SCHEMA, tmp_path / "data")
    assert files(tmp_path / "data") == files(ROOT / "data")


def test_load_dataset_gives_the_documents(command: Command, tmp_path: Path) -> None:
    """The default config, typed, with every mention's surface where its offsets say."""
    loaded = load(command, tmp_path, ROOT / "data")
    rows = loaded["rows"]
    assert isinstance(rows, list)
    assert [row["doc_id"] for row in rows] == [task["data"]["doc_id"] for task in gold()]
    for row in rows:
        assert row["mentions"]
        assert row["relations"]
        assert row["fold"] == row["doc_id"]
        for mention in row["mentions"]:
            assert row["text"][mention["start"] : mention["end"]] == mention["text"]
    assert "ClassLabel" in str(loaded["features"])


def test_load_dataset_gives_the_sentences(command: Command, tmp_path: Path) -> None:
    """Tokens at their offsets, one tag each, mentions by tokens; together the tags are those that ner.bio scores."""
    sentences = load(command, tmp_path, ROOT / "data", "ner")["rows"]
    assert isinstance(sentences, list)
    texts = {doc_id: text for doc_id, (_, text) in articles().items()}
    names = ["O", *(f"{prefix}-{type}" for type in SCHEMA.types for prefix in "BI")]
    for row in sentences:
        pieces = [texts[row["doc_id"]][a:b] for a, b in zip(row["token_starts"], row["token_ends"], strict=True)]
        assert pieces == row["tokens"]
        assert len(row["ner_tags"]) == len(row["tokens"])
        assert all(0 <= mention["start_token"] < mention["end_token"] <= len(row["tokens"]) for mention in row["mentions"])
    from eval.corpus import pair

    for document in formats.read_gold(ROOT / "data"):
        tags = [names[tag] for row in sentences if row["doc_id"] == document.doc_id for tag in row["ner_tags"]]
        assert tags == bio.tags(pair([document], [document])[0])[0]
        mentions = sum(len(row["mentions"]) for row in sentences if row["doc_id"] == document.doc_id)
        assert mentions == len(pair([document], [document])[0].widened().start)


def test_the_dataset_reads_as_gold() -> None:
    """eval sees in data/ what the export holds."""
    found = formats.read_gold(ROOT / "data")
    exported = [label_studio.to_document(task) for task in gold()]
    assert [(d.doc_id, d.text, d.date, d.mentions, d.relations) for d in found] == [
        (d.doc_id, d.text, d.date, d.mentions, d.relations) for d in exported
    ]


def with_one_change() -> list[label_studio.Task]:
    """The gold with its first GROUP made an ORG."""
    changed = copy.deepcopy(gold())
    results = changed[0]["annotations"][0]["result"]
    label = next(r for r in results if r.get("from_name") == "label" and r["value"]["labels"] == ["GROUP"])
    entity = next(r for r in results if r.get("from_name") == "entity_id" and r["id"] == label["id"])
    label["value"]["labels"] = ["ORG"]
    entity["value"]["text"] = ["org:changed"]
    return changed


def test_a_rebuilt_dataset_is_not_read_from_the_old_cache(command: Command, tmp_path: Path) -> None:
    """`datasets` keys its cache by the card: load, rebuild with one change, load again, and see the change.

    A card differs by the files' sizes too, so those lines are put back: their sums alone must do it.
    """
    cache, data = tmp_path / "cache", tmp_path / "data"
    build(gold(), articles(), SCHEMA, data)
    old_card, before = (
        (data / "README.md").read_text(encoding="utf-8"),
        [load(command, cache, data, config)["rows"] for config in CONFIGS],
    )
    build(with_one_change(), articles(), SCHEMA, data)
    sums = iter(re.findall(r"sha256 [0-9a-f]{64}", (data / "README.md").read_text(encoding="utf-8")))
    (data / "README.md").write_text(re.sub(r"sha256 [0-9a-f]{64}", lambda _: next(sums), old_card), encoding="utf-8")
    after = [load(command, cache, data, config)["rows"] for config in CONFIGS]
    assert all(old != new for old, new in zip(before, after, strict=True))


def test_another_folder_of_the_same_name_is_not_mistaken_for_this_one(command: Command, tmp_path: Path) -> None:
    """One cache, two folders called data."""
    empty = copy.deepcopy(gold()[:1])
    empty[0]["annotations"][0]["result"] = []
    build(gold(), articles(), SCHEMA, tmp_path / "one" / "data")
    build(empty, articles(), SCHEMA, tmp_path / "two" / "data")
    counts = []
    for folder in ("one", "two"):
        rows = load(command, tmp_path / "cache", tmp_path / folder / "data")["rows"]
        assert isinstance(rows, list)
        counts.append(len(rows[0]["mentions"]))
    assert counts[0] > 0
    assert counts[1] == 0


def test_the_card_says_what_the_files_say() -> None:
    """The card's dataset_info wins over the file in silence, so the two must be equal; its rows and bytes too."""
    from datasets import Dataset, Features

    front = yaml.safe_load((ROOT / "data" / "README.md").read_text(encoding="utf-8").split("---\n")[1])
    assert [config["config_name"] for config in front["configs"]] == list(CONFIGS)
    for info in front["dataset_info"]:
        file = Dataset.from_parquet(str(ROOT / "data" / info["config_name"] / "test.parquet"))
        assert Features._from_yaml_list(info["features"]) == file.features
        assert info["splits"] == [{"name": "test", "num_bytes": info["dataset_size"], "num_examples": len(file)}]
        assert info["download_size"] == (ROOT / "data" / info["config_name"] / "test.parquet").stat().st_size


def test_nothing_is_built_from_an_export_with_problems(tmp_path: Path) -> None:
    """A problem, a text that is not the seeds', an article that is none: refused, and nothing is written."""
    unlabelled, edited, unknown = copy.deepcopy(gold()), copy.deepcopy(gold()), copy.deepcopy(gold())
    unlabelled[0]["annotations"][0]["result"][0]["value"]["labels"] = ["NOBODY"]
    edited[0]["data"]["text"] += " "
    unknown[0]["data"]["doc_id"] = "999"
    for tasks, says in ((unlabelled, "unknown-label"), (edited, "is not that of seeds/"), (unknown, "no such article")):
        with pytest.raises(BadInput, match=says):
            build(tasks, articles(), SCHEMA, tmp_path / "data")
    with pytest.raises(BadInput, match="no document"):
        build([], articles(), SCHEMA, tmp_path / "data")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_of_the_users_own_is_not_built_into(tmp_path: Path) -> None:
    """Their README.md stays."""
    (tmp_path / "README.md").write_text("mine", encoding="utf-8")
    with pytest.raises(BadInput, match="no dataset of ours"):
        build(gold(), articles(), SCHEMA, tmp_path)
    assert files(tmp_path) == {"README.md": b"mine"}


def test_annotate_build_and_then_eval_run(command: Command, tmp_path: Path) -> None:
    """The two commands one after the other, in a copy of what they need."""
    for part in ("seeds", "annotation/exports"):
        shutil.copytree(ROOT / part, tmp_path / part)
    built = command("annotate", "build")
    assert (built.returncode, built.stderr) == (0, "")
    assert files(tmp_path / "data") == files(ROOT / "data")
    assert command("eval", "run").returncode == 0
