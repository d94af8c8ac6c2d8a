"""The dataset without its texts: nothing of an article is in it, and joined with the texts it is the dataset."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from annotation import seeds
from annotation.configs import CONFIGS
from eval import segment
from tests.conftest import BIN, ROOT, Command, files

MOST_WORDS = 6  # of a title that someone holds, the longest alias


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's own gold as the command builds it without texts, with what hf download leaves beside it."""
    project = tmp_path_factory.mktemp("project")
    for part in ("seeds", "annotation"):
        (project / part).symlink_to(ROOT / part)
    built = subprocess.run([BIN / "annotate", "build", "--stand-off"], cwd=project, capture_output=True, text=True, timeout=300)
    assert (built.returncode, built.stderr) == (0, "")
    assert built.stdout.startswith("data-stand-off: documents 5 rows, ")
    assert sorted(path.name for path in project.iterdir()) == ["annotation", "data-stand-off", "seeds"]
    folder = project / "data-stand-off"
    (folder / ".gitattributes").write_text("*.parquet filter=lfs\n", encoding="utf-8")
    (folder / ".cache" / "huggingface").mkdir(parents=True)
    (folder / ".cache" / "huggingface" / "README.md.metadata").write_text("0\n", encoding="utf-8")
    return folder


def strings(value: Any) -> Iterator[str]:
    """Every string in a value, keys too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, bytes):
        yield value.decode("utf-8", "replace")
    elif isinstance(value, dict):
        yield from strings([*value, *value.values()])
    elif isinstance(value, list):
        for one in value:
            yield from strings(one)


def in_parquet(path: Path) -> Iterator[str]:
    """Every string of a Parquet file: its values, its columns' names and statistics, and what is embedded beside."""
    file = pq.ParquetFile(path)
    yield from strings(file.read().to_pylist())
    yield from strings(dict(file.schema_arrow.metadata) | dict(file.metadata.metadata))
    for i in range(file.metadata.num_row_groups):
        for j in range(file.metadata.num_columns):
            column = file.metadata.row_group(i).column(j)
            yield column.path_in_schema
            if column.statistics and column.statistics.has_min_max:
                yield from strings([column.statistics.min, column.statistics.max])


def bodies() -> list[list[str]]:
    """The words of each article without its title."""
    found = []
    for article, text in seeds.read(ROOT / "seeds").values():
        assert article.title is None or text.startswith(article.title)
        found.append(text.removeprefix(article.title or "").split())
    return found


def test_no_running_text_of_an_article_is_in_any_file(published: Path) -> None:
    """Of no article more than six words in a row stand in a string of it, or in its bytes; in the full dataset they do."""
    too_long = MOST_WORDS + 1
    runs = {" ".join(words[i : i + too_long]) for words in bodies() for i in range(len(words) - MOST_WORDS)}

    def found(said: str) -> set[str]:
        words = said.split()
        return runs & {" ".join(words[i : i + too_long]) for i in range(len(words) - MOST_WORDS)}

    inside: list[str] = []
    for path in (path for path in published.rglob("*") if path.is_file()):
        if path.suffix == ".parquet":
            inside += in_parquet(path)
        elif path.name == "README.md":
            inside.append(path.read_text(encoding="utf-8").split("\n---\n")[0])
        else:
            inside.append(path.read_text(encoding="utf-8"))
        if path.name != "README.md":
            assert not [run for run in runs if run.encode() in path.read_bytes()]
    assert len(inside) > 10_000
    assert set().union(*map(found, inside)) == set()
    assert set().union(*map(found, in_parquet(ROOT / "data" / "documents" / "test.parquet"))) == runs


def test_aliases_can_be_laid_into_most_mentions_and_not_into_most_of_the_words(published: Path) -> None:
    """What the card says of them, tried: at each mention an alias that its entity has in the article, as long as it."""
    rows = {config: pq.read_table(published / config / "test.parquet").to_pylist() for config in ("documents", "entities")}
    aliases = {row["entity_id"]: row["aliases"] for row in rows["entities"]}
    right = Counter[str]()
    for row, (_, text) in zip(rows["documents"], seeds.read(ROOT / "seeds").values(), strict=True):
        laid = set[int]()
        for one in row["mentions"]:
            had = [
                alias for id in (one["entity_id"] or "").split() for alias in aliases[id] if row["doc_id"] in alias["documents"]
            ]
            fits = {alias["text"] for alias in had if len(alias["text"]) == one["end"] - one["start"]}
            right["mentions"] += 1
            if fits == {text[one["start"] : one["end"]]}:
                right["mentions laid"] += 1
                laid |= {*range(one["start"], one["end"])}
        for start, end in segment.tokens(text).tolist():
            right["words"] += 1
            right["words laid"] += laid.issuperset(range(start, end))
    assert 0.5 < right["mentions laid"] / right["mentions"] < 0.9
    assert 0.2 < right["words laid"] / right["words"] < 0.4


def test_what_stands_at_a_place_is_null_and_all_else_is_as_in_the_full_dataset(published: Path) -> None:
    """The same columns and values, but for words at offsets."""
    words = {"documents": {"text", "mentions"}, "ner": {"tokens"}, "relations": {"text", "head", "tail"}}
    for config in CONFIGS:
        bare, full = (pq.read_table(folder / config / "test.parquet") for folder in (published, ROOT / "data"))
        assert bare.schema.equals(full.schema, check_metadata=True)
        kept = [column for column in full.column_names if column not in words.get(config, set())]
        assert bare.select(kept).equals(full.select(kept))
        for column in words.get(config, set()):
            if column in ("text", "tokens"):
                assert bare[column].null_count == len(bare)
                continue
            rows = zip(bare[column].to_pylist(), full[column].to_pylist(), strict=True)
            for one, other in ((a, b) for row in rows for a, b in (zip(*row, strict=True) if column == "mentions" else [row])):
                assert one == {**other, "text": None}
                assert other["text"]


def test_joined_with_the_seeds_it_is_the_dataset_byte_for_byte(command: Command, published: Path, tmp_path: Path) -> None:
    """By the command: every file, the card too, so that all that reads data/ finds the same; what lies beside is passed over."""
    before = files(published)
    joined = command("annotate", "join", published, ROOT / "seeds", "--out", "joined")
    assert (joined.returncode, joined.stderr) == (0, "")
    assert files(tmp_path / "joined") == files(ROOT / "data")
    assert files(published) == before
    rows = {config: pq.read_metadata(ROOT / "data" / config / "test.parquet").num_rows for config in CONFIGS}
    assert joined.stdout == "joined: " + ", ".join(f"{config} {count} rows" for config, count in rows.items()) + "\n"


LOAD = """
import json, sys
from datasets import load_dataset
loaded = {config: load_dataset(sys.argv[1], config, split="test") for config in sys.argv[3:]}
full = load_dataset(sys.argv[2], split="test")
assert loaded["documents"].features == full.features
print(json.dumps([{config: rows.select(range(5)).to_list() for config, rows in loaded.items()}, full.to_list()]))
"""


def test_load_dataset_gives_both_forms_from_one_cache(command: Command, published: Path, tmp_path: Path) -> None:
    """Two folders called data; the one without texts has None for them, typed, and no warning is given."""
    cache = str(tmp_path / "cache")
    shutil.copytree(published, tmp_path / "data")
    done = command(sys.executable, "-W", "error", "-c", LOAD, tmp_path / "data", ROOT / "data", *CONFIGS, HF_HOME=cache)
    assert done.returncode == 0, done.stderr
    assert "warn" not in done.stderr.lower()
    bare, full = json.loads(done.stdout)
    assert [row["text"] for row in bare["documents"]] == [None] * 5
    assert all(row["text"] and mention["text"] for row in full for mention in row["mentions"])
    assert {mention["text"] for row in bare["documents"] for mention in row["mentions"]} == {None}
    assert {row["tokens"] for row in bare["ner"]} == {None}
    assert {part for row in bare["relations"] for part in (row["text"], row["head"]["text"], row["tail"]["text"])} == {None}
    assert all(row["aliases"] for row in bare["entities"])
