"""The gold by what a reader asks of it: an entity's names, mentions and facts, an article's sentences, a fact's opposites."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from annotation.configs.documents import publisher
from annotation.explorer import names
from annotation.explorer.quotes import Quote, Quoted
from annotation.facts import Fact, Source
from annotation.gold import Gold
from annotation.seeds import Article
from eval.document import Document, Mention, ordered


@dataclass(frozen=True)
class Told:
    """An article: what is known of it, and its sentences."""

    article: Article
    quoted: Quoted
    publisher: str | None
    mentions: Mapping[str | None, Mention]  # by id

    @property
    def doc_id(self) -> str:
        return self.article.doc_id

    @property
    def href(self) -> str:
        return names.article(self.doc_id)

    @property
    def opening(self) -> str:
        """Its first sentence that is neither its title nor a date line, nor the name of a section."""
        said = [self.quoted.text[start:end] for start, end in self.quoted.sentences]
        return next((one for one in said if one != self.article.title and _words(one) > 4), said[0] if said else "")


@dataclass(frozen=True)
class Called:
    """An entity or event, as pages call it. `arabic` may be in any script where nobody has written its names."""

    id: str
    type: str
    arabic: str
    english: str
    mentions: int
    articles: Sequence[str]

    @property
    def href(self) -> str:
        return names.entity(self.id)

    @property
    def anchor(self) -> str:
        return names.stem(self.id)


class Atlas:
    """What the pages are made of."""

    def __init__(self, gold: Gold) -> None:
        self.gold = gold
        self.articles = {one.doc_id: _told(ordered(one), *gold.articles[one.doc_id]) for one in gold.documents}
        self.mentions = defaultdict[str, list[tuple[str, Mention]]](list)
        for doc_id, told in self.articles.items():
            for mention in told.quoted.document.mentions:
                for id in dict.fromkeys((mention.entity_id or "").split()):
                    self.mentions[id].append((doc_id, mention))
        self.entities = {id: self._called(id) for id in gold.entities}
        self.facts = defaultdict[str, list[Fact]](list)
        for fact in gold.facts:
            for end in dict.fromkeys((fact.head, fact.tail)):
                if end:
                    self.facts[end].append(fact)
        self.contradicted = defaultdict[Fact, list[int]](list)
        for number, one in enumerate(gold.contradictions, 1):
            for fact in (*one.one, *one.other):
                self.contradicted[fact].append(number)

    def quotes(self, id: str) -> list[tuple[Told, list[Quote]]]:
        """Each article that mentions an entity, with its sentences that do."""
        grouped = groupby(self.mentions[id], key=lambda found: found[0])
        return [(self.articles[doc_id], self.articles[doc_id].quoted.quotes(one for _, one in of)) for doc_id, of in grouped]

    def evidence(self, fact: Fact) -> list[tuple[Told, list[Quote]]]:
        """Each article that states a fact, with its sentences that do."""
        found = []
        for doc_id, sources in groupby(self.gold.facts[fact], key=lambda source: source.doc_id):
            told = self.articles[doc_id]
            ends = dict.fromkeys(end for source in sources for end in (source.head, source.tail))
            found.append((told, told.quoted.quotes(told.mentions[end] for end in ends)))
        return found

    def head(self, source: Source) -> str:
        """Where the head of a fact's source is, in its article."""
        return names.mention(source.doc_id, self.articles[source.doc_id].mentions[source.head])

    def event_type(self, id: str) -> str | None:
        """What kind of event it is; None for what is none."""
        return next((one.attributes["event_type"] for _, one in self.mentions[id] if "event_type" in one.attributes), None)

    def _called(self, id: str) -> Called:
        entity, mentions = self.gold.entities[id], self.mentions[id]
        arabic, english = entity.name_ar.strip(), entity.name_en.strip()
        if not arabic and not english:  # a name rather than a title, and the one that is said most
            own = [(doc_id, one) for doc_id, one in mentions if one.type == entity.type] or mentions
            said = Counter(self.articles[doc_id].quoted.text[one.start : one.end] for doc_id, one in own)
            arabic = said.most_common(1)[0][0]
        return Called(id, entity.type, arabic, english, len(mentions), list(dict.fromkeys(doc_id for doc_id, _ in mentions)))


def _told(document: Document, article: Article, _: str) -> Told:
    return Told(article, Quoted(document), publisher(article), {one.id: one for one in document.mentions})


def _words(text: str) -> int:
    return sum(any(map(str.isalpha, word)) for word in text.split())
