"""The checks of consistency, each with what it finds and what it leaves alone."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from annotation import checks, label_studio, schema
from eval.document import Document, Mention, Relation

SCHEMA = schema.load()
Marked = tuple[str, str, str]  # words, type, entity id
MEETING = {"event_type": "MEETING", "factuality": "asserted"}


def found(text: str, marked: Sequence[Marked], *relations: tuple[str, int, int], doc_id: str = "d", **events: str) -> list[str]:
    """The codes of the inconsistencies of a text; the same words again are the next ones of the text, after = the very same."""
    mentions, at, before = list[Mention](), 0, ""
    for i, (given, type, id) in enumerate(marked):
        words = given.removeprefix("=")
        at = text.index(words, at + (given == before))
        before = given
        fields = {**MEETING, **events} if type == "EVENT" else {"role": "place"} if type == "GPE" else {}
        mentions.append(Mention(f"m{i}", at, at + len(words), type, id or None, fields))
    drawn = tuple(Relation(name, f"m{head}", f"m{tail}") for name, head, tail in relations)
    task = label_studio.to_task(Document(doc_id, text, "2025-11-20", tuple(mentions), drawn), SCHEMA)
    return [problem.code for problem in checks.inconsistent([task], SCHEMA)]


CITY = ("دمشق", "GPE", "gpe:damascus")


@pytest.mark.parametrize(
    ("text", "marked", "repeats"),
    [
        ("دمشق ثم دمشق", [CITY], 1),
        ("دمشق ثم وبدمشق", [CITY], 1),  # two proclitics
        ("دمشق ثم دمشقي", [CITY], 0),  # another word
        ("دمشق ثم جامعة دمشق", [CITY, ("جامعة دمشق", "ORG", "org:university")], 1),  # inside a mention of another type
        ("وزير الدفاع ثم نائب وزير الدفاع", [("وزير الدفاع", "TITLE", "per:a"), ("نائب وزير الدفاع", "TITLE", "per:b")], 0),
        ("قال الأسد ثم عائلة الأسد", [("الأسد", "PER", "per:a")], 0),  # a family's name
        ("قال الأسد ثم الأسد", [("الأسد", "PER", "per:a")], 1),
        ("زيارة رسمية ثم زيارة رسمية", [("زيارة", "EVENT", "event:a")], 1),
        ("زيارة رسمية ثم زيارة خاصة", [("زيارة", "EVENT", "event:a")], 0),  # its clause makes it an event
    ],
)
def test_unmarked_repeat(text: str, marked: list[Marked], repeats: int) -> None:
    """A trigger is looked for with its next word."""
    assert found(text, marked, event_type="OTHER").count("unmarked-repeat") == repeats


@pytest.mark.parametrize(
    ("text", "marked", "types"),
    [
        ("دمشق دمشق دمشق", [CITY, CITY, ("دمشق", "ORG", "org:x")], 1),
        ("سورية سورية سورية", [("سورية", "GPE", "gpe:syria")] * 2 + [("سورية", "NORP", "gpe:syria")], 0),  # one thing
        ("دمشق دمشق", [CITY, CITY, ("=دمشق", "ORG", "org:x")], 0),  # on one span, of two types
        ("يومان يومان يومان", [("يومان", "QUANTITY", "")] * 2 + [("يومان", "DATE", "")], 1),
    ],
)
def test_two_types(text: str, marked: list[Marked], types: int) -> None:
    """The rarer type is the one that is reported; having no id is not having one thing's."""
    assert found(text, marked).count("two-types") == types


def test_conflicting_types() -> None:
    """An event's type is found too where it stands for two events together; events without an id are no one event."""

    def task(*given: tuple[str | None, str]) -> list[str]:
        mentions = [
            Mention(f"m{i}", i * 5, i * 5 + 4, "EVENT", id, {**MEETING, "event_type": t}) for i, (id, t) in enumerate(given)
        ]
        document = Document("d", "كلمة " * len(given), "2025-11-20", tuple(mentions))
        problems = checks.inconsistent([label_studio.to_task(document, SCHEMA)], SCHEMA)
        return [problem.code for problem in problems if problem.code == "conflicting-types"]

    assert task(("event:a", "OTHER"), ("event:a", "OTHER"), ("event:a", "DEAL")) == ["conflicting-types"]
    assert task(("event:a", "OTHER"), ("event:a", "OTHER"), ("event:a event:b", "DEAL")) == ["conflicting-types"]
    assert task(("event:a", "OTHER"), ("event:b", "DEAL"), (None, "OTHER"), (None, "DEAL")) == []


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (("يونس يفكيروف", "PER", "per:a"), ("يونس يفكوروف", "PER", "per:b"), True),
        (("علي النعسان", "PER", "per:a"), ("علي النصان", "PER", "per:b"), True),
        (("أحمد الشرع", "PER", "per:a"), ("الشرع", "PER", "per:b"), True),  # a part of the other
        (("أحمد الشرع", "PER", "per:a"), ("أحمد حسون", "PER", "per:b"), False),
        (("أحمد الشرع", "PER", "per:a"), ("الشرع", "PER", "per:a"), False),
        (("جنوب سوريا", "LOC", "loc:a"), ("جنوب سوريا", "LOC", "loc:b"), True),
        (("حميميم", "FAC", "fac:a"), ("قاعدة حميميم", "FAC", "fac:b"), True),
        (("العربية", "NORP", "org:a"), ("العربية", "NORP", "gpe:b"), True),
        (("السورية", "NORP", "gpe:a"), ("السوري", "NORP", "gpe:b"), False),  # a demonym is alike only where it is the same
        (("وزارة الدفاع", "ORG", "org:a"), ("وزارة الدفاع", "ORG", "org:b"), True),
        (("وزارة الدفاع", "ORG", "org:a"), ("وزارة الدفاع السورية", "ORG", "org:b"), False),
        (("وفد", "GROUP", "group:a"), ("وفد", "GROUP", "group:b"), False),  # what describes is anew in each article
    ],
)
def test_like_names(one: Marked, other: Marked, alike: bool) -> None:
    """Spellings of one name, or a part of it, with two ids."""
    assert ("like-names" in found(f"{one[0]} ثم {other[0]}", [one, other])) == alike


VISIT, RUSSIA = ("زيارة", "EVENT", "event:a"), ("روسيا", "GPE", "gpe:russia")


@pytest.mark.parametrize(
    ("text", "marked", "relations", "lonely"),
    [
        ("زيارة ثم روسيا", [VISIT, RUSSIA], [], True),
        ("زيارة ثم روسيا", [VISIT, RUSSIA], [("has_participant", 0, 1)], False),
        ("زيارة ثم زيارة ثم روسيا", [VISIT, VISIT, RUSSIA], [("has_participant", 0, 2)], False),  # of one id
        (
            "زيارة ثم زيارتان ثم روسيا",
            [VISIT, ("زيارتان", "EVENT", "event:a event:b"), RUSSIA],
            [("has_participant", 0, 2)],
            False,
        ),
    ],
)
def test_a_meeting_or_visit_of_nobody(
    text: str, marked: list[Marked], relations: list[tuple[str, int, int]], lonely: bool
) -> None:
    """Unless another trigger of an id of its has somebody."""
    assert ("event-without-participant" in found(text, marked, *relations)) == lonely


@pytest.mark.parametrize(
    ("text", "relations", "lonely"),
    [
        ("حرب روسيا", [], True),
        ("حرب روسيا", [("happens_at", 0, 1)], False),
        ("حرب على روسيا", [], False),
        ("حرب\n\nروسيا", [], False),  # a heading, and a paragraph
    ],
)
def test_a_trigger_alone_before_an_actor(text: str, relations: list[tuple[str, int, int]], lonely: bool) -> None:
    """Of other events a text may name nobody, but not where an actor follows."""
    codes = found(text, [("حرب", "EVENT", "event:a"), RUSSIA], *relations, event_type="CONFLICT")
    assert ("event-without-participant" in codes) == lonely


@pytest.mark.parametrize(
    ("text", "id", "alone"),
    [
        ("الوزير مرهف", "per:x", True),
        ("مرهف الوزير", "per:x", True),
        ("مرهف، الوزير", "per:m", True),  # with a comma, if it is the same person
        ("مرهف، الوزير", "per:x", False),
        ("مرهف في الوزير", "per:m", False),
        ("الوزير\nمرهف", "per:m", False),  # another line
    ],
)
def test_title_without_holder(text: str, id: str, alone: bool) -> None:
    """Beside a name on one line."""
    marked = sorted([("مرهف", "PER", "per:m"), ("الوزير", "TITLE", id)], key=lambda one: text.index(one[0]))
    assert ("title-without-holder" in found(text, marked)) == alone


@pytest.mark.parametrize("note", ["undecided: x", " undecided: x", "my own remark\nundecided: x"])
def test_a_note_of_adjudication_is_found_wherever_it_stands(note: str) -> None:
    """Also under a remark of the annotator's own."""
    task = label_studio.to_task(
        Document("d", "دمشق", "2025-11-20", (Mention("m", 0, 4, "GPE", "gpe:d", {"role": "place"}),)), SCHEMA
    )
    task["annotations"][0]["result"][0]["meta"] = {"text": [note]}
    assert [problem.code for problem in checks.inconsistent([task], SCHEMA)] == ["undecided"]
