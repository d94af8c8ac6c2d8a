"""Annotate articles in Label Studio, check what comes out of it, and build the dataset. Knows Label Studio and the schema."""
