"""Whether regions carry the attributes that their types have, with values that are allowed."""

from __future__ import annotations

from collections.abc import Iterator

import regex

from annotation import timex
from annotation.checks.view import Problem, Region, View
from annotation.label_studio import regions

# ل before a name without an article (لبنان: للبنان) looks like a fused one.
_NAMES = ("PER", "GPE")
_SLUG = regex.compile(r"[a-z0-9]+(?:_[a-z0-9]+)*")


def missing(view: View) -> Iterator[Problem]:
    """missing-entity-id, missing-role, missing-event-type, missing-factuality, missing-value."""
    for region in view.regions:
        for name, attribute in view.schema.attributes.items():
            if region.type in attribute.required and not region.fields.get(name, "").strip():
                allowed = f": {', '.join(attribute.values)}" if attribute.values else ""
                yield view.problem(f"missing-{name.replace('_', '-')}", region, f"needs {name}{allowed}")


def misplaced(view: View) -> Iterator[Problem]:
    """misplaced-field: an attribute on a type that does not have it."""
    for region in view.regions:
        for name in region.fields:
            attribute = view.schema.attributes.get(name)
            if attribute and region.type not in attribute.types:
                yield view.problem(
                    "misplaced-field", region, f"has {name}, which belongs to {', '.join(attribute.types)}; clear it"
                )


def several(view: View) -> Iterator[Problem]:
    """several-values: a field that holds more than one."""
    for id, of_region in regions(view.results).items():
        for result in of_region:
            value = result.get("value")
            held = value.get("text" if result.get("type") == "textarea" else "choices") if isinstance(value, dict) else None
            if result.get("type") in ("textarea", "choices") and isinstance(held, list) and len(held) > 1:
                yield view.problem(
                    "several-values", id, f"{result.get('from_name')} holds {len(held)} values, {held!r}; leave one"
                )


def closed(view: View) -> Iterator[Problem]:
    """unknown-value: a value that is not in the attribute's list."""
    for region in view.regions:
        for name, value in region.fields.items():
            attribute = view.schema.attributes.get(name)
            if attribute and attribute.values and value not in attribute.values:
                yield view.problem("unknown-value", region, f"{name} is {value!r}; allowed are {', '.join(attribute.values)}")


def entity_ids(view: View) -> Iterator[Problem]:
    """bad-entity-id: not one id, or two with a space between, each a prefix of the type and a name in lower-case ASCII."""
    for region in view.regions:
        if not (value := region.fields.get("entity_id", "")).strip():
            continue
        ids, prefixes = value.split(" "), view.schema.entity_prefixes[region.type]
        if not 1 <= len(ids) <= 2 or len(set(ids)) < len(ids) or not all(_is_id(id, prefixes) for id in ids):
            form = " or ".join(f"{prefix}:name" for prefix in prefixes)
            yield view.problem(
                "bad-entity-id", region, f"entity_id is {value!r}; it is {form} in a-z, 0-9 and _, or two with a space between"
            )


def dates(view: View) -> Iterator[Problem]:
    """bad-timex-value."""
    for region in view.regions:
        value = region.fields.get("value", "").strip()
        if region.type == "DATE" and value and not timex.is_value(region.fields["value"]):
            yield view.problem("bad-timex-value", region, f"value is {region.fields['value']!r}; it is {timex.FORMS}")


def norms(view: View) -> Iterator[Problem]:
    """missing-norm, bad-norm: where ل has fused with the article, `norm` gives the mention in full; elsewhere it is not used."""
    for region in view.regions:
        norm = region.fields.get("norm")
        expected = _in_full(region, view.text)
        if expected and norm is None and region.type not in _NAMES:
            yield view.problem("missing-norm", region, f"begins with the second ل of a fused لل; norm is {' or '.join(expected)}")
        elif norm is not None and norm not in expected:
            allowed = (
                f"it is {' or '.join(expected)}" if expected else "only a mention whose ل has fused with its article has one"
            )
            yield view.problem("bad-norm", region, f"norm is {norm!r}; {allowed}")


def _in_full(region: Region, text: str) -> tuple[str, ...]:
    """The mention with its article, both where the noun begins with ل (لجنة: اللجنة) and where it does not (لجيش: الجيش)."""
    if region.surface[0] != "ل" or text[max(region.start - 1, 0) : region.start] != "ل":
        return ()
    return "ا" + region.surface, "ال" + region.surface


def _is_id(id: str, prefixes: tuple[str, ...]) -> bool:
    prefix, _, name = id.partition(":")
    return prefix in prefixes and bool(_SLUG.fullmatch(name))


CHECKS = (missing, misplaced, several, closed, entity_ids, dates, norms)
