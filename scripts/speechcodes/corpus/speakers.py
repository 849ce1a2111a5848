"""Who speaks, as far as it is known."""

from collections import Counter

from speechcodes.errors import InputError


def check_known(named, what):
    """Raise InputError unless every utterance has a speaker or a session.

    Parameters
    ----------
    named : iterable of (str, bool)
        Utterance, and whether its speaker or its session is known.
    what : str
        What asks for it.
    """
    unknown = [utterance for utterance, is_known in named if not is_known]
    if unknown:
        raise InputError(
            f"{what}: {len(unknown)} utterances, such as {unknown[0]}, have neither a "
            "speaker nor a session, so that there is no speaker to normalise them "
            "over: name who speaks, or leave the set out"
        )


def fewest(names):
    """Return how many utterances the voice with the fewest has, 0 without any.

    >>> fewest(["speaker anna", "speaker ben", "speaker anna"])
    1
    """
    return min(Counter(names).values(), default=0)


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
