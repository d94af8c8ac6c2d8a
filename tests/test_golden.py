"""The metrics against cases worked out by hand, those of docs/metrics.md among them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from eval.metrics import metrics_for
from tests import golden
from tests.conftest import ROOT


@pytest.mark.parametrize("case", list(golden.cases()))
def test_golden(case: golden.Case, tmp_path: Path) -> None:
    """Every figure that the case names, from files to scores."""
    golden.check(case, tmp_path)


DOCUMENT = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")
# The heading under which each example stands.
EXAMPLES = [
    (heading, yaml.safe_load(block))
    for heading, section in re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", DOCUMENT, re.DOTALL | re.MULTILINE)
    for block in re.findall(r"```yaml\n(.*?)```", section, re.DOTALL)
]


@pytest.mark.parametrize(("heading", "case"), EXAMPLES, ids=[f"{i} {heading}" for i, (heading, _) in enumerate(EXAMPLES)])
def test_examples_of_the_document(heading: str, case: golden.Case, tmp_path: Path) -> None:
    """docs/metrics.md says what happens."""
    golden.check(case, tmp_path)


@pytest.mark.parametrize("metric", metrics_for(["NAME"]))
def test_every_metric_is_in_the_document(metric: str) -> None:
    """With a heading, an example that expects it, and its source; those across documents share one section."""
    heading = "clusters.cross.conll" if metric.startswith("clusters.cross") else metric
    assert f"\n## {metric}\n" in DOCUMENT
    assert "\n*Source:* " in DOCUMENT.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    expected = {name for under, case in EXAMPLES if under == heading for name in case["expected"]}
    assert metric in expected or (metric == "attributes.NAME" and expected == {"attributes.value"})
