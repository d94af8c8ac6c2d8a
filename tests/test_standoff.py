"""The dataset without its texts: nothing of an article is in it, and joined with the texts it is the dataset."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from annotation import build, schema, seeds, standoff
from annotation.__main__ import main as annotate
from annotation.configs import CONFIGS
from annotation.croissant import NAME
from annotation.entities import of_gold
from annotation.facts import facts
from annotation.gold import Gold
from eval import segment
from eval.document import BadInput, Document, Mention
from tests.conftest import BIN, ROOT, Command, document, files
from tests.strategies import documents

SCHEMA = schema.load()
NO_PROJECT = ROOT / "tests"  # where nothing is kept of a making, so that no agreement is counted
MOST_WORDS = 6  # of a title that someone holds, the longest alias
TEXT = "زار الوزير علي دمشق.\nوعاد.\n"
HAND = document(TEXT, (0, 3, "EVENT"), (4, 10, "TITLE"), (11, 14, "PER"), (15, 19, "GPE"), doc_id="000")

# Marks of direction, combining marks, emoji of several code points, line ends of every kind, the null character.
ANY_TEXT = st.text(
    alphabet="اب ج.#\n\r\t🔹𝕊ـ\u064e\u0301\u00a0\u2028\u0085\u200f\u202e\u2066\ufeff\u200d👩\U0001f1f8\x00", max_size=40
)


def gold_of(*found: Document, title: str | None = None) -> Gold:
    """A gold of these documents alone."""
    articles = {}
    for one in found:
        text = one.text or ""
        sum_ = hashlib.sha256(text.encode()).hexdigest()
        article = seeds.Article(one.doc_id, f"{one.doc_id}.txt", sum_, None, None, "2025-10-01", "stated", title)
        articles[one.doc_id] = (article, text)
    return Gold(found, articles, SCHEMA, of_gold({}, found), facts(found), [], {}, NO_PROJECT)


def as_gold(found: Document, doc_id: str = "d") -> Document:
    """The document as the checks let it pass: types, relations and ids of the schema; no mention crosses one or ends in a space."""
    types, relations = dict(zip("AB", SCHEMA.types, strict=False)), dict(zip("pq", SCHEMA.relations, strict=False))
    words = {place for start, end in segment.tokens(found.text or "").tolist() for place in range(start, end)}
    kept: list[Mention] = []
    for one in found.mentions:
        if {one.start, one.end - 1} <= words and not any(crosses(one, other) for other in kept):
            ids = " ".join(f"per:{id}" for id in (one.entity_id or "").split()) or None
            kept.append(replace(one, type=types[one.type], entity_id=ids))
    there = {one.id for one in kept}
    said = [replace(one, type=relations[one.type]) for one in found.relations if {one.head, one.tail} <= there]
    return replace(found, doc_id=doc_id, mentions=tuple(kept), relations=tuple(said))


def crosses(one: Mention, other: Mention) -> bool:
    """Whether they overlap and neither holds the other."""
    first, second = sorted(((one.start, one.end), (other.start, other.end)))
    return first[0] < second[0] < first[1] < second[1]


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


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A stand-off dataset of one short article, its text beside it in texts/."""
    build.build(gold_of(HAND, title="زار الوزير علي دمشق."), tmp_path / "small", standoff=True)
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "any name").write_bytes(TEXT.encode())
    return tmp_path / "small"


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


def test_gold_without_texts_is_refused_with_what_to_do(command: Command, small: Path) -> None:
    """One line, status 2, nothing written."""
    done = command("eval", "run", "--gold", small, "--out", "run")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "document '000' has no text" in done.stderr
    assert "annotate join STANDOFF TEXTS --out DIR" in done.stderr
    assert not (small.parent / "run").exists()


def test_a_join_without_the_text_is_refused_with_what_differs(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The article by id, title and sum, the file that would be it; one line, status 2, nothing written."""
    (small.parent / "texts" / "any name").write_bytes(TEXT.replace("\n", "\r\n").encode())
    with pytest.raises(SystemExit) as ended:
        annotate(["join", str(small), str(small.parent / "texts"), "--out", str(small.parent / "joined")])
    out, err = capsys.readouterr()
    assert (ended.value.code, out, err.count("\n")) == (2, "", 1)
    sum_ = hashlib.sha256(TEXT.encode()).hexdigest()
    assert f"000 \u2068زار الوزير علي دمشق.\u2069 (sha256 {sum_})" in err
    assert "texts/any name would be it, but it ends its lines in CRLF, the article in LF" in err
    assert sorted(path.name for path in small.parent.iterdir()) == ["small", "texts"]


@pytest.mark.parametrize("form", [False, True])
def test_neither_form_is_built_over_the_other(tmp_path: Path, form: bool) -> None:
    """The folder stays as it is; over its own form it is built again, also where its files are damaged."""
    gold = gold_of(HAND)
    build.build(gold, tmp_path / "data", standoff=form)
    before = files(tmp_path / "data")
    with pytest.raises(BadInput, match=r"holds the dataset with(out)? its texts, and this is the one with(out)? its texts"):
        build.build(gold, tmp_path / "data", standoff=not form)
    assert files(tmp_path / "data") == before
    (tmp_path / "data" / "documents" / "test.parquet").write_bytes(b"version https://git-lfs.github.com/spec/v1\n")
    build.build(gold, tmp_path / "data", standoff=form)
    assert files(tmp_path / "data") == before


def edited(content: bytes, *changes: tuple[str, str]) -> bytes:
    """The bytes with words changed."""
    text = content.decode()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text.encode()


def rewritten(folder: Path, **changes: str) -> None:
    """Change the document's row, and let croissant.json sum the new file: only the digest can tell."""
    table = at(folder, "documents")
    for column, value in changes.items():
        table = table.set_column(table.column_names.index(column), table.field(column), [[value]])
    replaced(folder, "documents", table)


def at(folder: Path, config: str) -> pa.Table:
    """A config's file."""
    return pq.read_table(folder / config / "test.parquet")


def less(folder: Path, config: str, column: str) -> None:
    """Without a column."""
    replaced(folder, config, at(folder, config).drop_columns([column]))


def replaced(folder: Path, config: str, table: pa.Table | bytes) -> None:
    """Another file for a config's, of which croissant.json has size and sum."""
    path = folder / config / "test.parquet"
    old = hashlib.sha256(path.read_bytes()).hexdigest(), f'"{path.stat().st_size} B"'
    if isinstance(table, bytes):
        path.write_bytes(table)
    else:
        pq.write_table(table, path)
    new = hashlib.sha256(path.read_bytes()).hexdigest(), f'"{path.stat().st_size} B"'
    (folder / NAME).write_bytes(edited((folder / NAME).read_bytes(), *zip(old, new, strict=True)))


def of_four_configs(folder: Path) -> None:
    """As a version that had no `ner` would have written it."""
    (folder / "ner" / "test.parquet").unlink()
    whole = json.loads((folder / NAME).read_text(encoding="utf-8"))
    whole["distribution"] = [one for one in whole["distribution"] if one["name"] != "ner/test.parquet"]
    (folder / NAME).write_text(json.dumps(whole), encoding="utf-8")


SPOILT: dict[str, tuple[Callable[[Path], object], str]] = {
    "no card": (lambda folder: (folder / "README.md").unlink(), "not the card of this dataset"),
    "another's card": (lambda folder: (folder / "README.md").write_text("mine", encoding="utf-8"), "not the card of this"),
    "no sums": (lambda folder: (folder / NAME).unlink(), "cannot be read"),
    "no folder": (lambda folder: shutil.rmtree(folder), "no such folder"),
    "no file": (lambda folder: (folder / "ner" / "test.parquet").unlink(), "missing, though croissant.json"),
    "a pointer": (
        lambda folder: (folder / "ner" / "test.parquet").write_text("oid sha256:0", encoding="utf-8"),
        "but croissant.json has",
    ),
    "other configs": (of_four_configs, "of another version than this annotate"),
    "no digest": (
        lambda folder: (folder / "README.md").write_bytes(edited((folder / "README.md").read_bytes(), ("digest `", "`"))),
        "names no digest",
    ),
    "another date": (lambda folder: rewritten(folder, date="2025-10-02"), "with its texts its digest is"),
    "a text": (lambda folder: rewritten(folder, text=TEXT), "has its texts already"),
    "no Parquet": (lambda folder: replaced(folder, "ner", b"PAR1"), r"not as annotate build --stand-off writes it \(Arrow"),
    "no column": (lambda folder: less(folder, "documents", "sha256"), r"not as annotate build --stand-off writes it \(KeyError"),
    "no article": (lambda folder: replaced(folder, "documents", at(folder, "documents")[:0]), r"writes it \(KeyError"),
    "no head": (
        lambda folder: replaced(folder, "facts", at(folder, "facts").replace_schema_metadata({"huggingface": "{"})),
        r"not as annotate build --stand-off writes it \(JSONDecodeError",
    ),
}


@pytest.mark.parametrize("what", SPOILT)
def test_what_is_no_stand_off_dataset_of_ours_is_refused(small: Path, what: str) -> None:
    """Damaged, half there, changed, or another thing: each is named, and nothing is written."""
    spoil, says = SPOILT[what]
    spoil(small)
    with pytest.raises(BadInput, match=says) as refused:
        standoff.join(small, small.parent / "texts", small.parent / "joined")
    assert str(refused.value).startswith(str(small))
    assert not (small.parent / "joined").exists()


def test_what_stands_in_the_way_of_a_join_stays(small: Path, tmp_path: Path) -> None:
    """A folder of the user's own, another dataset of ours, the stand-off dataset itself; the same again is no fault."""
    build.build(gold_of(replace(HAND, mentions=HAND.mentions[:1])), tmp_path / "other")
    for out, says in (
        (tmp_path / "texts", "no dataset of ours"),
        (tmp_path / "other", "holds another dataset"),
        (small, "without its texts"),
    ):
        before = files(out)
        with pytest.raises(BadInput, match=says):
            standoff.join(small, tmp_path / "texts", out)
        assert files(out) == before
    standoff.join(small, tmp_path / "texts" / "any name", tmp_path / "joined")
    once = files(tmp_path / "joined")
    standoff.join(small, tmp_path / "texts", tmp_path / "joined")
    assert files(tmp_path / "joined") == once


@given(documents(ANY_TEXT))
@example(document("\ufeff👩\u200d🔹 e\u0301\r\nب\u064e \u200fج.", (0, 4, "A"), (1, 2, "B"), (5, 9, "A"), (9, 14, "B")))
def test_words_that_are_taken_from_a_row_come_back_from_its_text(found: Document) -> None:
    """Of every config that has words at places, whatever the text; the row that was given is not changed."""
    gold = gold_of(as_gold(found))
    for config in CONFIGS.values():
        for row in config.rows(gold) if config.with_text else ():
            assert config.with_text is not None
            before = repr(row)
            bare = config.with_text(row, None)
            assert repr(row) == before
            assert config.with_text(bare, found.text) == row
            assert bare.keys() == row.keys()


@settings(max_examples=3)
@given(found=st.lists(documents(ANY_TEXT), min_size=1, max_size=3))
def test_any_dataset_comes_back_through_its_files(tmp_path_factory: pytest.TempPathFactory, found: Sequence[Document]) -> None:
    """Built without texts and joined, it is byte for byte what is built with them; two articles may be of one text."""
    folder = tmp_path_factory.mktemp("any")
    gold = gold_of(*(as_gold(one, f"{i:03}") for i, one in enumerate(found)))
    (folder / "texts").mkdir()
    for i, one in enumerate(found):
        (folder / "texts" / f"{i}").write_bytes((one.text or "").encode())
    build.build(gold, folder / "full")
    build.build(gold, folder / "bare", standoff=True)
    standoff.join(folder / "bare", folder / "texts", folder / "joined")
    assert files(folder / "joined") == files(folder / "full")
