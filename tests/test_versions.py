"""The version of the data: what is said of it where, and whether that is so."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from annotation import ABOUT, CONTRADICTIONS, ENTITIES, EXPORT, RELEASES, export, versions
from annotation import gold as golds
from annotation.gold import Gold
from annotation.versions import releases
from annotation.versions.edition import Edition
from eval import formats
from tests.conftest import ROOT, Command
from tests.stating import CORRECTED, DIGEST, FIRST, GOLD, MENTIONS, OTHER, Project, article, made, stated

project = pytest.fixture(stated)


def test_the_version_of_the_projects_own_data_is_right() -> None:
    """In about.yaml, CHANGELOG.md, CITATION.cff and data/, against what was released."""
    assert versions.faults(ROOT, golds.read(ROOT)) == []


def test_the_first_version_says_what_it_has(project: Project) -> None:
    """With a release of it that is as it was, too."""
    assert versions.faults(project(), GOLD) == []


def test_a_release_that_is_as_it_was_has_no_fault(project: Project) -> None:
    """However its entry goes on, and wherever the line is broken."""
    broken = FIRST.replace(" the first; ", " the\n  first;\n  ") + "\n  And this is why.\n\n- Another thing."
    assert versions.faults(project(of_0_1_0=GOLD, entries=broken), GOLD) == []


def test_a_version_that_follows_another_says_what_changed(project: Project) -> None:
    """What annotate diff counts, and the entry of the one before stays as it is."""
    line = f"- 0.1.1 (digest `{OTHER}`), against 0.1.0: 1 field changed. The visit was to the government."
    root = project("0.1.1", OTHER, f"{line}\n{FIRST}", of_0_1_0=GOLD)
    assert versions.faults(root, CORRECTED) == []
    (one,) = versions.faults(root, made(article("000", *MENTIONS[:2])))[:1]
    assert "against 0.1.0: 1 mention removed, 1 entity removed." in one


def test_a_gold_that_is_not_as_released_needs_another_version(project: Project) -> None:
    """All that is to be written is said at once, each with its line; done, there is no fault."""
    root = project(of_0_1_0=GOLD)
    about, changes, citation, card = versions.faults(root, CORRECTED)
    line = f"- 0.1.1 (digest `{OTHER}`), against 0.1.0: 1 field changed."
    assert about.startswith(
        "annotation/about.yaml: version 0.1.0 is too low, since 0.1.0 is released and the gold has changed: 1 field changed."
    )
    assert about.endswith("it should be: version: 0.1.1")
    assert (
        changes
        == f"CHANGELOG.md, line 6: the newest entry of the data is of 0.1.0, not of 0.1.1; under ## [Unreleased] and ### Data there should be: {line}"
    )
    assert citation == "CITATION.cff: version is '0.1.0'; it should be: version: 0.1.1"
    assert card.endswith(f"Version 0.1.1 (digest `{OTHER}`)")


ANOTHER = made(article("000"), article("001"))
RENAMED = made(article("000", *MENTIONS[:2], replace(MENTIONS[2], type="PLACE")))
FEWER = made(article("000", *MENTIONS[:2]))


@pytest.mark.parametrize(
    ("released", "version", "now", "should", "why"),
    [
        ("0_1_0", "0.1.0", CORRECTED, "0.1.1", "patch"),
        ("0_1_0", "0.0.9", CORRECTED, "0.1.1", "patch"),
        ("0_1_0", "0.1.1", ANOTHER, "0.2.0", "minor step at least (article 001 is new)"),
        ("0_1_9", "0.1.10", ANOTHER, "0.2.0", "minor"),
        ("1_2_3", "1.2.4", ANOTHER, "1.3.0", "minor"),
        ("1_2_3", "1.3.0", RENAMED, "2.0.0", "major step at least (type PLACE is gone)"),
        ("0_1_0", "0.1.1", RENAMED, "0.2.0", "major"),
        ("1_2_3", "1.3.0", ANOTHER, None, ""),
        ("1_2_3", "2.0.0", RENAMED, None, ""),
        ("0_1_0", "0.1.1", FEWER, None, ""),
        ("0_1_0", "0.3.0", CORRECTED, None, ""),
    ],
)  # fmt: skip
def test_the_step_fits_what_changed(
    project: Project, released: str, version: str, now: Gold, should: str | None, why: str
) -> None:
    """Corrections: the third number at least; what comes: the second; what goes: the first, or before 1.0.0 the second."""
    before = RENAMED if now is RENAMED else GOLD
    root = project(version, **{f"of_{released}": before})
    found = [fault for fault in versions.faults(root, GOLD if now is RENAMED else now) if fault.startswith(str(ABOUT))]
    assert len(found) == (should is not None)
    assert all(fault.endswith(f"version: {should}") and f"It is a {why}" in fault for fault in found)


def test_a_label_that_is_new_in_the_gold_is_a_minor_step() -> None:
    """And one that is no longer used, and still in the schema, was corrected."""
    old, new = (Edition({"000": document}) for document in (FEWER.documents[0], GOLD.documents[0]))
    assert releases.step(old, new, GOLD.schema) == ("minor", "attribute role is new")
    assert releases.step(new, old, GOLD.schema)[0] == "patch"


def test_what_is_published_is_not_written_anew_under_the_same_version(project: Project) -> None:
    """The documents are the same, the digest is not: columns, or names of entities, have changed."""
    root = project(digest="0123456789ab", entries=FIRST.replace(DIGEST, "0123456789ab"), of_0_1_0=GOLD)
    about, changes, *_ = versions.faults(root, GOLD)
    assert about.endswith("version: 0.1.1")
    assert changes.endswith(f"- 0.1.1 (digest `{DIGEST}`), against 0.1.0: no change in the documents.")


def test_a_version_below_what_is_released_is_refused(project: Project) -> None:
    """Also where the gold is the same."""
    line = f"- 0.2.0 (digest `{DIGEST}`), against 0.1.0: no change in the documents."
    root = project("0.1.0", DIGEST, f"{line}\n{FIRST}", of_0_1_0=GOLD, of_0_2_0=GOLD)
    about, citation, _ = versions.faults(root, GOLD)
    assert about == "annotation/about.yaml: version 0.1.0 is lower than 0.2.0, which is released; it should be: version: 0.2.0"
    assert citation.endswith("version: 0.2.0")


def with_one_change(tasks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The export with another role of the first GPE that is a place."""
    results = tasks[0]["annotations"][0]["result"]
    role = next(one for one in results if one.get("from_name") == "role" and one["value"]["choices"] == ["place"])
    role["value"]["choices"] = ["government"]
    return tasks


def test_from_a_correction_to_the_next_version(command: Command, tmp_path: Path) -> None:
    """Release, correct one mention, build: what it says to do is done as it says, and the next build has nothing to say."""
    for folder in ("annotation", "seeds"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns(RELEASES.name))
    about = (ROOT / ABOUT).read_text(encoding="utf-8")
    (tmp_path / ABOUT).write_text(re.sub("(?m)^version: .*", "version: 0.1.0", about), encoding="utf-8")
    (tmp_path / "CHANGELOG.md").write_text(f"## [Unreleased]\n\n### Data\n{FIRST}\n", encoding="utf-8")
    (tmp_path / "CITATION.cff").write_text("version: 0\ndate-released: 2020-01-01\n", encoding="utf-8")
    (tmp_path / CONTRADICTIONS).unlink()
    tasks = export.read(tmp_path / EXPORT)[:1]  # one article, for speed
    (tmp_path / EXPORT).write_text(export.dumps(tasks), encoding="utf-8")

    def built() -> list[str]:
        done = command("annotate", "build")
        assert (done.returncode, done.stdout.startswith("data: documents ")) == (0, True)
        return [line for line in done.stderr.splitlines() if not line.startswith((str(ENTITIES), "the card has no examples"))]

    def do(said: list[str]) -> None:
        for fault in said:
            file = tmp_path / fault.partition(":")[0].partition(",")[0]
            if file.name == "README.md":
                continue  # the build's
            text, line = file.read_text(encoding="utf-8"), re.split("should be: |should begin: ", fault)[1]
            if "there should be" in fault:
                text = text.replace("### Data\n", f"### Data\n{line}\n")
            elif "should begin" in fault:
                text = text.replace(FIRST, line)
            else:
                text = re.sub(f"(?m)^{line.partition(':')[0]}: .*", line, text)
            file.write_text(text, encoding="utf-8")

    gold = golds.read(tmp_path)
    do(versions.faults(tmp_path, gold))
    (tmp_path / RELEASES).mkdir()
    formats.write(tmp_path / RELEASES / "0.1.0.jsonl", [replace(document, text=None) for document in gold.documents])
    (tmp_path / EXPORT).write_text(export.dumps(with_one_change(tasks)), encoding="utf-8")
    said = built()
    assert [fault.partition(":")[0].partition(",")[0] for fault in said] == [
        str(ABOUT),
        "CHANGELOG.md",
        "CITATION.cff",
        "data/README.md",
    ]
    assert "against 0.1.0: 1 field changed" in said[1]
    do(said)
    assert built() == []
    assert "Version 0.1.1 (digest `" in (tmp_path / "data/README.md").read_text(encoding="utf-8")
