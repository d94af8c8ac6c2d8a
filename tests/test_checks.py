"""Every problem has a code, and a fixture that holds that defect and no other."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from annotation import checks, export, schema, timex
from tests.conftest import ROOT, Command

SCHEMA = schema.load()
INVALID = sorted((ROOT / "tests" / "exports" / "invalid").glob("*.json"))


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_each_defect_is_found_and_nothing_else(path: Path) -> None:
    """The fixture's name is the code; the message is one line that says something."""
    problems = list(checks.check(export.read(path), SCHEMA))
    assert {problem.code for problem in problems} == {path.stem}
    assert all("\n" not in problem.message and len(problem.message) > 20 for problem in problems)


def test_every_code_has_a_fixture() -> None:
    """Codes as the source states them, and one for each attribute that some type must have."""
    source = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "annotation" / "checks").glob("*.py"))
    codes = set(re.findall(r'[pP]roblem\(\s*"([a-z-]+)"', source)) | {"missing-doc-id", "missing-text"}
    codes |= {f"missing-{name.replace('_', '-')}" for name, attribute in SCHEMA.attributes.items() if attribute.required}
    assert {path.stem for path in INVALID} == codes


def test_sound_exports_have_no_problem() -> None:
    """A small one made for this, and the project's own."""
    for path in (ROOT / "tests/exports/valid/small.json", ROOT / "annotation/exports/gold.json"):
        assert list(checks.check(export.read(path), SCHEMA)) == []


def test_checking_goes_on_after_the_first() -> None:
    """Three defects in one task are three problems."""
    (task,) = export.read(ROOT / "tests/exports/valid/small.json")
    results = task["annotations"][0]["result"]
    results[0]["value"]["labels"] = ["NOBODY"]
    results.append({"type": "relation", "from_id": "per", "to_id": "gone", "direction": "right", "labels": []})
    codes = [problem.code for problem in checks.check([task], SCHEMA)]
    assert {"unknown-label", "relation-without-label", "relation-to-nowhere"} <= set(codes)


@pytest.mark.parametrize("junk", [{}, {"data": 3}, {"data": {}, "annotations": [{"result": [3, {}, {"type": "labels"}]}]}, {"annotations": "x"},
                                  {"data": {"text": "ab"}, "annotations": [{"result": [{"id": "a", "type": "labels", "value": {"labels": "PER", "start": "0"}}]}]}])  # fmt: skip
def test_nothing_crashes_the_checks(junk: dict[str, object]) -> None:
    """However broken a task is, it is reported."""
    assert list(checks.check([junk], SCHEMA))


def test_annotate_check_on_the_command_line(command: Command, tmp_path: Path) -> None:
    """Exit 0 clean, 1 with problems, 2 for what is no export; --json gives code, doc_id, region, message."""
    clean = command("annotate", "check", ROOT / "tests/exports/valid/small.json")
    assert (clean.returncode, clean.stderr) == (0, "")
    bad = command("annotate", "check", ROOT / "tests/exports/invalid/edge-whitespace.json", "--json")
    assert bad.returncode == 1
    (problem,) = json.loads(bad.stdout)
    assert {key: problem[key] for key in ("code", "doc_id", "region")} == {
        "code": "edge-whitespace",
        "doc_id": "900",
        "region": "city",
    }
    assert "edge-whitespace" in command("annotate", "check", ROOT / "tests/exports/invalid/edge-whitespace.json").stdout
    (tmp_path / "no.json").write_text("{}", encoding="utf-8")
    (tmp_path / "broken.json").write_text("[", encoding="utf-8")
    for name in ("no.json", "broken.json", "missing.json"):
        refused = command("annotate", "check", name)
        assert refused.returncode == 2
        assert refused.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "value",
    [
        "2025-10-28",
        "2024-12",
        "2015",
        "2025-Q3",
        "2025-W46",
        "2025-11-17T15:30",
        "2025-11-17TEV",
        "P61Y",
        "P3W",
        "PXY",
        "PXD",
        "P1Y6M",
        "PT2H",
        "PAST_REF",
        "FUTURE_REF",
    ],
)
def test_timex_values(value: str) -> None:
    """What TIMEX3 allows, as far as the guidelines use it."""
    assert timex.is_value(value)


@pytest.mark.parametrize(
    "value",
    [
        "2025-02-30",
        "2025-13",
        "2025-11-17T25:00",
        "28 أكتوبر",
        "P",
        "PT",
        "P3",
        "PY",
        "2025-W00",
        "2025-W60",
        "20251028",
        "yesterday",
        "",
        "2025-1-1",
        " 2015",
        "PX",
    ],
)
def test_what_is_no_timex_value(value: str) -> None:
    """Days that the calendar has not, unnumbered forms, prose."""
    assert not timex.is_value(value)
