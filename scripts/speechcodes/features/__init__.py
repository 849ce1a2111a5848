"""From audio to signals, and from signals to features that need no training."""
