"""Figures: from tables to what matplotlib draws."""

import os

# Before matplotlib is imported, which fails on a backend that is not installed, such
# as that of a notebook.
os.environ["MPLBACKEND"] = "Agg"
