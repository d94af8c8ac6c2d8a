"""The explorer: the gold as a reader sees it, a folder of pages that link to one another and open from disk.

`atlas` has the gold by what a reader asks of it; `quotes`, `dates` and `names` are how sentences, dates and ids are shown;
`entities`, `timeline` and `contradictions` say what stands on a kind of page, `pages` makes all, `folder` writes them, `serving`
serves them.
"""
