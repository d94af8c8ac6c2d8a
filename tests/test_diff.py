"""annotate diff: what changed in the gold between two versions, in words."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotation.facts import Fact
from annotation.versions.diff import counted, differences, lines
from annotation.versions.edition import Edition, Names
from eval.document import Document, Mention, Relation
from tests.strategies import TEXT, documents, marked, shuffled

if TYPE_CHECKING:
    pass

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
