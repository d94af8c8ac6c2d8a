"""Writes brat's standoff: texts, annotations, and the annotation.conf that lets brat show and change them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from eval.document import BadInput, Document, Mention, ordered
from eval.formats import losses
from eval.formats.brat.standoff import NO_DATABASE

# brat splits a file where str.splitlines does.
_LINE_ENDS = r"\n\r\v\f\x1c-\x1e\x85\u2028\u2029"
_VALUE = re.compile(rf"[^\t{_LINE_ENDS}]*[^\s][^\t{_LINE_ENDS}]*")
_CONFIGURABLE = re.compile(r"(?!-+$)[A-Za-z0-9_-]+")  # lines of hyphens part groups
_CONFIGURABLE_VALUE = re.compile(r"[^\s,|<>]+")

Values = Mapping[str, set[str]]


def write(path: Path, documents: Iterable[Document]) -> list[str]:
    """Write a folder that is not there yet; returns what had no place, a line a reason. Mentions become T1, T2, … in order.

    Raises BadInput for a doc_id that names no file below the folder, and for a name with white space in it.
    """
    documents = [ordered(document) for document in documents]
    for document in documents:
        _check_names(document)
    values: dict[str, set[str]] = defaultdict(set)
    for _, name, value in (attribute for document in documents for attribute in _attributes(document)):
        values[name].add(value)
    path.mkdir()
    for document in documents:
        lines = "".join(f"{line}\n" for line in _lines(document, values))
        for ending, content in ((".txt", document.text or ""), (".ann", lines)):
            file = path / f"{document.doc_id}{ending}"
            file.parent.mkdir(parents=True, exist_ok=True)
            with file.open("xb") as new:
                new.write(content.encode("utf-8"))
    return [*_left_out(documents), *_configure(path / "annotation.conf", documents, values)]


def _lines(document: Document, values: Values) -> Iterator[str]:
    text, ids = document.text or "", {}
    for number, mention in enumerate(document.mentions, 1):
        parts = _parts(text, mention)
        spans, surface = ";".join(f"{start} {end}" for start, end in parts), " ".join(text[start:end] for start, end in parts)
        yield f"T{number}\t{mention.type} {spans}\t{surface}"
        ids[mention.id] = f"T{number}"
    for number, relation in enumerate(document.relations, 1):
        yield f"R{number}\t{relation.type} Arg1:{ids[relation.head]} Arg2:{ids[relation.tail]}"
    for number, (target, name, value) in enumerate(_attributes(document), 1):
        yield f"A{number}\t{name} {target}" + (f" {value}" if values[name] != {"true"} else "")
    references = ((f"T{i}", id) for i, mention in enumerate(document.mentions, 1) for id in (mention.entity_id or "").split())
    for number, (target, id) in enumerate(references, 1):
        has_database = re.fullmatch(r"[^:]+:.+", id) and not id.startswith(NO_DATABASE)
        yield f"N{number}\tReference {target} {'' if has_database else NO_DATABASE}{id}\t{id}"


def _parts(text: str, mention: Mention) -> list[tuple[int, int]]:
    """The mention's span, in parts where it runs over a line's end; an empty part keeps an edge that is one."""
    ends = [found.span() for found in re.finditer(f"[{_LINE_ENDS}]+", text[mention.start : mention.end])]
    bounds = [mention.start, *(mention.start + place for end in ends for place in end), mention.end]
    return list(zip(bounds[::2], bounds[1::2], strict=True))


def _attributes(document: Document) -> Iterator[tuple[str, str, str]]:
    """(mention, name, value) of each attribute that a line can hold."""
    for number, mention in enumerate(document.mentions, 1):
        for name, value in sorted(mention.attributes.items()):
            if _VALUE.fullmatch(str(value)):
                yield f"T{number}", name, str(value)


def _configure(path: Path, documents: Sequence[Document], values: Values) -> list[str]:
    """Write the configuration: any type may take any relation and attribute, and lie inside any other."""
    types = {mention.type for document in documents for mention in document.mentions}
    relations = {relation.type for document in documents for relation in document.relations}
    arguments = "Arg1:<ENTITY>, Arg2:<ENTITY>"
    attributes = {}
    for name, found in values.items():
        choices = "|".join(sorted(filter(_CONFIGURABLE_VALUE.fullmatch, found))) if found != {"true"} else ""
        attributes[name] = f"{name} Arg:<ENTITY>" + (f", Value:{choices}" if choices else "")
    sections = {
        "entities": {type: type for type in types},
        "relations": {type: f"{type} {arguments}" for type in relations},
        "events": {},
        "attributes": attributes,
    }
    refused = sorted({name for lines in sections.values() for name in lines if not _CONFIGURABLE.fullmatch(name)})
    content = ""
    for section, lines in sections.items():
        kept = [lines[name] for name in sorted(lines) if name not in refused]
        if section == "relations":
            kept.append(f"<OVERLAP> {arguments}, <OVL-TYPE>:<ANY>")
        content += f"[{section}]\n" + "".join(f"{line}\n" for line in kept) + "\n"
    path.write_text(content, encoding="utf-8")
    why = "brat takes ASCII letters, digits, - and _ there"
    return [f"left out of annotation.conf alone, since {why}: {', '.join(refused)}"] if refused else []


def _left_out(documents: Sequence[Document]) -> list[str]:
    written = [sum(1 for _ in _attributes(document)) for document in documents]
    unwritten = [every - some for every, some in zip(losses.of(documents, "attribute(s)")["attribute(s)"], written, strict=True)]
    return [
        *losses.told("left out, since a value is words in one line, without tabs", {"attribute(s)": unwritten}),
        *losses.told("written as words, since an attribute's value is words", losses.of(documents, "number(s)")),
        *losses.told("left out, since standoff is of mentions", losses.of(documents, "date(s)", "fold(s)")),
    ]


def _check_names(document: Document) -> None:
    parts = document.doc_id.split("/")
    if any(not part or part.startswith(".") or "\0" in part for part in parts):
        raise BadInput(
            f"document {document.doc_id!r}: its id becomes the name of a file in the folder, perhaps with folders, a/b,"
            " and none of these may be empty or begin with a dot; rename it"
        )
    names = {
        "type": {mention.type for mention in document.mentions},
        "relation": {relation.type for relation in document.relations},
        "attribute": {name for mention in document.mentions for name in mention.attributes},
    }
    for what, found in names.items():
        if cut := sorted(name for name in found if not re.fullmatch(r"\S+", name)):
            raise BadInput(f"document {document.doc_id!r}: {what} {cut[0]!r}: brat takes white space for a name's end; rename it")
