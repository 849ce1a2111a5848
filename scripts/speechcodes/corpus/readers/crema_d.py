"""CREMA-D, by its file names: 1001_DFA_ANG_XX is speaker 1001, sentence DFA, anger."""

from speechcodes.corpus.readers import common

#: The level has two letters, but for one file of the corpus, 1040_ITH_SAD_X.
NAME = r"(?P<speaker>[0-9]{4})_[A-Z]{3}_(?P<emotion>[A-Z]{3})_[A-Z]{1,2}"
EMOTIONS = {
    "ANG": "anger",
    "DIS": "disgust",
    "FEA": "fear",
    "HAP": "happiness",
    "NEU": "neutral",
    "SAD": "sadness",
}


def read(corpus):
    """Read CREMA-D, with the emotion that the actor was asked for.

    Parameters
    ----------
    corpus : mapping
        `path`, the corpus' folder AudioWAV (AudioMP3 has every utterance once
        more), and `emotions`.

    Returns
    -------
    utterances : list of Utterance
        Sorted by id; the speaker is the session as well.
    rejected : list of Rejected
        Sorted by id.

    Raises
    ------
    InputError
        If the folder is missing, cannot be listed, or has no audio file.

    References
    ----------
    Cao, Cooper, Keutmann, Gur, Nenkova and Verma (2014). CREMA-D: crowd-sourced
    emotional multimodal actors dataset. IEEE Transactions on Affective Computing
    5(4), 377-390.
    """
    return common.read_named_files(corpus, NAME, EMOTIONS, "1001_DFA_ANG_XX")
