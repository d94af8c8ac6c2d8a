"""A line that says how a run's figures were made, in the manner of sacreBLEU (Post 2018)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from eval import __version__, formats
from eval.digest import Digest
from eval.settings import Settings


def sign(
    gold: Digest,
    predictions: Digest,
    name: str,
    options: Mapping[str, str],
    protocol: str,
    settings: Settings,
    versions: Mapping[str, int],
    train: str = "",
) -> str:
    """Runs with the same signature have the same scores. `versions` are those of the metrics, `train` is a digest of --train."""
    parts = {
        "wafd": __version__,
        "gold": str(gold)[:12],
        "extractor": name,
        "predictions": str(predictions)[:12],
        "protocol": protocol,
        "match": settings.match,
        "nested": settings.nested,
        "unit": settings.unit,
        "samples": settings.samples,
        "seed": settings.seed,
        "metrics": ",".join(f"{metric}={version}" for metric, version in versions.items()),
    }
    if tags := _tags(name, settings):
        parts["tags"] = tags
    if train:
        parts["train"] = train[:12]
    if options:
        parts["options"] = ",".join(f"{option}={value}" for option, value in options.items())
    return "|".join(f"{key}:{value}" for key, value in parts.items())


def parts(signature: str, metrics: Iterable[str]) -> tuple[dict[str, str], dict[str, int]]:
    """What `sign` put into a signature: the parts by name, and the version of each of the run's metrics, in their order.

    Names of extractors and metrics may hold any character. Raises ValueError for what is no signature.
    """
    names = list(metrics)
    keys = ("wafd", "gold", "extractor", "predictions", "protocol", "match", "nested", "unit", "samples", "seed")
    versions = ",".join(f"{re.escape(name)}=([0-9]+)" for name in names)
    form = r"\|".join([*(f"{key}:(?P<{key}>.*)" for key in keys), f"metrics:{versions}"])
    form += r"(?:\|tags:(?P<tags>[^|]*))?(?:\|train:(?P<train>[^|]*))?(?:\|options:(?P<options>.*))?"
    found = re.fullmatch(form, signature, re.DOTALL)
    if not found:
        raise ValueError(signature)
    named = {key: value for key, value in found.groupdict().items() if value is not None}
    numbers = found.groups()[len(keys) : len(keys) + len(names)]
    return named, {name: int(number) for name, number in zip(names, numbers, strict=True)}


def _tags(name: str, settings: Settings) -> str:
    """How tags became mentions, for each side that was read from a file of tags."""
    extractor, _, argument = name.partition(":")
    sides = {"gold": settings.gold_tags, "predictions": formats.tags(Path(argument)) if extractor == "predictions" else None}
    return ",".join(f"{side}={tags}" for side, tags in sides.items() if tags)
