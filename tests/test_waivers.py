"""A problem that is none is waived in a file, with its reason: for annotate check and for annotate build alike."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from annotation import WAIVERS, checks, export, schema
from annotation.checks import waivers
from annotation.checks.waivers import Waiver
from eval.document import BadInput
from tests.conftest import ROOT, Command, write_lines

REPEAT = ROOT / "tests" / "exports" / "invalid" / "unmarked-repeat.json"
WAIVER = {"code": "unmarked-repeat", "doc_id": "900", "start": 110, "end": 114, "reason": "a street, not the city"}


@pytest.mark.parametrize("other", [{"code": "two-types"}, {"doc_id": "901"}, {"start": 109}, {"end": 115}])
def test_a_waiver_is_of_one_code_in_one_place(other: dict[str, object]) -> None:
    """It lets what that code says of that place through, and nothing else."""
    problems = list(checks.check(export.read(REPEAT), schema.load()))
    assert waivers.apply(problems, [Waiver(**WAIVER)]) == ([], problems)  # type: ignore[arg-type]
    assert waivers.apply(problems, [Waiver(**WAIVER | other)]) == (problems, [])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ({"code": "two-types"}, "code, doc_id, start, end, reason"),
        (WAIVER | {"why": "x"}, "code, doc_id, start, end, reason"),
        (WAIVER | {"reason": " "}, "reason: String should match"),
        (WAIVER | {"start": "110"}, "start: Input should be a valid integer"),
        (WAIVER | {"code": ["two-types"]}, "code: Input should be a valid string"),
        ([1], "Input should be an object"),
    ],
)
def test_what_is_no_waiver_is_named_with_its_line(tmp_path: Path, line: object, said: str) -> None:
    """It does not pass for none."""
    path = write_lines(tmp_path / "waivers.jsonl", [WAIVER, line])
    with pytest.raises(BadInput, match=rf"waivers.jsonl, line 2: .*{said}"):
        waivers.read(path)


def test_no_file_is_no_waiver(tmp_path: Path) -> None:
    """A project need not have one."""
    assert waivers.read(tmp_path / "waivers.jsonl") == []


def test_annotate_check_takes_waivers_and_says_how_many(command: Command, tmp_path: Path) -> None:
    """The problem stands without the file, and with it not."""
    assert command("annotate", "check", REPEAT).returncode == 1
    (tmp_path / "annotation").mkdir()
    write_lines(tmp_path / WAIVERS, [WAIVER])
    done = command("annotate", "check", REPEAT)
    assert (done.returncode, done.stderr) == (0, "")
    assert "0 problem(s)" in done.stdout
    assert "1 waived in annotation/waivers.jsonl" in done.stdout


def test_only_an_inconsistency_can_be_waived(command: Command, tmp_path: Path) -> None:
    """What stands in the way of a Document cannot be built, whatever a file says."""
    (tmp_path / "annotation").mkdir()
    path = ROOT / "tests" / "exports" / "invalid" / "bad-entity-id.json"
    (problem,) = json.loads(command("annotate", "check", path, "--json").stdout)
    place = dict(zip(("start", "end"), problem["span"], strict=True))
    write_lines(tmp_path / WAIVERS, [{"code": problem["code"], "doc_id": problem["doc_id"], **place, "reason": "no"}])
    done = command("annotate", "check", path)
    assert done.returncode == 1
    assert "annotation/waivers.jsonl: nothing is bad-entity-id in 900 at" in done.stderr


def test_every_inconsistency_has_a_place_that_a_waiver_can_name() -> None:
    """title-for-name is about a relation, and has that of the TITLE."""
    known = schema.load()
    for path in sorted((ROOT / "tests" / "exports" / "invalid").glob("*.json")):
        for problem in checks.inconsistent(export.read(path), known):
            assert problem.span, path.name


def test_a_waiver_that_waives_nothing_is_named() -> None:
    """In a document of this export; others may be of others."""
    problems = list(checks.check(export.read(REPEAT), schema.load()))
    right, wrong = Waiver(**WAIVER), Waiver(**WAIVER | {"start": 1})  # type: ignore[arg-type]
    _, waived = waivers.apply(problems, [right, wrong])
    assert waivers.idle([right, wrong], waived, {"900"}) == [wrong]
    assert waivers.idle([right, wrong], waived, {"901"}) == []
