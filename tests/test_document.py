"""What can be scored, and what cannot."""

from __future__ import annotations

import pytest

from eval.document import BadInput, Document, Mention, Relation, check, check_nesting, merge_duplicates
from tests.conftest import document

TEXT = "زار الوزير دمشق"


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (document(TEXT, (0, 16, "X")), "0 <= start < end <= 15"),
        (document(TEXT, (-1, 3, "X")), "0 <= start < end"),
        (document(TEXT, (3, 3, "X")), "0 <= start < end"),
        (document(TEXT, (True, 3, "X")), "must be integers"),
        (document(TEXT, (0, 3, "")), "needs a type"),
        (
            Document("d", TEXT, mentions=(Mention("a", 0, 3, "X", "x:1"), Mention("b", 0, 3, "X", "x:2"))),
            "different entity_id, 'x:1' and 'x:2'",
        ),
        (Document("d", TEXT, mentions=(Mention("a", 0, 3, "X"), Mention("a", 4, 6, "X"))), "its id is also that of"),
        (Document("d", TEXT, mentions=(Mention("a", 0, 3, "X", "x:1 x:2 x:3"),)), "'x:1 x:2 x:3' holds 3 ids, and may hold two"),
        (
            Document("d", TEXT, mentions=(Mention("a", 0, 3, "X"),), relations=(Relation("r", "a", "b"),)),
            "no mention here has the id 'b'",
        ),
    ],
)
def test_check_names_what_is_wrong(bad: Document, says: str) -> None:
    """Each defect raises, and the message says what."""
    with pytest.raises(BadInput) as raised:
        check(bad, TEXT)
    assert says in str(raised.value)


def test_the_end_of_the_text_is_allowed() -> None:
    """Ends are exclusive, so a mention may end where the text ends."""
    check(document(TEXT, (0, len(TEXT), "X")), TEXT)


def test_nested_spans_pass_and_crossing_spans_do_not() -> None:
    """Gold nests, shares starts and ends, and never crosses."""
    check_nesting(document(TEXT, (0, 10, "A"), (0, 3, "B"), (4, 10, "C"), (0, 10, "D"), (11, 15, "E")))
    with pytest.raises(BadInput, match="crosses"):
        check_nesting(document(TEXT, (0, 5, "A"), (4, 10, "B")))


def test_duplicates_count_once_and_their_relations_are_one() -> None:
    """The same mention under another id is one mention, and relations through either are relations of the one."""
    twice = Document(
        "d",
        TEXT,
        mentions=(Mention("b", 0, 3, "X"), Mention("c", 4, 10, "Y"), Mention("a", 0, 3, "X")),
        relations=(Relation("r", "a", "c"), Relation("r", "b", "c")),
    )
    merged, copies = merge_duplicates(twice)
    assert copies == 1
    assert {m.id for m in merged.mentions} == {"a", "c"}
    assert merged.relations == (Relation("r", "a", "c"),)


@pytest.mark.parametrize("turned", [False, True])
def test_a_copy_leaves_its_attributes_to_the_one_that_stays(turned: bool) -> None:
    """Each that it had not; where both have one, that of the first id, whatever their order."""
    copies = (
        Mention("a", 0, 3, "X", attributes={"mod": "1"}),
        Mention("b", 0, 3, "X", attributes={"mod": "2", "norm": "3"}),
    )
    merged, gone = merge_duplicates(Document("d", TEXT, mentions=copies[:: -1 if turned else 1]))
    assert gone == 1
    assert merged.mentions == (Mention("a", 0, 3, "X", attributes={"mod": "1", "norm": "3"}),)
