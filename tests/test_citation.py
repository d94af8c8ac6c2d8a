"""How to cite the dataset: CITATION.cff, and BibTeX in the card."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import pytest
import yaml
from huggingface_hub import DatasetCard

from annotation import about
from tests.conftest import BIN, ROOT

CFF = (ROOT / "CITATION.cff").read_text(encoding="utf-8")


def test_citation_cff_says_what_about_yaml_states() -> None:
    """Title, version, day, authors, licence and description; its keywords are the card's tags."""
    cff, stated = yaml.safe_load(CFF), about.load()
    assert (cff["cff-version"], cff["type"]) == ("1.2.0", "dataset")
    assert (cff["title"], cff["version"], cff["date-released"]) == (stated.title, stated.version, stated.date)
    assert [author["name"] for author in cff["authors"]] == [*stated.authors]
    assert stated.license == f"{cff['license'].lower()}-for-the-annotations-only"
    name, number = cff["license"].lower().removeprefix("cc-").rsplit("-", 1)
    assert stated.license_link == f"https://creativecommons.org/licenses/{name}/{number}/"
    assert cff["abstract"].startswith(stated.description)
    assert cff["keywords"] == DatasetCard.load(ROOT / "data" / "README.md").data.to_dict()["tags"]


def test_the_bibtex_says_what_about_yaml_states() -> None:
    """In the card and in croissant.json; braces keep the title's capitals, and a group's name in one piece."""
    stated = about.load()
    (bibtex,) = re.findall(r"```bibtex\n(.*?)\n```", DatasetCard.load(ROOT / "data" / "README.md").text, re.DOTALL)
    assert json.loads((ROOT / "data" / "croissant.json").read_text(encoding="utf-8"))["citeAs"] == bibtex
    assert dict(re.findall(r"^  (\w+) = \{(.*)\},$", bibtex, re.MULTILINE)) == {
        "title": f"{{{stated.title}}}",
        "author": " and ".join(f"{{{author}}}" for author in stated.authors),
        "year": str(stated.date.year),
        "note": f"Dataset, version {stated.version}",
    }


@pytest.mark.skipif(
    not os.environ.get("CI"),
    reason="its jsonschema is not Label Studio's: CI=1 uv run --group test pytest tests/test_citation.py",
)
def test_citation_cff_is_valid(tmp_path: Path) -> None:
    """By cffconvert, in an environment of its own, which knows what is not."""
    program = ["uv", "run", "--quiet", "--isolated", "--no-project", "--with", "cffconvert==2.0.0", "cffconvert", "--validate"]
    environment = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    for text, status in ((CFF, 0), (CFF.replace("type: dataset", "type: something"), 1)):
        (tmp_path / "CITATION.cff").write_text(text, encoding="utf-8")
        done = subprocess.run(program, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=600)
        assert done.returncode == status, done.stdout + done.stderr
