"""EmoDB, by its file names: 03a01Fa is speaker 03, text a01, happiness, version a."""

from speechcodes.corpus.readers import common

NAME = r"(?P<speaker>[0-9]{2})[ab][0-9]{2}(?P<emotion>[A-Z])[a-z]"
#: The letters are those of the German words.
EMOTIONS = {
    "W": "anger",
    "L": "boredom",
    "E": "disgust",
    "A": "fear",
    "F": "happiness",
    "T": "sadness",
    "N": "neutral",
}


def read(corpus):
    """Read the Berlin database of emotional speech.

    Parameters
    ----------
    corpus : mapping
        `path`, the folder with the audio files, and `emotions`.

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
    Burkhardt, Paeschke, Rolfes, Sendlmeier and Weiss (2005). A database of German
    emotional speech. Interspeech, 1517-1520.
    """
    return common.read_named_files(corpus, NAME, EMOTIONS, "03a01Fa")
