"""A problem that is none is waived in a file, with its reason: for annotate check and for annotate build alike."""

from __future__ import annotations

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
    """It lets that problem through and no other."""
    problems = list(checks.check(export.read(REPEAT), schema.load()))
    assert waivers.apply(problems, [Waiver(**WAIVER)]) == ([], problems)  # type: ignore[arg-type]
    assert waivers.apply(problems, [Waiver(**WAIVER | other)]) == (problems, [])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ({"code": "two-types"}, "code, doc_id, start, end, reason"),
        (WAIVER | {"why": "x"}, "code, doc_id, start, end, reason"),
        (WAIVER | {"reason": " "}, "needs its reason"),
        ([1], "not a waiver"),
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
