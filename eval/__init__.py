"""Score any extractor of mentions against a gold corpus, whatever labels the gold has."""

__version__ = "0.1.0"
