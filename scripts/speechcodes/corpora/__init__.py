"""One reader per kind of corpus, all giving the same table; see `readers`."""
