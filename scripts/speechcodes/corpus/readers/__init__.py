"""One reader for each kind of corpus."""
