"""Where the version of the data is stated: about.yaml, CHANGELOG.md, CITATION.cff, the card; and in what form."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotation import ABOUT, about, versions
from annotation.versions import changelog
from eval.document import BadInput
from tests.stating import DIGEST, FIRST, GOLD, Project, stated

project = pytest.fixture(stated)


@pytest.mark.parametrize("version", ["0.1", "1.0", "v0.1.0", "0.1.0-beta", "0.01.0", "1", "1" * 5000 + ".0.0"])
def test_a_version_has_three_numbers(project: Project, version: str) -> None:
    """Nothing else can be told of one that has not."""
    (fault,) = versions.faults(project(version), GOLD)
    assert fault.startswith("annotation/about.yaml: version ")
    assert "MAJOR.MINOR.PATCH" in fault


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("version:", "versoin:", "version: Field required"),
        ("date: 2026-11-27", "date: soon", "date: Input should be a valid date"),
        ("title:", "title: [", "not YAML"),
        ("license:", "more: x\nlicense:", "more: Unexpected keyword argument"),
    ],
)
def test_what_is_no_statement_of_a_dataset_is_refused(project: Project, old: str, new: str, says: str) -> None:
    """One line, with the file and the field."""
    file = project() / ABOUT
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace(f"\n{old}", f"\n{new}", 1), encoding="utf-8")
    with pytest.raises(BadInput, match=f"about.yaml: {says}") as refused:
        about.load(file)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("path", "old", "new", "says"),
    [
        ("CHANGELOG.md", DIGEST, "0123456789ab", f"line 6: the entry of 0.1.0 is not what is so; it should begin: {FIRST}"),
        ("CHANGELOG.md", "3 mentions", "13 mentions", f"line 6: the entry of 0.1.0 is not what is so; it should begin: {FIRST}"),
        ("CHANGELOG.md", "- 0.1.0", "- 0.2.0", "line 6: the newest entry of the data is of 0.2.0, not of 0.1.0"),
        ("CHANGELOG.md", "### Data", "### Added", f"no entry of the data; under ## [Unreleased] and ### Data there should be: {FIRST}"),
        ("CHANGELOG.md", None, None, f"no entry of the data; under ## [Unreleased] and ### Data there should be: {FIRST}"),
        ("CITATION.cff", "version: 0.1.0", "version: 0.1.1", "version is '0.1.1'; it should be: version: 0.1.0"),
        ("CITATION.cff", "version: 0.1.0\n", "", "version is None; it should be: version: 0.1.0"),
        ("CITATION.cff", "2026-11-27", "2026-11-26", "date-released is datetime.date(2026, 11, 26); it should be: date-released: 2026-11-27"),
        ("CITATION.cff", "title: Wafd", "title: [", "not YAML"),
        ("CITATION.cff", None, None, "no such file; it should say: version: 0.1.0, date-released: 2026-11-27"),
        ("data/README.md", DIGEST, "0123456789ab", f"Version 0.1.0 (digest `{DIGEST}`)"),
        ("data/README.md", "Version 0.1.0", "Version 0.1.1", f"Version 0.1.0 (digest `{DIGEST}`)"),
        ("data/README.md", None, None, f"Version 0.1.0 (digest `{DIGEST}`)"),
    ],
)  # fmt: skip
def test_each_place_says_the_version(project: Project, path: str, old: str | None, new: str, says: str) -> None:
    """What does not is named, with what should stand there, in one line."""
    file = project() / path
    if old is None:
        file.unlink()
    else:
        text = file.read_text(encoding="utf-8")
        assert text.count(old) == 1
        file.write_text(text.replace(old, new), encoding="utf-8")
    (fault,) = versions.faults(file.parents[path.count("/")], GOLD)
    assert fault.startswith(path)
    assert says in fault
    assert "\n" not in fault


def test_entries_are_read_wherever_their_headings_are(tmp_path: Path) -> None:
    """Of several versions of the code; what is not under Data is none."""
    text = (
        "## [Unreleased]\n### Data\n\n* 0.2.0 (digest `ab`), against 0.1.0:\n  1 mention\n  added.\n- Prose.\n\n### Added\n"
        "- 0.3.0 (digest `cd`): no.\n## [0.1.0]\n### Data\n- 0.1.0 (digest `ef`): the first."
    )
    (tmp_path / "CHANGELOG.md").write_text(text, encoding="utf-8")
    first, second = changelog.entries(tmp_path / "CHANGELOG.md")
    assert first == changelog.Entry("0.2.0", "ab", "- 0.2.0 (digest `ab`), against 0.1.0: 1 mention added.", 4)
    assert second == changelog.Entry("0.1.0", "ef", "- 0.1.0 (digest `ef`): the first.", 13)
    assert changelog.entries(tmp_path / "none.md") == []


def test_a_project_without_versions_of_its_data_is_not_told_of_them(project: Project) -> None:
    """One's own, that states no version, or has no entry of one in its CHANGELOG.md."""
    root = project()
    assert versions.are_kept(root)
    (root / ABOUT).rename(root / "elsewhere")
    assert not versions.are_kept(root)
    (root / "elsewhere").rename(root / ABOUT)
    (root / "CHANGELOG.md").write_text("## [Unreleased]\n### Added\n- All.\n", encoding="utf-8")
    assert not versions.are_kept(root)
