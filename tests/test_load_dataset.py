"""What load_dataset gives of data/ to whoever types it, and that nothing of an older one is taken for it."""

from __future__ import annotations

import copy
import json
import re
import sys
from pathlib import Path

from annotation import label_studio
from annotation.build import build
from annotation.configs import CONFIGS
from eval import formats, iob2
from tests.conftest import ROOT, Command
from tests.test_build import SCHEMA, articles, gold, made_of

LOAD = """
import json, sys
from datasets import load_dataset
loaded = [load_dataset(sys.argv[1], config, split="test") for config in sys.argv[2:] or [None]]
print(json.dumps([{"features": repr(rows.features), "rows": rows.to_list()} for rows in loaded]))
"""


def load_all(command: Command, cache: Path, folder: Path, *configs: str) -> list[dict[str, object]]:
    """What load_dataset gives a researcher of each config: a process of its own, offline, with a cache of its own."""
    done = command(sys.executable, "-c", LOAD, folder, *configs, HF_HOME=str(cache), HF_DATASETS_CACHE=str(cache))
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def load(command: Command, cache: Path, folder: Path, *config: str) -> dict[str, object]:
    """The same of one config, or of the default one."""
    (loaded,) = load_all(command, cache, folder, *config)
    return loaded


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
    from eval.sides import pair

    for document in formats.read_gold(ROOT / "data"):
        tags = [names[tag] for row in sentences if row["doc_id"] == document.doc_id for tag in row["ner_tags"]]
        assert tags == iob2.tags(pair([document], [document])[0])[0]
        mentions = sum(len(row["mentions"]) for row in sentences if row["doc_id"] == document.doc_id)
        assert mentions == len(pair([document], [document])[0].widened().start)


def with_one_change() -> list[label_studio.Task]:
    """The gold with one title of two words cut to its first: that changes each config, and the rows of none."""
    changed = copy.deepcopy(gold())
    (results,) = (task["annotations"][0]["result"] for task in changed if task["data"]["doc_id"] == "003")
    label = next(r for r in results if r["type"] == "labels" and r["value"]["text"] == "الفريق أول")
    for result in results:
        if result.get("id") == label["id"]:
            result["value"]["end"] -= len(" أول")
    label["value"]["text"] = "الفريق"
    return changed


def test_a_rebuilt_dataset_is_not_read_from_the_old_cache(command: Command, tmp_path: Path) -> None:
    """`datasets` keys its cache by the card: load, rebuild with one change, load again, and see the change.

    A card differs by the files' sizes too, so those lines are put back: their sums alone must do it.
    """
    cache, data = tmp_path / "cache", tmp_path / "data"
    build(made_of(gold()), data)
    old_card, before = (data / "README.md").read_text(encoding="utf-8"), load_all(command, cache, data, *CONFIGS)
    build(made_of(with_one_change()), data)
    sums = iter(re.findall(r"sha256 [0-9a-f]{64}", (data / "README.md").read_text(encoding="utf-8")))
    (data / "README.md").write_text(re.sub(r"sha256 [0-9a-f]{64}", lambda _: next(sums), old_card), encoding="utf-8")
    after = load_all(command, cache, data, *CONFIGS)
    assert all(old["rows"] != new["rows"] for old, new in zip(before, after, strict=True))


def test_another_folder_of_the_same_name_is_not_mistaken_for_this_one(command: Command, tmp_path: Path) -> None:
    """One cache, two folders called data."""
    empty = copy.deepcopy(gold()[:1])
    empty[0]["annotations"][0]["result"] = []
    build(made_of(gold()), tmp_path / "one" / "data")
    build(made_of(empty), tmp_path / "two" / "data")
    counts = []
    for folder in ("one", "two"):
        rows = load(command, tmp_path / "cache", tmp_path / folder / "data")["rows"]
        assert isinstance(rows, list)
        counts.append(len(rows[0]["mentions"]))
    assert counts[0] > 0
    assert counts[1] == 0
