"""The annotations of one text in brat's standoff, and the Document that they are."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple
from urllib.parse import quote

from eval.document import BadInput, Document, Mention, Relation

# The database of an entity_id that has no colon, hence none of its own.
NO_DATABASE = "entity_id:"

_ATTRIBUTE = re.compile(r"(\S+) (\S+)(?: (.*))?"), "NAME ID, or NAME ID VALUE"
# What stands between the first tab of a line and the second, and how to say it.
FORMS = {
    "T": (re.compile(r"(\S+) (\d+ \d+(?:;\d+ \d+)*) *"), "TYPE START END, with spaces between, then a tab and the text"),
    "R": (re.compile(r"(\S+) (\S+?):(\S+) (\S+?):(\S+) *"), "TYPE Arg1:ID Arg2:ID, with spaces between"),
    "E": (re.compile(r"(\S+?):(\S+)((?: +\S+?:\S+)*) *"), "TYPE:TRIGGER ROLE:ID …, with spaces between"),
    "A": _ATTRIBUTE,
    "M": _ATTRIBUTE,
    "N": (re.compile(r"(\S+) (?:Annotation:)?(\S+) (?:Referent:)?([^\s:]+:\S+) *"), "Reference ID DATABASE:ENTRY"),
    "*": (re.compile(r"(\S+)((?: +\S+)+) *"), "Equiv ID ID …"),
}


class Line(NamedTuple):
    """An annotation: where it stands, its id, the fields of its form, and what follows the second tab."""

    where: str
    id: str
    fields: tuple[str, ...]
    text: str


class Standoff:
    """The annotations of a text, by the first letter of their ids."""

    def __init__(self, lines: Mapping[str, Sequence[Line]], text: str) -> None:
        self.lines = {letter: lines.get(letter, []) for letter in FORMS}
        self.text = text
        self.spans = {line.id: self._span(line) for line in self.lines["T"]}
        self.triggers = {line.id: line.fields[1] for line in self.lines["E"]}

    def document(self, doc_id: str) -> Document:
        """Raises BadInput, naming the line, for a discontinuous mention, a text that differs, an id that is none, two values."""
        attributes, entities = self._attributes(), self._entities(doc_id)
        mentions = (
            Mention(line.id, *self.spans[line.id], line.fields[0], entities.get(line.id), attributes[line.id])
            for line in self.lines["T"]
        )
        return Document(doc_id, self.text, mentions=tuple(mentions), relations=tuple(dict.fromkeys(self._relations())))

    def _span(self, line: Line) -> tuple[int, int]:
        parts = sorted((int(start), int(end)) for start, end in (part.split() for part in line.fields[1].split(";")))
        start, end = parts[0][0], parts[-1][1]
        gaps = [(before, after) for (_, before), (after, _) in pairwise(parts)]
        if any(before > after or self.text[before:after].strip() for before, after in gaps):
            raise BadInput(
                f"{line.where}: {line.id} is discontinuous, {line.fields[1]}, and a mention is one span here;"
                f" mark all of it, {start} {end}, or each part as a mention"
            )
        marked, given = (" ".join(words.split()) for words in (" ".join(self.text[a:b] for a, b in parts), line.text))
        if given and end <= len(self.text) and not f"{given} ".startswith(f"{marked} "):
            raise BadInput(
                f"{line.where}: {line.id} is {given!r} by what the line says, and {marked!r} by its offsets, {line.fields[1]};"
                " offsets count code points of the .txt from 0, the end is exclusive, and a line's end of \\r\\n is two"
            )
        return start, end

    def _mention(self, id: str, line: Line) -> str:
        """The id of the mention that an id in `line` stands for: an event stands for its trigger."""
        mention = self.triggers.get(id, id)
        if mention not in self.spans:
            through = f", the trigger of {id}," if mention != id else ""
            raise BadInput(f"{line.where}: {line.id} refers to {mention}{through} and no T line of this file has that id")
        return mention

    def _relations(self) -> list[Relation]:
        relations = []
        for line in self.lines["R"]:
            type, role, head, _, tail = line.fields
            head, tail = (tail, head) if role == "Arg2" else (head, tail)
            relations.append(Relation(type, self._mention(head, line), self._mention(tail, line)))
        for line in self.lines["E"]:
            trigger = self._mention(line.id, line)
            arguments = [argument.split(":", 1) for argument in line.fields[2].split()]
            roles = {role for role, _ in arguments}
            for role, id in arguments:
                unnumbered = role.rstrip("0123456789")  # the second Theme of an event is Theme2
                relations.append(Relation(unnumbered if unnumbered in roles else role, trigger, self._mention(id, line)))
        return relations

    def _attributes(self) -> dict[str, dict[str, str]]:
        attributes: dict[str, dict[str, str]] = defaultdict(dict)
        of_relations = {line.id for line in self.lines["R"]}
        for line in (*self.lines["A"], *self.lines["M"]):
            name, target, value = line.fields[0], line.fields[1], line.fields[2] if line.fields[2].strip() else "true"
            if target in of_relations:
                continue
            mention = self._mention(target, line)
            if (other := attributes[mention].setdefault(name, value)) != value:
                raise BadInput(
                    f"{line.where}: {name} of {mention} is {value!r}, and {other!r} in a line before;"
                    " a mention has one value of an attribute here, remove the other"
                )
        return attributes

    def _entities(self, doc_id: str) -> dict[str, str]:
        """The entity_id of each mention that has one, by the mention's id."""
        named: dict[str, dict[str, None]] = defaultdict(dict)
        for line in self.lines["N"]:
            named[self._mention(line.fields[1], line)][line.fields[2].removeprefix(NO_DATABASE)] = None
        entities = {mention: " ".join(ids) for mention, ids in named.items()}
        for group, where in self._equivalent():
            known = sorted({entities[mention] for mention in group if mention in entities})
            if len(known) > 1:
                raise BadInput(
                    f"{where}: {' '.join(group)} are one entity, and their ids are {' and '.join(known)}; give them one"
                )
            # Across documents an id is one entity: this one is the document's own. A space would make two ids of it.
            one_word = re.sub(r"[%\s]", lambda found: quote(found[0]), doc_id)
            entities |= dict.fromkeys(group, known[0] if known else f"{one_word}#{group[0]}")
        return entities

    def _equivalent(self) -> list[tuple[list[str], str]]:
        """Groups of mentions that stand for one thing, and where: lines that share a mention are one group."""
        groups: list[tuple[set[str], str]] = []
        for line in self.lines["*"]:
            group = {self._mention(id, line) for id in line.fields[1].split()}
            for other, _ in [one for one in groups if one[0] & group]:
                group |= other
            groups = [one for one in groups if not one[0] & group] + [(group, line.where)]
        return [([id for id in self.spans if id in group], where) for group, where in groups]
