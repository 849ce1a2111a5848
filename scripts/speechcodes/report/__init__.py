"""The page that people look at: what a run found, in one file that opens anywhere."""
