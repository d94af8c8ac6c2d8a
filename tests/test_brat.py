"""brat's standoff: what its documentation shows, what it cannot hold, and what comes back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval import formats
from eval.document import BadInput, Document, Mention, Relation, ordered
from eval.formats import brat
from tests.conftest import document
from tests.strategies import TEXTS, documents

TEXT = "Sony formed a joint venture with Ericsson.\nIt did not last.\r\n"
# Every kind of line that brat's documentation names, in an order of no help, with what brat itself writes at a line's end.
LINES = """\
E1\tMERGE-ORG:T2 Org1:T1 Org2:T3\x20
E2\tEnd:T6 Theme:E1 Theme2:T1 Agent1:T3
T1\tOrganization 0 4\tSony
T2\tMERGE-ORG 14 27\tjoint venture
T3\tOrganization 33 41\tEricsson
T4\tCountry 0 4\tSony
T5\tOrganization 43 45\tIt
T6\tEnd 54 58\tlast
T7\tSpan 33 42;43 45\tEricsson. It
*\tEquiv T2 T5
R1\tOrigin Arg1:T3 Arg2:T4\t
R2\tOrigin Arg2:T4 Arg1:T1
A1\tNegation E2
M1\tConfidence E1 Very high
A2\tSure R1
N1\tReference T1 Wikipedia:534366\tSony
N2\tReference T1 entity_id:sony\tSony
N3\tReference E2 DB:the:end\t
#1\tAnnotatorNotes T1\tthis
"""


def folder(path: Path, files: Mapping[str, str]) -> Path:
    """A folder of files, line ends as they are."""
    for name, content in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(content.encode())
    return path


def test_every_kind_of_line(tmp_path: Path) -> None:
    """Events are relations from their trigger, attributes and references of an event its trigger's, Equiv is one entity."""
    (found,) = formats.read_gold(folder(tmp_path, {"a.txt": TEXT, "a.ann": LINES}))
    assert (found.doc_id, found.text) == ("a", TEXT)
    assert found.mentions == (
        Mention("T1", 0, 4, "Organization", "Wikipedia:534366 sony"),
        Mention("T2", 14, 27, "MERGE-ORG", "a#T2", {"Confidence": "Very high"}),
        Mention("T3", 33, 41, "Organization"),
        Mention("T4", 0, 4, "Country"),
        Mention("T5", 43, 45, "Organization", "a#T2"),
        Mention("T6", 54, 58, "End", "DB:the:end", {"Negation": "true"}),
        Mention("T7", 33, 45, "Span"),
    )
    assert set(found.relations) == {
        Relation("Origin", "T3", "T4"),
        Relation("Origin", "T1", "T4"),
        Relation("Org1", "T2", "T1"),
        Relation("Org2", "T2", "T3"),
        Relation("Theme", "T6", "T2"),
        Relation("Theme", "T6", "T1"),
        Relation("Agent1", "T6", "T3"),
    }


def test_equivalence_takes_the_id_that_one_has_and_is_transitive(tmp_path: Path) -> None:
    """An id of a document's own never joins two documents, and has no space, which would make two of it."""
    lines = "".join(f"T{i}\tA {i} {i + 1}\t{letter}\n" for i, letter in enumerate("abcdef"))
    lines += "*\tEquiv T0 T1\n*\tEquiv T2 T3\n*\tEquiv T1 T2\n*\tEquiv T4 T5\nN1\tReference T3 db:1\td\n"
    found = formats.read_gold(
        folder(
            tmp_path, {f"{name}.{end}": content for name in ("x y", "z") for end, content in (("txt", "abcdef"), ("ann", lines))}
        )
    )
    assert [[m.entity_id for m in one.mentions] for one in found] == [
        ["db:1"] * 4 + ["x%20y#T4"] * 2,
        ["db:1"] * 4 + ["z#T4"] * 2,
    ]


def test_collections_in_collections(tmp_path: Path) -> None:
    """A document's id is its path; hidden files, empty .ann files, endings within names."""
    files = {
        "a.txt": "a",
        "a.ann": "",
        "sub/deep/a.b.txt": "ا",
        "sub/deep/a.b.ann": "T1\tX 0 1\tا\n",
        "._a.ann": "\0",
        ".git/x.ann": "",
        "README.txt": "no",
    }
    assert [(one.doc_id, len(one.mentions)) for one in formats.read_gold(folder(tmp_path, files))] == [
        ("a", 0),
        ("sub/deep/a.b", 1),
    ]


def test_a_dataset_in_the_folder_comes_first(tmp_path: Path) -> None:
    """documents/*.parquet is read, and .ann files that lie there too are not."""
    (tmp_path / "documents").mkdir()
    formats.write(tmp_path / "documents" / "a.parquet", [document("text", doc_id="p")])
    folder(tmp_path, {"a.txt": "a", "a.ann": ""})
    assert [one.doc_id for one in formats.read_gold(tmp_path)] == ["p"]
    assert [one.doc_id for one in formats.read_predictions(tmp_path, [document("text", doc_id="p")])] == ["p"]


def test_offsets_are_code_points_of_the_file_as_it_is(tmp_path: Path) -> None:
    """\\r\\n is two, an emoji one, a vowel sign and a tatweel one each, a byte order mark too; .ann may end its lines in \\r\\n."""
    text = "\ufeff🕊\r\nمُوسكـو\r\nدمشق"
    lines = "\ufeffT1\tGPE 4 11\tمُوسكـو\r\n\r\nT2\tGPE 13 17\tدمشق\r\nA1\trole T2 a b\r\n"
    (found,) = formats.read_gold(folder(tmp_path, {"a.txt": text, "a.ann": lines}))
    assert [text[m.start : m.end] for m in found.mentions] == ["مُوسكـو", "دمشق"]
    assert found.mentions[1].attributes == {"role": "a b"}


def test_predictions_need_no_texts(tmp_path: Path) -> None:
    """The gold has them; one that is there is held against the gold's; a document that the gold has not is refused."""
    gold = [document("a\nb c", doc_id="x/a")]
    folder(tmp_path, {"x/a.ann": "T1\tX 0 1;2 3\ta b\n"})
    (found,) = formats.read_predictions(tmp_path, gold)
    assert (found.text, found.mentions) == ("a\nb c", (Mention("T1", 0, 3, "X"),))
    with pytest.raises(BadInput, match=r"a\.ann: there is no a\.txt beside it"):
        formats.read_gold(tmp_path)
    with pytest.raises(BadInput, match=r"x/a\.ann: the gold has no document 'x/a'; it has y"):
        formats.read_predictions(tmp_path, [document("a\nb c", doc_id="y")])
    folder(tmp_path, {"x/a.txt": "a\nb d"})
    with pytest.raises(
        BadInput, match=r"x/a\.ann: the text of 'x/a' is not the gold's: at code point 4 it has 'd', the gold 'c'"
    ):
        formats.read_predictions(tmp_path, gold)


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ("T1\tX 0 4;14 27\tSony joint venture", "line 1: T1 is discontinuous, 0 4;14 27, and a mention is one span here; mark all of it, 0 27, or each part"),
        ("T1\tX 0 4;2 6\tSony", "line 1: T1 is discontinuous"),
        ("T1\tX 1 5\tSony", "line 1: T1 is 'Sony' by what the line says, and 'ony' by its offsets, 1 5; offsets count code points"),
        ("T1\tX 0 99\tSony", "a.ann: document 'a': mention T1 at [0, 99) X: offsets must be 0 <= start < end <= 61"),
        ("T1\tX 4 4\t", "mention T1 at [4, 4) X: offsets must be"),
        ("\nT1 X 0 4 Sony", "line 2: 'T1 X 0 4 Sony' is no annotation of brat's; a line begins with T1, R1"),
        ("X1\tX 0 4\tSony", "line 1: 'X1\\tX 0 4\\tSony' is no annotation of brat's"),
        ("T\tX 0 4\tSony", "is no annotation of brat's"),
        ("T1\tX\t0\t4", "line 1: after T1 and a tab stands TYPE START END, with spaces between, then a tab and the text; found 'X'"),
        ("T1\tX Y 0 4\tSony", "found 'X Y 0 4'"),
        ("T1\tX -1 4\tSony", "found 'X -1 4'"),
        ("T1\tX 0 4\tSony\nT1\tY 0 4\tSony", "line 2: T1 stands in this file a second time"),
        ("R1\tp Arg1:T1 Arg2:T2", "line 1: R1 refers to T1 and no T line of this file has that id"),
        ("R1\tp T1 T2", "line 1: after R1 and a tab stands TYPE Arg1:ID Arg2:ID, with spaces between; found 'p T1 T2'"),
        ("E1\tX:T1", "line 1: E1 refers to T1, the trigger of E1, and no T line"),
        ("T1\tX 0 4\tSony\nE1\tX:T1 Theme:E2", "line 2: E1 refers to E2 and no T line"),
        ("A1\tNegation E1", "line 1: A1 refers to E1 and no"),
        ("N1\tReference T1 Q42", "line 1: after N1 and a tab stands Reference ID DATABASE:ENTRY; found 'Reference T1 Q42'"),
        ("*\tEquiv T1 T2", "line 1: * refers to T1 and no"),
        ("T1\tX 0 4\tSony\nA1\tc T1 high\nA2\tc T1 low", "line 3: c of T1 is 'low', and 'high' in a line before; a mention has one value"),
        ("T1\tX 0 1\tS\nT2\tX 1 2\to\n*\tEquiv T1 T2\nN1\tR T1 a:1\tx\nN2\tR T2 a:2\ty", "line 3: T1 T2 are one entity, and their ids are a:1 and a:2"),
        ("T1\tX 0 4\tSony\nT2\tX 2 6\tny f", "crosses [0, 4) X; gold mentions may nest but not cross"),
        ("T1\tX 0 4\tSony\nT2\tX 0 4\tSony\nN1\tR T1 a:1\tx", "stands twice with different entity_id"),
    ],
)  # fmt: skip
def test_what_is_refused(lines: str, says: str, tmp_path: Path) -> None:
    """In one line with file, line, what was found and what is allowed."""
    with pytest.raises(BadInput) as raised:
        formats.read_gold(folder(tmp_path, {"a.txt": TEXT, "a.ann": lines + "\n"}))
    assert says in str(raised.value)
    assert "a.ann" in str(raised.value)


@pytest.mark.parametrize("name", ["a.txt", "a.ann"])
def test_another_encoding(name: str, tmp_path: Path) -> None:
    """Said with the file."""
    folder(tmp_path, {"a.txt": "", "a.ann": ""})
    (tmp_path / name).write_bytes("زار".encode("cp1256"))
    with pytest.raises(BadInput, match=rf"{name}, byte 0: not UTF-8"):
        formats.read_gold(tmp_path)


def renumbered(written: Document) -> Document:
    """The document with the ids that brat has for its mentions."""
    mentions = ordered(written).mentions
    ids = {mention.id: f"T{number}" for number, mention in enumerate(mentions, 1)}
    relations = [replace(one, head=ids[one.head], tail=ids[one.tail]) for one in written.relations]
    return ordered(replace(written, mentions=tuple(replace(one, id=ids[one.id]) for one in mentions), relations=tuple(relations)))


@given(written=documents(TEXTS), values=st.lists(st.sampled_from(["true", " a ", "ا: b|,", "1"]), max_size=8))
def test_what_is_written_comes_back(written: Document, values: list[str], tmp_path_factory: pytest.TempPathFactory) -> None:
    """Mentions that nest, cross and run over lines' ends, relations, one id or two, values."""
    valued = [
        replace(one, attributes={**one.attributes, "v": value}) for one, value in zip(written.mentions, values, strict=False)
    ]
    written = replace(written, doc_id="x/d", mentions=(*valued, *written.mentions[len(valued) :]))
    path = tmp_path_factory.mktemp("round") / "brat"
    assert formats.write(path, [written]) == []
    (found,) = brat.read(path)
    assert ordered(found[1]) == renumbered(written)


def check_by_another_reader(folder: Path, gold: Sequence[Document]) -> None:
    """bratly finds all mentions with their text, relations, attributes and references; its check of the grammar passes."""
    from bratly.io import read_and_load_ann_file

    for written in gold:
        text, mentions = written.text or "", renumbered(written).mentions
        found = read_and_load_ann_file(str(folder / f"{written.doc_id}.ann"), sorting=False, renumerotize=False).annotations
        kinds = Counter(type(one).__name__ for one in found)
        entities = [one for one in found if type(one).__name__ == "EntityAnnotation"]
        assert [(one.id, one.fragments[0].start, one.fragments[-1].end, one.label) for one in entities] == [
            (one.id, *one.span) for one in mentions
        ]
        assert [one.content for one in entities] == [text[one.start : one.end] for one in mentions]
        assert kinds["RelationAnnotation"] == len(written.relations)
        assert kinds["AttributeAnnotation"] == sum(len(one.attributes) for one in mentions)
        assert kinds["NormalizationAnnotation"] == sum(len((one.entity_id or "").split()) for one in mentions)


def test_what_brat_has_no_place_for_is_told(tmp_path: Path) -> None:
    """Values that are no line, dates, folds; and names that its configuration does not take."""
    mentions = [Mention("m", 0, 1, "شخص", "x", {"a": "1\n2", "b": "", "c": "\t", "d": "2", "e": "true"})]
    assert formats.write(
        tmp_path / "brat", [Document("a", "ab", "2025-01-01", tuple(mentions), fold="f"), Document("b", "ab")]
    ) == [
        "left out, since a value is words in one line, without tabs: 3 attribute(s), in 1 document(s)",
        "left out, since standoff is of mentions: 1 date(s), 1 fold(s), in 1 document(s)",
        "left out of annotation.conf alone, since brat takes ASCII letters, digits, - and _ there: شخص",
    ]
    configuration = (tmp_path / "brat" / "annotation.conf").read_text(encoding="utf-8")
    assert "[attributes]\nd Arg:<ENTITY>, Value:2\ne Arg:<ENTITY>\n" in configuration
    assert (tmp_path / "brat" / "a.ann").read_text(
        encoding="utf-8"
    ) == "T1\tشخص 0 1\ta\nA1\td T1 2\nA2\te T1\nN1\tReference T1 entity_id:x\tx\n"


@pytest.mark.parametrize("doc_id", ["..", "../a", "/a", "a/../../b", "a//b", ".a", "a/", "a\0b", "."])
def test_no_document_leaves_the_folder(doc_id: str, tmp_path: Path) -> None:
    """Ids that name no file below it are refused, and nothing is written."""
    with pytest.raises(BadInput, match="its id becomes the name of a file in the folder"):
        formats.write(tmp_path / "brat", [document("a", doc_id="fine"), document("a", doc_id=doc_id)])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("mention", "relation", "says"),
    [
        (Mention("m", 0, 1, "A B"), "r", "type 'A B': brat takes white space for a name's end; rename it"),
        (Mention("m", 0, 1, "A"), "r\t", "relation 'r\\t': brat takes"),
        (Mention("m", 0, 1, "A", None, {"": "1"}), "r", "attribute '': brat takes"),
    ],
)
def test_names_that_brat_would_cut(mention: Mention, relation: str, says: str, tmp_path: Path) -> None:
    """Refused with the document."""
    with pytest.raises(BadInput) as raised:
        formats.write(tmp_path / "brat", [Document("a", "a", mentions=(mention,), relations=(Relation(relation, "m", "m"),))])
    assert says in str(raised.value)
    assert "document 'a'" in str(raised.value)


def test_what_stands_there_is_left(tmp_path: Path) -> None:
    """A folder with something in it, a file; an empty folder is filled."""
    folder(tmp_path, {"full/mine": "", "file": "mine", "empty.conll/x": ""})
    (tmp_path / "empty").mkdir()
    for name, says in (
        ("full", "a folder stands there that is not empty"),
        ("file", "a file stands there"),
        ("empty.conll", "a folder stands there;"),
        ("no/where", "there is no folder"),
    ):
        with pytest.raises(BadInput, match=says):
            formats.write(tmp_path / name, [document("a")])
    assert formats.write(tmp_path / "empty", [document("a")]) == []
    assert sorted(file.name for file in (tmp_path / "empty").iterdir()) == ["annotation.conf", "d.ann", "d.txt"]
