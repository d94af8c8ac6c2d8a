"""The card's examples are the gold's."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from typing import Any

import pytest
from datasets import Dataset
from markdown_it import MarkdownIt

from annotation import examples
from annotation import gold as golds
from eval.document import BadInput
from tests.conftest import ROOT

GOLD = golds.read(ROOT)


def rows(config: str) -> list[dict[str, Any]]:
    """A config's, with the types of mentions and relations by name."""
    loaded = Dataset.from_parquet(str(ROOT / "data" / config / "test.parquet"))
    found = loaded.to_list()
    for part in {"documents": ("mentions", "relations"), "entities": ("aliases",)}.get(config, ()):
        for one in (one for row in found for one in row[part]):
            one["type"] = loaded.features[part].feature["type"].int2str(one["type"])
    return found  # type: ignore[no-any-return]


def shown(name: str) -> list[list[str]]:
    """The rows of an example's table, without marks of code and of direction."""
    lines = str(examples.of_gold(GOLD)[f"example_{name}"]).splitlines()[2:]
    return [[cell.strip() for cell in re.sub("[\u2068\u2069`]", "", line).split("|")[1:-1]] for line in lines]


def test_the_sentences_mentions_and_relations_are_all_there() -> None:
    """Words at their offsets, each in the narrowest that holds it, with all that the Parquet has."""
    (article,) = (row for row in rows("documents") if row["doc_id"] == examples.ARTICLE)
    start = article["text"].index(examples.SENTENCE)
    inside = [one for one in article["mentions"] if start <= one["start"] < start + len(examples.SENTENCE)]
    found = shown("mentions")
    assert sorted([*row[1:5], *row[6:]] for row in found) == sorted(
        [
            *(one["text"], one["type"], str(one["start"]), str(one["end"]), one["entity_id"]),
            ", ".join(f"{name} {value}" for name, value in one["attributes"].items() if value),
        ]
        for one in inside
    )
    for _, words, _, first, last, outer, *_ in found:
        assert article["text"][int(first) : int(last)] == words
        around = [row for row in found if row[1] != words and words in row[1]]
        assert outer == (min(around, key=lambda row: len(row[1]))[0] if around else "")
    words_of = {one["id"]: one["text"] for one in inside}
    assert sorted(shown("relations")) == sorted(
        [words_of[one["head"]], one["type"], words_of[one["tail"]]]
        for one in article["relations"]
        if {one["head"], one["tail"]} <= words_of.keys()
    )


def test_the_entitys_words_are_those_of_its_row() -> None:
    """Of several articles, with its names."""
    (entity,) = (row for row in rows("entities") if row["entity_id"] == examples.ENTITY)
    assert shown("aliases") == [[one["text"], one["type"], ", ".join(one["documents"])] for one in entity["aliases"]]
    named = re.sub("[\u2068\u2069`]", "", str(examples.of_gold(GOLD)["example_entity"]))
    assert named == f"{entity['entity_id']}, {entity['name_ar']}, {entity['name_en']}"


def test_the_facts_places_are_those_of_its_row() -> None:
    """The words and attributes of the mentions that it is said of; and it is planned wherever it is said, as the card has it."""
    (fact,) = (row for row in rows("facts") if (row["head"], row["value"]) == (examples.FACT.head, examples.FACT.value))
    said = {(row["doc_id"], one["id"]): one for row in rows("documents") for one in row["mentions"]}
    ends = [(one["doc_id"], said[one["doc_id"], one["head"]], said[one["doc_id"], one["tail"]]) for one in fact["mentions"]]
    assert shown("sources") == [
        [doc_id, head["text"], head["attributes"]["factuality"], tail["attributes"]["value"], tail["text"]]
        for doc_id, head, tail in ends
    ]
    assert fact["factuality"] == ["planned"]


def test_the_contradictions_sides_are_those_of_its_rows() -> None:
    """Each fact with its articles and its value; the reason as it is written, but for the marks that keep its words in order."""
    key = examples.CONTRADICTED.head, examples.CONTRADICTED.value
    (row,) = (row for row in rows("facts") if (row["head"], row["value"]) == key)
    (against,) = row["contradicts"]
    assert sorted(side[1:] for side in shown("sides")) == sorted(
        [examples.CONTRADICTED.relation, one["head"], ", ".join(one["documents"]), one["value"]] for one in (row, against)
    )
    assert re.sub("[\u2068\u2069]", "", str(examples.of_gold(GOLD)["example_reason"])) == against["reason"]
    assert examples.of_gold(GOLD)["example_kind"] == against["kind"]


@pytest.mark.parametrize(
    ("less", "says"),
    [
        (replace(GOLD, documents=GOLD.documents[1:]), f"document 000 has no sentence {examples.SENTENCE}"),
        (replace(GOLD, documents=[replace(one, relations=()) for one in GOLD.documents]), "has no relation or no mention in another"),
        (replace(GOLD, entities={}), f"{examples.ENTITY} is in none or one of the articles"),
        (replace(GOLD, facts={}), "is said by none or one of the articles"),
        (replace(GOLD, contradictions=[]), "is in no contradiction"),
    ],
    ids=["sentence", "relations", "entity", "fact", "contradiction"],
)  # fmt: skip
def test_an_example_that_is_gone_is_told(less: golds.Gold, says: str) -> None:
    """With what it was, and where another is picked."""
    with pytest.raises(BadInput, match=re.escape(says)):
        examples.of_gold(less)
    assert says in str(examples.gone(less))
    assert examples.gone(GOLD) == []


def test_arabic_words_are_isolated() -> None:
    """Each opens an isolate and each closes it, so that a browser or a terminal moves nothing around them."""
    for name in ("mentions", "relations", "aliases", "sources", "sides", "entity", "reason"):
        example = str(examples.of_gold(GOLD)[f"example_{name}"])
        assert "\u2068" in example
        assert not re.search("[\u0600-\u06ff]", re.sub("\u2068[^\u2068\u2069|]*\u2069", "", example))


def test_what_markdown_would_read_as_its_own_is_shown_as_it_is() -> None:
    """Names, reasons and values with bars, back quotes, HTML, links and dollars, as the page shows them."""
    said = "a | b ` *c* <img src=x> [d](e) $x $$ \\ &amp; ~~f~~ دمشق"
    entity = GOLD.entities[examples.ENTITY]
    spoilt = replace(
        GOLD,
        entities={
            examples.ENTITY: replace(entity, name_en=said, aliases=tuple(replace(one, text=said) for one in entity.aliases))
        },
        contradictions=[replace(one, reason=said) for one in GOLD.contradictions],
    )
    found = examples.of_gold(spoilt)
    for name in ("entity", "aliases", "reason"):
        page = MarkdownIt("gfm-like", {"linkify": False}).render(str(found[f"example_{name}"]))
        assert said in html.unescape(re.sub("[\u2068\u2069]|<[^>]*>", "", page)), page
        assert not re.search("<(img|a|em|s)\\b", page)
