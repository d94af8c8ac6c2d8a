"""Documents in files: what is read, what comes back, and what is refused in one line that names the place."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval import formats
from eval.document import BadInput, Document, Mention, Relation
from tests.conftest import document, write_lines

TEXT = "زار الوزير دمشق 🇸🇾"
GOLD = {"doc_id": "a", "text": TEXT, "mentions": [{"start": 0, "end": 3, "type": "EVENT"}]}


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Documents with any text, mentions anywhere in it, and relations between them."""
    text = draw(st.text(alphabet="اب ج\n🔹ـ\u064e", min_size=1, max_size=30))
    offsets = st.integers(0, len(text))
    spans = draw(st.sets(st.tuples(offsets, offsets, st.sampled_from("AB")), max_size=6))
    entity_ids = st.sampled_from([None, "x:1", "x:1 x:2"])
    attributes = st.dictionaries(st.sampled_from(["norm", "mod"]), st.text(max_size=5))
    mentions = [
        Mention(f"m{i}", start, end, type, draw(entity_ids), draw(attributes))
        for i, (start, end, type) in enumerate(sorted(spans))
        if start < end
    ]
    ids = [mention.id or "" for mention in mentions]
    relations = {
        Relation("r", draw(st.sampled_from(ids)), draw(st.sampled_from(ids))) for _ in range(draw(st.integers(0, 3))) if ids
    }
    date, fold = draw(st.sampled_from([None, "2025-11-16"])), draw(st.sampled_from([None, "f"]))
    return Document("d", text, date, tuple(mentions), tuple(relations), fold)


@pytest.mark.parametrize("ending", [".jsonl", ".parquet"])
@given(written=documents())
def test_what_is_written_comes_back(ending: str, written: Document, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Both formats hold everything that a Document has."""
    path = tmp_path_factory.mktemp("round") / f"file{ending}"
    formats.write(path, [written])
    assert formats.read_predictions(path, [written]) == [written]


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ([GOLD, "{broken"], "gold.jsonl, line 2: not JSON"),
        ([[1]], "gold.jsonl, line 1: a document is an object"),
        ([{"text": TEXT}], "line 1: the document: doc_id must be a string that is not empty, found None"),
        ([{**GOLD, "mentions": [{"start": 0, "end": 99, "type": "X"}]}], "line 1: document 'a': mention at [0, 99) X: offsets must be 0 <= start < end <= 18"),
        ([{**GOLD, "mentions": [{"start": 0.0, "end": 3, "type": "X"}]}], "mention 1: start must be an integer, found 0.0"),
        ([{**GOLD, "mentions": [{"start": 0, "end": 3}]}], "mention 1: type must be a string that is not empty, found None"),
        ([{**GOLD, "mentions": [3]}], "mentions must be a list of objects"),
        ([{**GOLD, "relations": [{"type": "r", "head": "m1", "tail": "m2"}]}], "no mention here has the id 'm1'"),
        ([{**GOLD, "mentions": [{"start": 0, "end": 5, "type": "X"}, {"start": 4, "end": 10, "type": "X"}]}], "crosses"),
        ([{"doc_id": "a", "mentions": []}], "document 'a' has no text"),
        ([GOLD, GOLD], "line 2: document 'a' stands here a second time"),
        ([], "no document in it"),
    ],
)  # fmt: skip
def test_bad_gold_is_refused_with_its_place(lines: list[object], says: str, tmp_path: Path) -> None:
    """The message names the file, the line and what was found."""
    path = tmp_path / "gold.jsonl"
    path.write_text("".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines), encoding="utf-8")
    with pytest.raises(BadInput) as raised:
        formats.read_gold(path)
    assert says in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("record", "says"),
    [
        ({"doc_id": "z"}, "line 1: the gold has no document 'z'; it has a"),
        (
            {"doc_id": "a", "text": TEXT.replace("دمشق", "حلب")},
            "line 1: the text of 'a' is not the gold's: at code point 11 it has 'حلب",
        ),
        ({"doc_id": "a", "mentions": [{"start": 0, "end": 19, "type": "X"}]}, "offsets must be 0 <= start < end <= 18"),
    ],
)
def test_bad_predictions_are_refused_with_their_place(record: object, says: str, tmp_path: Path) -> None:
    """Also where the fault is against the gold: an unknown document, another text, offsets past its end."""
    gold = [document(TEXT, doc_id="a")]
    with pytest.raises(BadInput) as raised:
        formats.read_predictions(write_lines(tmp_path / "p.jsonl", [record]), gold)
    assert says in str(raised.value)


def test_text_may_be_left_out_and_unknown_fields_are_ignored(tmp_path: Path) -> None:
    """Predictions take the gold's text; a null attribute is an absent one; predicted mentions may cross."""
    mentions = [
        {"start": 0, "end": 5, "type": "X", "attributes": {"norm": None}, "score": 0.5},
        {"start": 4, "end": 10, "type": "X", "id": None},
    ]
    path = write_lines(tmp_path / "p.jsonl", [{"doc_id": "a", "mentions": mentions, "model": "mine"}])
    (found,) = formats.read_predictions(path, [document(TEXT, doc_id="a")])
    assert found.text == TEXT
    assert [m.attributes for m in found.mentions] == [{}, {}]


def test_predicted_mentions_without_list_are_none(tmp_path: Path) -> None:
    """An empty file is no prediction at all, and a line without mentions is an empty document."""
    gold = [document(TEXT, doc_id="a")]
    assert formats.read_predictions(write_lines(tmp_path / "empty.jsonl", []), gold) == []
    assert formats.read_predictions(write_lines(tmp_path / "p.jsonl", [{"doc_id": "a"}]), gold) == gold


def test_class_labels_are_read_by_their_names(tmp_path: Path) -> None:
    """Integers stand for the names in the file's Hugging Face metadata; one out of range is refused."""
    names = {"_type": "ClassLabel", "names": ["PER", "GPE"]}
    features = {"mentions": {"_type": "List", "feature": {"start": {}, "end": {}, "type": names}}}
    metadata = {b"huggingface": json.dumps({"info": {"features": features}}).encode()}
    for label, ending in ((1, "good"), (2, "bad")):
        rows = [{"doc_id": "a", "text": TEXT, "mentions": [{"start": 11, "end": 15, "type": label}]}]
        pq.write_table(pa.Table.from_pylist(rows).replace_schema_metadata(metadata), tmp_path / f"{ending}.parquet")
    assert formats.read_gold(tmp_path / "good.parquet")[0].mentions[0].type == "GPE"
    with pytest.raises(BadInput, match=r"row 1: mentions have the type 2, the file's metadata names 0 to 1"):
        formats.read_gold(tmp_path / "bad.parquet")


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("none.jsonl", "no such file"),
        ("notes.txt", "ends in .jsonl or .parquet or .conll or .spacy, not in '.txt'"),
        ("folder", "holds Parquet files, here or in documents/, or .ann files beside .txt (brat); this one has neither"),
    ],
)
def test_what_is_no_file_of_documents_is_refused(name: str, says: str, tmp_path: Path) -> None:
    """A missing file, an unknown ending, a folder that holds no dataset."""
    (tmp_path / "notes.txt").write_text("x", encoding="utf-8")
    (tmp_path / "folder").mkdir()
    with pytest.raises(BadInput) as raised:
        formats.read_gold(tmp_path / name)
    assert says in str(raised.value)


def test_a_broken_parquet_file_is_refused(tmp_path: Path) -> None:
    """Bytes that are not Parquet."""
    (tmp_path / "x.parquet").write_bytes(b"nothing")
    with pytest.raises(BadInput, match="not Parquet"):
        formats.read_gold(tmp_path / "x.parquet")


def test_a_folder_of_gold_is_all_its_parquet_files(tmp_path: Path) -> None:
    """`--gold DIR` reads DIR/documents/*.parquet; a document that two of them have is refused."""
    (tmp_path / "documents").mkdir()
    for name in "ab":
        formats.write(tmp_path / "documents" / f"{name}.parquet", [document(TEXT, doc_id=name)])
    assert [found.doc_id for found in formats.read_gold(tmp_path)] == ["a", "b"]
    formats.write(tmp_path / "documents" / "c.parquet", [document(TEXT, doc_id="a")])
    with pytest.raises(BadInput, match="a second time"):
        formats.read_gold(tmp_path)


@pytest.mark.parametrize("old", [False, True])
def test_structs_of_lists_and_maps_are_read(old: bool, tmp_path: Path) -> None:
    """What older `datasets` made of a Sequence, and an Arrow map of attributes."""
    names, path = {"_type": "ClassLabel", "names": ["PER", "GPE"]}, tmp_path / "gold.parquet"
    feature: object = [{"type": names}] if old else {"feature": {"type": names}, "_type": "Sequence"}
    metadata = {b"huggingface": json.dumps({"info": {"features": {"mentions": feature}}}).encode()}
    mentions = {"start": [11], "end": [15], "type": [1], "attributes": [[("role", "place")]]}
    columns = [(name, pa.list_(pa.int64())) for name in ("start", "end", "type")] + [
        ("attributes", pa.list_(pa.map_(pa.string(), pa.string())))
    ]
    schema = pa.schema([("doc_id", pa.string()), ("text", pa.string()), ("mentions", pa.struct(columns))], metadata)
    pq.write_table(pa.Table.from_pylist([{"doc_id": "a", "text": TEXT, "mentions": mentions}], schema=schema), path)
    assert formats.read_gold(path)[0].mentions == (Mention(None, 11, 15, "GPE", None, {"role": "place"}),)


def test_parquet_of_another_shape_is_refused(tmp_path: Path) -> None:
    """mentions that are a string, and metadata that is not Hugging Face's."""
    table = pa.Table.from_pylist([{"doc_id": "a", "text": TEXT, "mentions": "none"}])
    pq.write_table(table.replace_schema_metadata({b"huggingface": b"null"}), tmp_path / "x.parquet")
    with pytest.raises(BadInput, match="row 1: document 'a': mentions must be a list of objects"):
        formats.read_gold(tmp_path / "x.parquet")


def test_batches_of_nothing_are_passed_over(tmp_path: Path) -> None:
    """Blank lines alone, in a batch or in a file."""
    blank = tmp_path / "p.jsonl"
    blank.write_text("\n\n", encoding="utf-8")
    assert formats.read_predictions(blank, [document(TEXT, doc_id="a")]) == []
    with pytest.raises(BadInput, match="no document in it"):
        formats.read_gold(blank)


@pytest.mark.parametrize("offsets", [(0, 2**63), (2**63, 2**63 + 1)])
def test_offsets_beyond_all_measure_are_refused_with_their_place(offsets: tuple[int, int], tmp_path: Path) -> None:
    """Integers that no array holds."""
    mention = {"start": offsets[0], "end": offsets[1], "type": "X"}
    with pytest.raises(BadInput, match=r"line 1: document 'a': .*offsets must be"):
        formats.read_gold(write_lines(tmp_path / "g.jsonl", [{**GOLD, "mentions": [mention]}]))


@pytest.mark.parametrize("labels", [[1, 2], ["A", 2], [["A"], "B"], ["\ud800", "B"]])
def test_labels_that_are_no_names_are_refused_where_they_are_used(labels: list[object], tmp_path: Path) -> None:
    """With the row; a file that does not use them is read."""
    features = {"mentions": {"feature": {"type": {"_type": "ClassLabel", "names": labels}}}}
    metadata = {b"huggingface": json.dumps({"info": {"features": features}}).encode()}
    fields = [(name, pa.int64()) for name in ("start", "end", "type")]
    for mentions in ([], [{"start": 0, "end": 3, "type": 0}], [{"start": 0, "end": 3, "type": 1}]):
        rows = [{"doc_id": "a", "text": TEXT, "mentions": [*mentions, {"start": 0, "end": 1, "type": 1}][: len(mentions)]}]
        schema = pa.schema(
            [("doc_id", pa.string()), ("text", pa.string()), ("mentions", pa.list_(pa.struct(fields)))],
            metadata,
        )
        pq.write_table(pa.Table.from_pylist(rows, schema=schema), tmp_path / "x.parquet")
        used = labels[mentions[0]["type"]] if mentions else "B"
        if used in ("A", "B"):
            assert len(formats.read_gold(tmp_path / "x.parquet")[0].mentions) == len(mentions)
        else:
            with pytest.raises(BadInput, match="row 1"):
                formats.read_gold(tmp_path / "x.parquet")


@pytest.mark.parametrize("column", ["doc_id", "text", "date"])
def test_strings_that_are_no_utf8_are_refused_with_their_file(column: str, tmp_path: Path) -> None:
    """Parquet's may be anything."""
    bad = pa.Array.from_buffers(pa.string(), 1, [None, pa.py_buffer(b"\0\0\0\0\2\0\0\0"), pa.py_buffer(b"\xff\xfe")])
    columns = {"doc_id": pa.array(["a"]), "text": pa.array([TEXT]), "date": pa.array(["2025"])} | {column: bad}
    pq.write_table(pa.table(columns), tmp_path / "x.parquet")
    with pytest.raises(BadInput, match=r"x\.parquet: damaged"):
        formats.read_gold(tmp_path / "x.parquet")
