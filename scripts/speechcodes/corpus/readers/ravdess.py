"""RAVDESS, by its file names: 03-01-06-01-02-01-12 is actor 12, fearful."""

from speechcodes.corpus.readers import common

#: Modality and vocal channel (03-01 is audio of speech), emotion, intensity,
#: statement, repetition, actor.
NAME = (
    r"(?:03-01|(?P<not_speech>0[123]-0[12]))-(?P<emotion>[0-9]{2})"
    r"-[0-9]{2}-[0-9]{2}-[0-9]{2}-(?P<speaker>[0-9]{2})"
)
EMOTIONS = {
    "01": "neutral",
    "02": "calm",
    "03": "happy",
    "04": "sad",
    "05": "angry",
    "06": "fearful",
    "07": "disgust",
    "08": "surprised",
}


def read(corpus):
    """Read the audio-only speech of RAVDESS; song and video are `not_speech`.

    Parameters
    ----------
    corpus : mapping
        `path`, the folder with the actors' folders, and `emotions`.

    Returns
    -------
    utterances : list of Utterance
        Sorted by id; an actor is both speaker and session.
    rejected : list of Rejected
        Sorted by id.

    Raises
    ------
    InputError
        If the folder is missing, cannot be listed, or has no audio file.

    References
    ----------
    Livingstone and Russo (2018). The Ryerson Audio-Visual Database of Emotional
    Speech and Song (RAVDESS). PLoS ONE 13(5), e0196391.
    """
    return common.read_named_files(corpus, NAME, EMOTIONS, "03-01-06-01-02-01-12")
