"""Features for recognising valence in speech, learned and hand-crafted, compared.

Data flows one way, and a module imports only from those to its left:
corpora, splits, audio, shards, signals, spectrograms | midterm, autoencoders,
codes, learning_curves, statistics, figures, report.
"""
