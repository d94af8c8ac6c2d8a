"""Versions of the dataset: whether all that names its version says what is so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import yaml

from annotation import ABOUT, about, build, card, figures
from annotation.about import About
from annotation.gold import Gold
from annotation.versions import changelog, diff, edition, releases
from annotation.versions.edition import Edition

CHANGELOG, CITATION, CARD = Path("CHANGELOG.md"), Path("CITATION.cff"), Path("data/README.md")


def are_kept(root: Path) -> bool:
    """Whether the project at `root` keeps versions of its data: it states one, and CHANGELOG.md has an entry of one."""
    return (root / ABOUT).is_file() and bool(changelog.entries(root / CHANGELOG))


def faults(root: Path, gold: Gold) -> list[str]:
    """What is wrong with the version of the project at `root`, whose gold is `gold`: a line each, with what should stand there.

    Raises BadInput where about.yaml or a release cannot be read.
    """
    stated = about.load(root / ABOUT)
    if releases.parsed(stated.version) is None:
        return [f"{ABOUT}: version {stated.version} is not MAJOR.MINOR.PATCH; it should be such as: version: 0.1.0"]
    content = build.digest(build.datasets(gold))
    version, found = _raised(root, gold, stated, content)
    return [
        *found,
        *_in_changelog(root, _entry(root, gold, version, content), version),
        *_in_citation(root, version, stated),
        *_in_card(root, version, content),
    ]


def _raised(root: Path, gold: Gold, stated: About, content: str) -> tuple[str, list[str]]:
    """The version that it should be, which is that stated or the least that may follow the last release; and the fault."""
    if not (files := releases.released(root)):
        return stated.version, []
    last = max(files)
    old, new = edition.read(files[last]), _of(gold)
    name = files[last].stem
    published = next((one.digest for one in changelog.entries(root / CHANGELOG) if one.version == name), content)
    now, changed = releases.parsed(stated.version) or last, diff.counted(diff.differences(old, new))
    if not changed and published == content:
        if now >= last:
            return stated.version, []
        return name, [f"{ABOUT}: version {stated.version} is lower than {name}, which is released; it should be: version: {name}"]
    kind, reason = releases.step(old, new, gold.schema)
    should = releases.least(last, kind)
    if now >= should:
        return stated.version, []
    became = ".".join(map(str, should))
    what = changed or "columns, or what is written across articles, changed"
    return became, [
        f"{ABOUT}: version {stated.version} is too low, since {name} is released and the gold has changed: {what}. "
        f"It is a {kind} step at least ({reason}); it should be: version: {became}"
    ]


def _entry(root: Path, gold: Gold, version: str, content: str) -> str:
    """How the entry of the version begins in CHANGELOG.md."""
    before = [path for release, path in releases.released(root).items() if release < (releases.parsed(version) or release)]
    if before:
        changed = diff.counted(diff.differences(edition.read(before[-1]), _of(gold))) or "no change in the documents"
        return f"- {version} (digest `{content}`), against {before[-1].stem}: {changed}."
    counts = figures.of_gold(gold)
    said = ", ".join(f"{counts[f'n_{what}']} {what}" for what in ("articles", "mentions", "relations", "entities", "facts"))
    return f"- {version} (digest `{content}`): the first; {said}."


def _in_changelog(root: Path, line: str, version: str) -> Iterator[str]:
    found = changelog.entries(root / CHANGELOG)
    newest = max(found, key=lambda one: releases.parsed(one.version) or (0, 0, 0), default=None)
    if newest is None:
        yield f"{CHANGELOG}: no entry of the data; under ## [Unreleased] and ### Data there should be: {line}"
    elif newest.version != version:
        what = f"the newest entry of the data is of {newest.version}, not of {version}"
        yield f"{CHANGELOG}, line {newest.number}: {what}; under ## [Unreleased] and ### Data there should be: {line}"
    elif not newest.text.startswith(line):
        yield f"{CHANGELOG}, line {newest.number}: the entry of {version} is not what is so; it should begin: {line}"


def _in_citation(root: Path, version: str, stated: About) -> Iterator[str]:
    wanted = {"version": version, "date-released": str(stated.date)}
    path = root / CITATION
    if not path.is_file():
        yield f"{CITATION}: no such file; it should say: {', '.join(f'{field}: {value}' for field, value in wanted.items())}"
        return
    try:
        says = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        says = " ".join(str(error).split())
    if not isinstance(says, dict):
        yield f"{CITATION}: not YAML with fields, found {says!r}; it should say: version: {version}"
        return
    for field, value in wanted.items():
        if str(says.get(field)) != value:
            yield f"{CITATION}: {field} is {says.get(field)!r}; it should be: {field}: {value}"


def _in_card(root: Path, version: str, content: str) -> Iterator[str]:
    if card.named((root / CARD).parent) != (version, content):
        yield f"{CARD}: annotate build, once the version is right, writes what should be: Version {version} (digest `{content}`)"


def _of(gold: Gold) -> Edition:
    return Edition({document.doc_id: document for document in gold.documents})
