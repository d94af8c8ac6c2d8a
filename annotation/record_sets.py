"""The record sets of croissant.json: a config's columns as fields, and what is small enough to stand in the file itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from annotation import card

if TYPE_CHECKING:
    from datasets.features.features import FeatureType

Node = dict[str, Any]  # of JSON-LD
Labels = Mapping[tuple[str, ...], Node]  # names of labels, and what is said of them

KINDS = {"string": "sc:Text", "int32": "sc:Integer", "bool": "sc:Boolean"}


def enumerations(files: Mapping[str, card.File], said: Mapping[str, Node]) -> dict[tuple[str, ...], Node]:
    """The label names that occur, each with what is said of them."""
    from datasets import ClassLabel

    found = dict[tuple[str, ...], Node]()
    for config, file in files.items():
        for path, feature in _leaves(config, file.features):
            item, _ = _item(feature)
            if isinstance(item, ClassLabel) and tuple(item.names) not in found:
                found[tuple(item.names)] = said[path]
    return found


def record_set(config: str, file: card.File, labels: Labels, said: Node) -> Node:
    """A config: a field for each column; what is nested in one is its sub-fields."""
    split = {"dataType": "sc:Text", "value": card.SPLIT, "references": {"field": {"@id": "splits/name"}}}

    def field(path: str, name: str, content: Node) -> Node:
        described = {"description": said["fields"][path]} if path in said["fields"] else {}
        return {"@type": "cr:Field", "@id": f"{config}/{path}", "name": name, **described, **content}

    def leaf(column: str, path: str, feature: FeatureType) -> Node:
        within = path.removeprefix(column).removeprefix("/")
        transform = {"transform": {"jsonPath": within.replace("/", ".")}} if within else {}
        source = {"fileObject": {"@id": file.path}, "extract": {"column": column}, **transform}
        return field(path, within or column, {**_type(feature, labels, joined=not within), "source": source})

    def of_column(column: str, feature: FeatureType) -> Node:
        item, repeated = _item(feature)
        if not isinstance(item, dict):
            return leaf(column, column, feature)
        # All of them direct ones: mlcroissant gives those of a sub-field beside the column, not in it.
        leaves = [leaf(column, path, part) for path, part in _leaves(column, item)]
        return field(column, column, {**({"isArray": True} if repeated else {}), "subField": leaves})

    return {
        "@type": "cr:RecordSet",
        "@id": config,
        "name": config,
        "description": said["description"],
        "key": [{"@id": f"{config}/{path}"} for path in said["key"]],
        "field": [*(of_column(*one) for one in file.features.items()), field("split", "split", split)],
    }


def inline(name: str, kind: str, description: str, data: list[Node]) -> Node:
    """A record set that is all here; the first field of its records is their key."""
    fields = {
        field: "sc:Integer" if isinstance(value, int) else ["sc:URL", kind] if field == "url" else "sc:Text"
        for field, value in data[0].items()
    }
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": description,
        "dataType": kind,
        "key": {"@id": f"{name}/{next(iter(fields))}"},
        "field": [{"@type": "cr:Field", "@id": f"{name}/{f}", "name": f, "dataType": type} for f, type in fields.items()],
        "data": [{f"{name}/{field}": value for field, value in record.items()} for record in data],
    }


def _item(feature: FeatureType) -> tuple[FeatureType, bool]:
    """What a feature is a list of, or itself; and whether it is a list."""
    from datasets import List

    return (feature.feature, True) if isinstance(feature, List) else (feature, False)


def _leaves(path: str, feature: FeatureType) -> Iterator[tuple[str, FeatureType]]:
    """Each part of a feature that is nothing nested, a list of plain values at most, with its path."""
    item, _ = _item(feature)
    if isinstance(item, dict):
        for name, part in item.items():
            yield from _leaves(f"{path}/{name}", part)
    else:
        yield path, feature


def _type(feature: FeatureType, labels: Labels, joined: bool) -> Node:
    """Of a leaf. `joined`: mlcroissant joins a column with what it refers to, which it cannot do with a list."""
    from datasets import ClassLabel

    item, repeated = _item(feature)
    found: Node = {"isArray": True} if repeated else {}
    if not isinstance(item, ClassLabel):
        return {"dataType": KINDS[item.dtype], **found}
    if not (joined and repeated):
        found["references"] = {"field": {"@id": f"{labels[tuple(item.names)]['name']}/id"}}
    return {"dataType": "sc:Integer", **found}
