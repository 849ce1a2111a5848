"""Files of the workflow: HDF5 with checksums, tables, and names of shards."""
