"""brat's standoff: a folder in which each text, `NAME.txt`, has its annotations beside it, `NAME.ann`. Sub-folders count.

A document's id is its path in the folder without the ending. Offsets are code points, half-open, with `\\r\\n` as the two that it
is. A discontinuous span is read where only white space lies between its parts: so brat writes what runs over a line's end.

| line | read as |
|---|---|
| `T1 PER 0 4` | a mention |
| `R1 leads Arg1:T1 Arg2:T2` | a relation from head to tail |
| `E1 Visit:T3 Agent:T1 Place:E2` | relations `Agent`, `Place` from the event's trigger to the argument, or to its trigger |
| `A1 Negation E1`, `M1 …` | an attribute of the mention or trigger; "true" where it has no value |
| `N1 Reference T1 Wikidata:Q42` | the mention's entity_id, `Wikidata:Q42`; a second line gives it a second |
| `* Equiv T1 T2` | one entity_id for all, theirs if one has one |

Notes (`#`) and attributes of relations are passed over: a Document has no place for them.
"""

from eval.formats.brat.reader import annotated, read
from eval.formats.brat.writer import write

__all__ = ["annotated", "read", "write"]
