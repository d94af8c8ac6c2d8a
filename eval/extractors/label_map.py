"""What the labels of somebody's model are called in the gold: a file of theirs, YAML or JSON, `label: type` or `label: null`.

Without a file, labels are taken as they are. With one, a label that it does not name is taken as it is if the gold has a type of
that name; else its mentions are dropped, and a document's notes say so. `null` drops them in silence.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from eval.document import BadInput
from eval.extractors import Request

OPTIONS: Mapping[str, str] = {"labels": "a YAML or JSON file, the model's label to the gold's type, or to null to drop it"}


@dataclass(frozen=True)
class LabelMap:
    """The gold's types by a model's labels."""

    path: Path | None
    types: Mapping[str, str | None]
    gold: tuple[str, ...]

    def type_of(self, label: str) -> str | None:
        """The gold's type of a label, None where it is dropped."""
        if self.path is None or label in self.types:
            return self.types.get(label, label)
        return label if label in self.gold else None

    def notes(self, labels: Counter[str]) -> tuple[str, ...]:
        """What a document's notes say of its labels, each with how many mentions it has: those that nobody asked to drop."""
        why = f"neither {self.path} nor the gold's types have it"
        lost = sorted(label for label in labels if self.type_of(label) is None and label not in self.types)
        return tuple(f"{labels[label]} mention(s) labelled {label!r} dropped: {why}" for label in lost)


def read(request: Request, labels: Collection[str] | None) -> LabelMap:
    """The map of `--option labels=FILE`, `labels` being the model's own where it tells them.

    Raises BadInput for a file that is no such map, for a type that the gold has not and a label that the model has not.
    """
    gold = request.labels.types
    if "labels" not in request.options:
        return LabelMap(None, {}, gold)
    path = Path(request.options["labels"])
    types: dict[str, str | None] = {}
    for where, label, type in _entries(path):
        if label in types:
            raise BadInput(f"{where}: the label {label!r} stands twice")
        if labels is not None and label not in labels:
            raise BadInput(f"{where}: the model has no label {label!r}; it has {', '.join(sorted(labels)) or 'none'}")
        if type is not None and type not in gold:
            raise BadInput(f"{where}: the gold has no type {type!r}; it has {', '.join(gold) or 'none'}, and null drops a label")
        types[label] = type
    return LabelMap(path, types, gold)


def _entries(path: Path) -> Iterator[tuple[str, str, str | None]]:
    """Yield (where, label, type), also those that stand twice."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        yield from _of_json(path, text) if path.suffix == ".json" else _of_yaml(path, text)
    except OSError as error:
        raise BadInput(f"--option labels={path}: cannot be read ({error.strerror})") from None
    except (UnicodeDecodeError, json.JSONDecodeError, yaml.YAMLError) as error:
        raise BadInput(f"{path}: not {'JSON' if path.suffix == '.json' else 'YAML'} ({' '.join(str(error).split())})") from None


def _of_json(path: Path, text: str) -> Iterator[tuple[str, str, str | None]]:
    # a mapping comes as a tuple of pairs, which no other value of JSON does
    pairs = json.loads(text, object_pairs_hook=tuple)
    if not isinstance(pairs, tuple):
        raise BadInput(_no_map(f"{path}"))
    for label, type in pairs:
        if not (type is None or isinstance(type, str)):
            raise BadInput(_no_map(f"{path}, {label!r}"))
        yield f"{path}, {label!r}", label, type


def _of_yaml(path: Path, text: str) -> Iterator[tuple[str, str, str | None]]:
    """Scalars are taken as they are written: a label NO is no truth value."""
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    if not isinstance(root, yaml.MappingNode):
        raise BadInput(_no_map(f"{path}"))
    for label, type in root.value:
        where = f"{path}, line {label.start_mark.line + 1}"
        if not (isinstance(label, yaml.ScalarNode) and isinstance(type, yaml.ScalarNode)):
            raise BadInput(_no_map(where))
        yield where, label.value, None if type.tag == "tag:yaml.org,2002:null" else type.value


def _no_map(where: str) -> str:
    return f"{where}: needs a mapping of the model's labels to types of the gold, or to null: `PERSON: PER`"
