"""Pages to look at: HTML files that open from disk and ask for nothing.

`report` makes the page of a run, `comparison` that of two. `scored` and `runs` read these again, beside their gold; `picked` says
which articles a page has room for, `verdicts` and `contrast` what became of each mention and relation in them. What stands above
the articles is from `overview` (with `by_type`, `confusions` and `costliest`), and from `differences` and `examples`; `passages`,
`plots`, `meanings` and `links` serve both. `page` puts a page together, `ours` tells our pages from other files.

An article is drawn by article.js from an island of JSON (article.py), as one scrolls to it: one column a side, sentence by
sentence. The same file draws the report of a run (gold and predicted), the comparison of two runs (gold and both), and, in
`annotation`, the explorer of the gold (gold alone).

What is after the # of an address is a query, each part of it optional:
`article`: a doc_id; the others are hidden. `words`: what an article must hold.
`item`: `mentions` (if not there) or `relations`: what `type`, `gold`, `predicted` and `class` are about.
`type`: on any side; `gold`, `predicted`: on that side, `-` for no counterpart. `class`: one of the page's classes.
`mention`: SIDE/START-END/TYPE, with `article`: scrolled to, and shown with all that is known of it; where none is exactly there,
the widest of that type in it. SIDE is a side's name, START and END are code points, half-open.
links.py writes such addresses, address.js reads them.
"""
