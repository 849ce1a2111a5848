"""From features to predictions, scores, statistics and conclusions."""
