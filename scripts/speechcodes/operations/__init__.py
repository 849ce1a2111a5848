"""Logs, run times, descriptions of runs and clusters: no science in here."""
