"""The pages of the explorer: all of the gold is in them, once and in its place, and every link leads somewhere."""

from __future__ import annotations

import itertools
import posixpath
import re
from collections import Counter
from collections.abc import Mapping
from urllib.parse import parse_qs, unquote, urldefrag

import pytest
from lxml.html import HtmlElement

from annotation import gold as golds
from annotation.explorer import dates, names, pages
from annotation.gold import Gold
from eval.document import Document, Mention
from eval.segment import sentences
from tests.conftest import ROOT
from tests.golds import IDS, gold_of, hostile
from tests.trees import by_id, having, text, tree

Pages = Mapping[str, HtmlElement]


def made(gold: Gold) -> Pages:
    """Every page of a gold, by its path."""
    return {path: tree(page) for path, page in pages.pages(gold)}


@pytest.fixture(scope="module")
def gold() -> Gold:
    """Ours."""
    return golds.read(ROOT)


@pytest.fixture(scope="module")
def site(gold: Gold) -> Pages:
    """Our pages."""
    return made(gold)


@pytest.fixture(scope="module")
def bad() -> tuple[Gold, Pages]:
    """The hostile gold, and its pages."""
    gold = hostile()
    return gold, made(gold)


@pytest.fixture(params=["ours", "hostile"])
def either(request: pytest.FixtureRequest, gold: Gold, site: Pages, bad: tuple[Gold, Pages]) -> tuple[Gold, Pages]:
    """A gold and its pages."""
    return (gold, site) if request.param == "ours" else bad


def place(href: str) -> tuple[str, int, int, str]:
    """What an address of a mention is about: doc_id, start, end, type."""
    found = parse_qs(urldefrag(href).fragment, strict_parsing=True)
    (doc_id,), (mention,) = found["article"], found["mention"]
    side, span, type = mention.split("/", 2)
    assert side == "gold"
    start, end = map(int, span.split("-"))
    return doc_id, start, end, type


def quoted(element: HtmlElement) -> list[tuple[str, set[tuple[str, int, int, str]]]]:
    """Each sentence in it, and the mentions that are marked in it."""
    found = []
    for quote in element.iter("blockquote"):
        aside = "".join(map(text, having(quote, "inside")))
        marked = [place(one.get("href", "")) for one in quote.iter("a")]
        assert len(marked) == len(set(marked))
        found.append((text(quote)[: len(text(quote)) - len(aside)].strip(), set(marked)))
    return found


def sentence(document: Document, mention: Mention) -> str:
    """The sentence that a mention stands in."""
    words = document.text or ""
    (found,) = (
        words[start:end]
        for start, end in sentences(words, [(one.start, one.end) for one in document.mentions])
        if start <= mention.start < end
    )
    return found


def test_every_mention_is_on_its_entitys_page_once_in_its_sentence(either: tuple[Gold, Pages]) -> None:
    """And no other is; a mention of two ids is on two pages."""
    (gold, site), expected = either, Counter[tuple[str, str, tuple[str, int, int, str]]]()
    for document in gold.documents:
        for mention in document.mentions:
            for id in (mention.entity_id or "").split():
                said = sentence(document, mention).strip()
                expected[id, said, (document.doc_id, *mention.span)] += 1
    found = Counter[tuple[str, str, tuple[str, int, int, str]]]()
    for id in gold.entities:
        (section,) = having(site[names.entity(id)], "mentions")
        found.update((id, said, one) for said, marked in quoted(section) for one in marked)
    assert found == expected
    assert len(found) > 40


def test_every_fact_is_on_the_pages_of_both_its_ends(either: tuple[Gold, Pages]) -> None:
    """With an address of the head in each article that says so, and of what contradicts it."""
    gold, site = either
    spans = {(document.doc_id, one.id): one.span for document in gold.documents for one in document.mentions}

    def key(relation: str, places: set[tuple[str, int, int, str]], numbers: set[str]) -> tuple[object, ...]:
        return relation, frozenset(places), frozenset(numbers)

    for id in gold.entities:
        expected, found = Counter[object](), Counter[object]()
        for fact, sources in gold.facts.items():
            places = {(source.doc_id, *spans[source.doc_id, source.head]) for source in sources}
            numbers = {f"c{i}" for i, one in enumerate(gold.contradictions, 1) if fact in (*one.one, *one.other)}
            for _ in range((fact.head == id) + (fact.tail == id)):
                expected[key(fact.relation.replace("_", " "), places, numbers)] += 1
        for listed in having(site[names.entity(id)], "stated"):
            for group in listed:
                relation, *facts = group
                for fact_shown in facts:
                    links = [one.get("href", "") for said in having(fact_shown, "said") for one in said.iter("a")]
                    places = {place(href) for href in links if "#article=" in href}
                    numbers = {urldefrag(href).fragment for href in links if "#article=" not in href}
                    found[key(text(relation), places, numbers)] += 1
        assert found == expected, id


def test_every_link_leads_to_a_page_and_a_place_that_are_there(either: tuple[Gold, Pages]) -> None:
    """Pages, ids in them, and mentions in their articles."""
    gold, site = either
    mentions = {(document.doc_id, *one.span) for document in gold.documents for one in document.mentions}
    ids = {path: [one.get("id") for one in page.iter() if one.get("id")] for path, page in site.items()}
    followed = 0
    for path, page in site.items():
        assert len(ids[path]) == len(set(ids[path])), path
        for link in page.iter("a"):
            to, fragment = urldefrag(link.get("href", ""))
            target = posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(to))) if to else path
            assert target in site, link.get("href")
            if fragment.startswith("article="):
                assert place(link.get("href", "")) in mentions
                assert target == names.article(place(link.get("href", ""))[0])
            elif fragment:
                assert unquote(fragment) in ids[target], link.get("href")
            followed += 1
    assert followed > 400


def test_a_contradiction_has_its_reason_and_the_sentences_of_each_of_its_facts(gold: Gold, site: Pages) -> None:
    """On both sides, head and tail marked, of every article that says so; and its articles name it."""
    documents = {one.doc_id: one for one in gold.documents}
    assert len(gold.contradictions) == 5
    for number, one in enumerate(gold.contradictions, 1):
        section = by_id(site["contradictions.html"], f"c{number}")
        assert text(having(section, "reason")[0]) == one.reason
        for side, facts in zip(having(section, "side"), (one.one, one.other), strict=True):
            for claimed, fact in zip(having(side, "claimed"), facts, strict=True):
                expected: dict[tuple[str, str], set[tuple[str, int, int, str]]] = {}
                for source in gold.facts[fact]:
                    document = documents[source.doc_id]
                    for mention in document.mentions:
                        if mention.id in (source.head, source.tail):
                            key = document.doc_id, sentence(document, mention)
                            expected.setdefault(key, set()).add((document.doc_id, *mention.span))
                assert quoted(claimed) == [
                    (said, marked) for (_, said), marked in sorted(expected.items(), key=lambda of: min(of[1]))
                ]
                for doc_id in {doc_id for doc_id, _ in expected}:
                    links = [link.get("href") for link in site[names.article(doc_id)].iter("a")]
                    assert f"../contradictions.html#c{number}" in links


def test_the_time_line_has_each_event_with_what_each_article_says_of_it(gold: Gold, site: Pages) -> None:
    """Its sentences, its factuality, the dates, participants and places; articles that say nothing are named."""
    page = site["timeline.html"]
    spans = {(document.doc_id, one.id): one for document in gold.documents for one in document.mentions}
    for id, entity in gold.entities.items():
        if entity.type != "EVENT":
            continue
        event = by_id(page, names.stem(id))
        says = {telling.get("aria-label"): telling for telling in having(event, "telling")}
        telling_of = {doc_id for (doc_id, _), one in spans.items() if id in (one.entity_id or "").split()}
        assert says.keys() == telling_of
        silent = {text(link) for said in having(event, "silent") for link in said.iter("a")}
        assert silent == {document.doc_id for document in gold.documents} - telling_of
        for doc_id, telling in says.items():
            own = [one for (of, _), one in spans.items() if of == doc_id and id in (one.entity_id or "").split()]
            assert {one for _, marked in quoted(telling) for one in marked} == {(doc_id, *one.span) for one in own}
            factuality = sorted({one.attributes["factuality"] for one in own})
            assert [text(one) for one in having(telling, "factuality")] == factuality
            given, chips = set(), set()
            for fact, sources in gold.facts.items():
                if fact.head == id and any(source.doc_id == doc_id for source in sources):
                    if fact.relation == "happens_on":
                        given |= {(dates.words(fact.value or ""), source.tail) for source in sources if source.doc_id == doc_id}
                    elif fact.relation in ("has_participant", "happens_at"):
                        chips.add(names.entity(fact.tail or ""))
            found = {(text(one[0]), place(link.get("href", ""))) for one in having(telling, "given") for link in one.iter("a")}
            assert found == {(words, (doc_id, *spans[doc_id, tail].span)) for words, tail in given}
            assert {one.get("href") for one in having(telling, "chip")} == chips


def test_the_time_line_is_in_order(gold: Gold, site: Pages) -> None:
    """Those on the calendar by their finest date, under its year; a duration is no place on it; what has no date comes last."""
    page, values = site["timeline.html"], dict[str, list[str]]()
    for fact in gold.facts:
        if fact.relation == "happens_on":
            values.setdefault(fact.head, []).append(fact.value or "")
    stems = {names.stem(id): id for id in gold.entities}
    shown = [stems[one.get("id", "")] for one in having(page, "event")]
    finest = [dates.finest(values.get(id, [])) for id in shown]
    placed = [dates.period(value) for value in finest if value]
    assert placed == sorted(placed)  # type: ignore[type-var]
    assert finest[len(placed) :] == [None] * (len(shown) - len(placed))
    kinds = ["placed" if dates.finest(values.get(id, [])) else "lasting" if id in values else "undated" for id in shown]
    assert [kind for kind, _ in itertools.groupby(kinds)] == ["placed", "lasting", "undated"]
    for year in having(page, "year"):
        for one in having(year, "event"):
            first = dates.period(dates.finest(values[stems[one.get("id", "")]]) or "")
            assert first
            assert text(year[0]) == str(first[0].year)


def test_where_articles_differ_it_is_said(site: Pages) -> None:
    """002 says mid-October of a visit that others say was on the 15th, which is no contradiction; 000 and 004 of the fall."""
    page = site["timeline.html"]
    for id, said in (
        ("event:shara_moscow_visit_2025_10_15", "dates of different grain"),
        ("event:fall_of_assad_regime_2024_12", "dates of different grain"),
        ("event:chief_of_staff_moscow_visit_2025_10_01", "participants differ"),
    ):
        event = by_id(page, names.stem(id))
        assert said in [text(one) for one in having(event, "differ")]
        assert having(event, "differs")
    summit = by_id(page, names.stem("event:russia_arab_summit_2025_10_15"))
    assert not having(summit, "differ")


def test_names_of_files_are_safe_and_no_two_ids_share_one() -> None:
    """Also where a file system knows no capitals."""
    stems = [names.stem(id) for id in IDS]
    assert len({stem.lower() for stem in stems}) == len(IDS)
    assert all(re.fullmatch(r"[a-z0-9_-]{1,110}", stem) for stem in stems)
    assert names.stem("per:ali_al_naasan") == "per-ali_al_naasan"


def test_hostile_words_are_words(bad: tuple[Gold, Pages]) -> None:
    """No element is made of them, and no attribute; only our own scripts are there."""
    for path, page in bad[1].items():
        tags = {one.tag for one in page.iter()}
        assert not tags & {"img", "i", "iframe", "object", "base"}, path
        assert all(one.get("class") == "doc-id" for one in page.iter("b"))
        assert not [name for one in page.iter() for name in one.attrib if name.startswith("on") or name == "style"]
        assert "alert" not in "".join(text(one) for one in page.iter("script") if one.get("type") is None)
        assert "46662" not in text(page)


def test_a_gold_of_one_bare_article() -> None:
    """Nothing that a page would be of is there but itself."""
    site = made(gold_of(Document("d", "نص بلا شيء", "2025-10-01")))
    assert sorted(site) == ["articles/d.html", "contradictions.html", "entities.html", "index.html", "timeline.html"]
