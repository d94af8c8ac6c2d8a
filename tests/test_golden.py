"""The metrics against cases worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import golden


@pytest.mark.parametrize("case", list(golden.cases()))
def test_golden(case: golden.Case, tmp_path: Path) -> None:
    """Every figure that the case names, from files to scores."""
    golden.check(case, tmp_path)
