"""Who speaks, as far as it is known."""


def voices(table):
    """Name what must stay together: the speaker, else the session, else nothing.

    Parameters
    ----------
    table : pd.DataFrame
        Text columns utterance, speaker and session, empty where unknown. A session
        named as its utterance is none.

    Returns
    -------
    pd.Series of str
        "speaker X", "session X" where the speaker is unknown, or "utterance X" where
        both are, by utterance.
    """
    table = table.set_index("utterance")
    utterance = table.index.to_series()
    no_session = (table["session"] == "") | (table["session"] == utterance)
    known = ("utterance " + utterance).where(no_session, "session " + table["session"])
    return known.where(table["speaker"] == "", "speaker " + table["speaker"])
