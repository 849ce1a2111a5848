"""Predictors: chosen, trained on all labels, kept in a folder, and used on new speech.

Only what needs an encoder imports TensorFlow, and only then.
"""

#: Utterances that a speaker's mean and deviation are taken from, at least.
FEW = 10
#: By whose numbers the features of an utterance were normalised. Of few files, the
#: median of the pitch is no speaker's.
BY_SPEAKER, BY_TYPICAL, BY_FEW = "speaker", "typical speaker", "few files"
