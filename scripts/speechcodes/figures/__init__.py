"""The workflow's figures: data in, a matplotlib Figure out, in one visual language."""
