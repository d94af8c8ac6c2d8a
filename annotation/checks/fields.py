"""Whether regions carry the attributes that their types have, with values that are allowed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import regex

from annotation import timex
from annotation.checks.view import Problem, Region, View
from annotation.label_studio import regions
from eval.segment import tokens

_SLUG = regex.compile(r"[a-z0-9]+(?:_[a-z0-9]+)*")
_LAID_ON = regex.compile(r"[\p{M}ـ]")


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
    """several-values: a field that is filled in more than once."""
    for id, of_region in regions(view.results).items():
        held = Counter[str]()
        for result in of_region:
            if result["type"] in ("textarea", "choices"):
                values = result["value"].get("text" if result["type"] == "textarea" else "choices", [])
                held[result["from_name"]] += 1 if isinstance(values, str) else len(values)
        for name, times in held.items():
            if times > 1:
                yield view.problem("several-values", id, f"{name} holds {times} values; leave one")


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
        prefixes = view.schema.entity_prefixes[region.type]
        if not is_entity_id(value, prefixes):
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
    """missing-norm, bad-norm: where ل has fused with ال, `norm` gives the mention in full; elsewhere it is not used.

    A mention after ل that begins with ل may also be one without an article (لقاء: للقاء), so that `norm` is missing for
    certain only where the text has its first word with the article, and not without.
    """
    known = {bare(view.text[start:end]) for start, end in tokens(view.text).tolist()}
    for region in view.regions:
        norm, expected = region.fields.get("norm"), _in_full(region, view.text)
        word = bare(region.surface.split()[0]) if region.surface.strip() else ""
        if norm is None and expected and "ا" + word in known and word not in known:
            yield view.problem("missing-norm", region, f"begins with the second ل of a fused لل; norm is {expected[0]}")
        elif norm is not None and bare(norm) not in map(bare, expected):
            rule = f"it is {' or '.join(expected)}, or none" if expected else "only a mention whose ل has fused with ال has one"
            yield view.problem("bad-norm", region, f"norm is {norm!r}; {rule}")


def _in_full(region: Region, text: str) -> tuple[str, ...]:
    """The mention with its article, where its noun does not begin with ل (لجيش: الجيش) and where it does (لجنة: اللجنة)."""
    if region.surface[0] != "ل" or not bare(text[max(region.start - 5, 0) : region.start]).endswith("ل"):
        return ()
    return "ا" + region.surface, "ال" + region.surface


def bare(letters: str) -> str:
    """Without short vowels and tatweel."""
    return _LAID_ON.sub("", letters)


def is_entity_id(value: str, prefixes: tuple[str, ...]) -> bool:
    """Whether it is one id with one of the prefixes, or two with a space between."""
    ids = value.split(" ")
    return 1 <= len(ids) <= 2 and len(set(ids)) == len(ids) and all(_is_id(id, prefixes) for id in ids)


def _is_id(id: str, prefixes: tuple[str, ...]) -> bool:
    prefix, _, name = id.partition(":")
    return prefix in prefixes and bool(_SLUG.fullmatch(name))


CHECKS = (missing, misplaced, several, closed, entity_ids, dates, norms)
