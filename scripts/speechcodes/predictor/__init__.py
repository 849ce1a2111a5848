"""Predictors: chosen, trained on all labels, kept in a folder, and used on new speech.

Only what needs an encoder imports TensorFlow, and only then.
"""
