"""What is after the # of an address in a page; eval.pages says what each part means."""

from __future__ import annotations

from urllib.parse import quote, urlencode

NOTHING = "-"


def item(metric: str) -> str:
    """What a metric is about: `mentions`, or `relations`."""
    return "relations" if metric.startswith("relations.") else "mentions"


def filtered(metric: str, **parts: str) -> str:
    """To those items that the metric is about of which all parts hold."""
    about = {"item": "relations"} if item(metric) == "relations" else {}
    return _address({**about, **parts})


def counterparts(metric: str, gold: str | None, predicted: str | None) -> str:
    """To those of these types on both sides; None for no counterpart."""
    return filtered(metric, gold=gold or NOTHING, predicted=predicted or NOTHING)


def mention(doc_id: str, side: str, start: int, end: int, type: str) -> str:
    """To a mention in its article. Offsets are code points, half-open."""
    return _address({"article": doc_id, "mention": f"{side}/{start}-{end}/{type}"})


def _address(parts: dict[str, str]) -> str:
    return "#" + urlencode(parts, quote_via=quote, safe="/:")
