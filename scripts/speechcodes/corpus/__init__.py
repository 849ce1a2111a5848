"""From label files to utterances, their parts and roles, and what is left out."""
