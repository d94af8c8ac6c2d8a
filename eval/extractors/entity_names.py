"""Entity ids by name: what the gold called so, else a name of its own.

How far a name goes is learnt, type by type, since only the gold knows it: whether it means the same in another document (a
country's does, a visit's does not), and whether a part of it stands for it (a surname does, a rank does not).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from eval.document import Document, Mention, merge_duplicates, ordered
from eval.extractors import arabic_rules, arabic_spelling

# Of the names that share a word, so many are looked through for a longer form of another.
MOST_LOOKED_THROUGH = 50

Name = tuple[str, ...]
Called = tuple[str, Name]  # type and name
Joint = tuple[str, str, str]  # relation, head type and tail type
Key = TypeVar("Key", bound=Hashable)


class EntityNames:
    """Gives ids to the mentions of the types whose mentions have them."""

    def __init__(self) -> None:
        self.id_of: dict[Called, str] = {}
        self.types: frozenset[str] = frozenset()  # whose mentions have ids
        self.lasting: frozenset[str] = frozenset()  # types whose names mean the same in other documents
        self.shortened: frozenset[str] = frozenset()  # types whose names stand for the longer ones with their words
        self.joining: frozenset[Joint] = frozenset()  # whose two ends are one entity

    def fit(self, documents: Sequence[Document]) -> None:
        """Learn names and ids from the documents; what was learnt before is forgotten."""
        documents = [ordered(merge_duplicates(document)[0]) for document in documents]
        own = [_called(document) for document in documents]
        ids: dict[Called, Counter[str]] = defaultdict(Counter)
        for called in own:
            for key, counted in called.items():
                ids[key] += counted
        self.id_of = {key: _most(counted) for key, counted in ids.items()}
        self.types = _mostly((mention.type, mention.entity_id is not None) for d in documents for mention in d.mentions)
        self.lasting = self.types - _apart(own)
        self.shortened = _mostly(vote for called in own for vote in _short(called))
        self.joining = _mostly(vote for document in documents for vote in _of_one(document))

    def identified(self, document: Document) -> Document:
        """The document with an entity id for each mention of a type that has them, and that has a letter."""
        names = _names(document)
        by_type: dict[str, dict[Name, None]] = defaultdict(dict)
        for mention, name in zip(document.mentions, names, strict=True):
            if name and mention.type in self.types:
                by_type[mention.type][name] = None
        ids = {type: self._ids(type, list(own), document.doc_id) for type, own in by_type.items()}
        found = [ids.get(mention.type, {}).get(name) for mention, name in zip(document.mentions, names, strict=True)]
        return replace(document, mentions=_joined(document, found, self.joining))

    def _ids(self, type: str, names: Sequence[Name], doc_id: str) -> Mapping[Name, str]:
        """An id for each name of a document, those with more words first, since the others may join them."""
        scope = (type,) if type in self.lasting else (type, doc_id)
        longer = _longer(names) if type in self.shortened else {}
        ids: dict[Name, str] = {}
        for name in sorted(names, key=lambda name: -len(set(name))):
            if type in self.lasting and (type, name) in self.id_of:
                ids[name] = self.id_of[type, name]
            elif name in longer:
                ids[name] = ids[longer[name]]
            else:
                # no white space: that would be two ids
                ids[name] = "_".join(":".join((*scope, "_".join(name))).casefold().split())
        return ids


def _names(document: Document) -> list[Name]:
    text = document.text or ""
    surfaces = (arabic_rules.in_full(text, m.start, text[m.start : m.end]) for m in document.mentions)
    return [arabic_spelling.name(surface) for surface in surfaces]


def _joined(document: Document, ids: Sequence[str | None], joining: frozenset[Joint]) -> tuple[Mention, ...]:
    """The mentions with their ids; the tail of a relation that joins takes its head's, the first's if there are several."""
    place = {mention.id: i for i, mention in enumerate(document.mentions)}
    taken: dict[int, str] = {}
    for relation in document.relations:
        head, tail = place[relation.head], place[relation.tail]
        if (relation.type, document.mentions[head].type, document.mentions[tail].type) in joining and (id := ids[head]):
            taken.setdefault(tail, id)
    return tuple(replace(mention, entity_id=taken.get(i, ids[i])) for i, mention in enumerate(document.mentions))


def _longer(names: Iterable[Name]) -> dict[Name, Name]:
    """For each name that has one, the first other with all its words and more."""
    by_word: dict[str, list[tuple[Name, frozenset[str]]]] = defaultdict(list)
    words = {name: frozenset(name) for name in names}
    for name, own in words.items():
        for word in own:
            if len(by_word[word]) < MOST_LOOKED_THROUGH:
                by_word[word].append((name, own))
    found: dict[Name, Name] = {}
    for name, own in words.items():
        fewest = min((by_word[word] for word in name), key=len)
        if longer := next((other for other, more in fewest if own < more), None):
            found[name] = longer
    return found


def _called(document: Document) -> dict[Called, Counter[str]]:
    """The ids that a document gives to each name."""
    called: dict[Called, Counter[str]] = defaultdict(Counter)
    for mention, name in zip(document.mentions, _names(document), strict=True):
        if mention.entity_id and name:
            called[mention.type, name][mention.entity_id] += 1
    return called


def _apart(own: Iterable[Mapping[Called, Counter[str]]]) -> frozenset[str]:
    """The types of whose names at least half of the pairs of documents that share one give it different ids."""
    documents: dict[Called, Counter[str]] = defaultdict(Counter)
    for called in own:
        for key, counted in called.items():
            documents[key][_most(counted)] += 1
    same: Counter[str] = Counter()
    pairs: Counter[str] = Counter()
    for (type, _), by_id in documents.items():
        same[type] += sum(map(_pairs, by_id.values()))
        pairs[type] += _pairs(by_id.total())
    return frozenset(type for type, all in pairs.items() if all and same[type] <= all / 2)


def _short(called: Mapping[Called, Counter[str]]) -> Iterator[tuple[str, bool]]:
    """The type of each name that has a longer form in its document, and whether both have one id."""
    by_type: dict[str, list[Name]] = defaultdict(list)
    for type, name in called:
        by_type[type].append(name)
    for type, names in by_type.items():
        for name, longer in _longer(names).items():
            yield type, _most(called[type, name]) == _most(called[type, longer])


def _of_one(document: Document) -> Iterator[tuple[Joint, bool]]:
    """Relation, head type and tail type of each relation, and whether both ends have one id."""
    by_id = {mention.id: mention for mention in document.mentions}
    for relation in document.relations:
        head, tail = by_id[relation.head], by_id[relation.tail]
        yield (relation.type, head.type, tail.type), head.entity_id is not None and head.entity_id == tail.entity_id


def _pairs(things: int) -> int:
    return things * (things - 1) // 2


def _most(counted: Counter[str]) -> str:
    """The id that is given most, of several the first by name."""
    return min(counted, key=lambda id: (-counted[id], id))


def _mostly(votes: Iterable[tuple[Key, bool]]) -> frozenset[Key]:
    """The keys of which at least half of the votes are True."""
    counted = Counter(votes)
    return frozenset(key for (key, vote), times in counted.items() if vote and times >= counted[key, False])
