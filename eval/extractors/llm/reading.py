"""From what a server sends back to the JSON object that it holds, or what there is of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

_OBJECT = re.compile(r'\{\s*"')
_DECODER = json.JSONDecoder()


@dataclass(frozen=True)
class Reading:
    """What an answer says, as far as it can be read, and what is wrong with it.

    `fault` is empty for nothing, and in words of ours; `said` are the model's or the server's own.
    """

    answer: Mapping[str, Any] = field(default_factory=dict)
    fault: str = ""
    said: str = ""

    @property
    def mentions(self) -> int:
        """How many it lists."""
        listed = self.answer.get("mentions")
        return len(listed) if isinstance(listed, list) else 0


def read(response: Mapping[str, Any]) -> Reading:
    """The answer in a chat completion: as it is, in a code fence or in prose; of one that breaks off, what comes before."""
    choice = _first(response.get("choices"))
    message = choice.get("message")
    message = message if isinstance(message, Mapping) else {}
    content, reason = _content(message.get("content")), choice.get("finish_reason")
    # What comes last is meant: a model may draft before.
    whole = [found for found in _objects(content) if "mentions" in found][-1:]
    answer = whole[0] if whole else _beginning(content)
    fault = _fault(content, message, reason, answer, bool(whole))
    return Reading(answer, fault, said(message["refusal"]) if fault and message.get("refusal") else "")


def said(value: object, most: int = 200) -> str:
    """What others wrote, in quotation marks: short, in one line, and in characters that can be written."""
    try:
        words = " ".join("".join(" " if letter < " " or letter == "\x7f" else letter for letter in str(value)).split())
    except (RecursionError, ValueError):  # nested too deep, or a number too long
        words = "…"
    words = words if len(words) <= most else f"{words[: most - 1]}…"
    return f"'{words.encode('utf-8', 'backslashreplace').decode()}'"


def _fault(content: str, message: Mapping[str, Any], reason: object, answer: Mapping[str, Any], whole: bool) -> str:
    listed = answer.get("mentions")
    if whole and isinstance(listed, list):
        return "" if not listed or any(isinstance(one, dict) for one in listed) else "none of its mentions is an object"
    if message.get("refusal"):
        return "the model refuses"
    if reason == "content_filter":
        return "a content filter stopped it"
    if reason == "length":
        return "it was cut off at the limit of its length"
    if not content.strip():
        return "it is empty"
    if answer:
        return "its mentions are no list" if whole else "it breaks off, or is no valid JSON"
    return "it holds no JSON object with a list of mentions"


def _first(choices: object) -> Mapping[str, Any]:
    first = choices[0] if isinstance(choices, list) and choices else None
    return first if isinstance(first, Mapping) else {}


def _content(content: object) -> str:
    """Some servers send a list of parts."""
    if isinstance(content, list):
        parts = (part.get("text") for part in content if isinstance(part, Mapping))
        return "".join(part for part in parts if isinstance(part, str))
    return content if isinstance(content, str) else ""


def _objects(content: str) -> Iterator[dict[str, Any]]:
    """The JSON objects that are whole and in no other, in order."""
    end = 0
    for match in _OBJECT.finditer(content):
        if match.start() >= end:
            try:
                found, end = _DECODER.raw_decode(content, match.start())
            except ValueError:
                continue
            except RecursionError:  # an answer is not nested so deep
                return
            yield found


def _beginning(content: str) -> dict[str, Any]:
    """The first part of an object that breaks off, or is no valid JSON from some place on."""
    from pydantic_core import from_json

    match = _OBJECT.search(content)
    part = content[match.start() :] if match else ""
    try:
        _DECODER.decode(part)
    except json.JSONDecodeError as error:
        part = part[: error.pos]
    except RecursionError:
        return {}
    try:
        found = from_json(part.encode("utf-8", "replace"), allow_partial=True)
    except ValueError:
        return {}
    return found if isinstance(found, dict) and "mentions" in found else {}
