"""From stored predictions to scores, intervals, differences and conclusions."""
