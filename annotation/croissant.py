"""croissant.json: what is in the dataset's files, for tools that read Croissant 1.1 (http://mlcommons.org/croissant/1.1)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files as package_files
from pathlib import Path, PurePosixPath

import yaml
from pydantic import TypeAdapter, ValidationError

from annotation import card
from annotation.about import About
from annotation.lines import fault
from annotation.record_sets import Node, enumerations, inline, record_set
from eval.document import BadInput

NAME = "croissant.json"

# The whole of the specification's own context: mlcroissant warns where a term is missing, used or not.
TERMS = (
    *("arrayShape", "citeAs", "column", "containedIn", "equivalentProperty", "extract", "field", "fileObject", "fileProperty"),
    *("fileSet", "format", "includes", "isArray", "isLiveDataset", "jsonPath", "key", "md5", "parentField", "path", "recordSet"),
    *("references", "regex", "repeated", "replace", "samplingRate", "separator", "source", "subField", "transform"),
)
CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "conformsTo": "dct:conformsTo",
    "name": {"@container": "@language"},
    "description": {"@container": "@language"},
    "data": {"@id": "cr:data", "@type": "@json"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    **{term: f"cr:{term}" for term in TERMS},
}


def render(files: Mapping[str, card.File], stated: About) -> str:
    """The text of croissant.json: each config's file, and a record set for it, for its split and for the labels in it.

    The same files and the same statements give the same text; its lines end in LF.
    """
    said = yaml.safe_load((package_files("annotation") / "croissant.yaml").read_text(encoding="utf-8"))
    labels = enumerations(files, said["labels"])
    whole = {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.1",
        "name": stated.title,
        "description": stated.description,
        "version": stated.version,
        "datePublished": stated.date.isoformat(),
        "creator": [{"@type": "sc:Organization", "name": author} for author in stated.authors],
        "license": {
            "@type": "sc:CreativeWork",
            "name": stated.license,
            "url": stated.license_link,
            "description": said["license"],
        },
        "citeAs": stated.bibtex,
        "inLanguage": "ar",
        "keywords": list(stated.keywords),
        "isLiveDataset": False,
        "distribution": [_file_object(file) for file in files.values()],
        "recordSet": [
            *(record_set(config, file, labels, said["record_sets"][config]) for config, file in files.items()),
            inline("splits", "cr:Split", said["splits"], [{"name": card.SPLIT, "url": "cr:TestSplit"}]),
            *(
                inline(one["name"], "sc:Enumeration", one["description"], [{"id": i, "name": n} for i, n in enumerate(names)])
                for names, one in labels.items()
            ),
        ],
    }
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"


def _file_object(file: card.File) -> Node:
    return {
        "@type": "cr:FileObject",
        "@id": file.path,
        "name": file.path,
        "contentUrl": file.path,
        "contentSize": f"{file.bytes_on_disk} B",
        "encodingFormat": "application/x-parquet",
        "sha256": file.sha256,
    }


@dataclass(frozen=True)
class _Named:
    name: str


@dataclass(frozen=True)
class _License:
    name: str
    url: str


@dataclass(frozen=True)
class _FileObject:
    contentUrl: str
    contentSize: str
    sha256: str


@dataclass(frozen=True)
class _Read:
    """What is read back of a croissant.json."""

    name: str
    description: str
    keywords: tuple[str, ...]
    version: str
    datePublished: date
    creator: tuple[_Named, ...]
    license: _License
    distribution: tuple[_FileObject, ...]


def _read(path: Path) -> _Read:
    """Raises BadInput where there is no such file, or none that `render` may have written."""
    try:
        found = TypeAdapter(_Read).validate_json(path.read_bytes())
    except OSError as error:
        raise BadInput(f"{path}: cannot be read ({error.strerror}); it is in each folder that `annotate build` writes") from None
    except ValidationError as error:
        raise BadInput(f"{path}: not of this dataset ({fault(error)})") from None
    if not any(file.contentUrl.startswith("documents/") for file in found.distribution):
        raise BadInput(f"{path}: not of this dataset (no file in documents/)")
    for file in found.distribution:
        if (named := PurePosixPath(file.contentUrl)).is_absolute() or ".." in named.parts:
            raise BadInput(f"{path}: not of this dataset (contentUrl {file.contentUrl!r:.200} leads out of its folder)")
    return found


def about(path: Path) -> About:
    """What was stated of the dataset whose croissant.json is at `path`, of whatever version.

    Raises BadInput where that file cannot be read, or is none of ours.
    """
    found = _read(path)
    return About(
        title=found.name,
        version=found.version,
        date=found.datePublished,
        authors=tuple(creator.name for creator in found.creator),
        license=found.license.name,
        license_link=found.license.url,
        description=found.description,
        keywords=found.keywords,
    )


def verify(folder: Path) -> None:
    """Hold the files of a dataset to their sizes and sums in croissant.json, which mlcroissant does only as it reads them.

    Raises BadInput for the first that is missing or another.
    """
    for file in _read(folder / NAME).distribution:
        path = folder / file.contentUrl
        if not path.is_file():
            raise BadInput(f"{path}: missing, though {NAME} beside it has it; get the dataset again")
        content = path.read_bytes()
        found, due = (f"{len(content)} B", hashlib.sha256(content).hexdigest()), (file.contentSize, file.sha256)
        if found != due:
            raise BadInput(f"{path}: {' '.join(found)}, but {NAME} has {' '.join(due)}; get the dataset again")
