"""A page that is the upper part of a report and nothing else."""
