"""CREMA-D, by its file names: 1001_DFA_ANG_XX is speaker 1001, sentence DFA, anger.

The folder is AudioWAV, since AudioMP3 has every utterance once more. The emotion is
the one that the actor was asked for. The corpus' table of its actors, with age, sex,
race and ethnicity, is looked for beside that folder, as the corpus has it.

References
----------
Cao, Cooper, Keutmann, Gur, Nenkova and Verma (2014). CREMA-D: crowd-sourced emotional
multimodal actors dataset. IEEE Transactions on Affective Computing 5(4), 377-390.
"""

import os
from collections.abc import Mapping, Sequence

from speechcodes.corpus.readers.named_files import reader_of
from speechcodes.corpus.readers.rows import read_rows

DEMOGRAPHICS = "VideoDemographics.csv"


def demographics(folder: str, columns: Sequence[str]) -> Mapping[str, Mapping]:
    """Return what VideoDemographics.csv, beside the folder, says of each speaker.

    Raises InputError if the table cannot be read or lacks a column.
    """
    path = os.path.join(os.path.dirname(os.path.normpath(folder)), DEMOGRAPHICS)
    rows = read_rows(path, ("ActorID", *columns), lambda cells, where: cells)
    return {cells["ActorID"]: cells for _, cells in rows if isinstance(cells, dict)}


read = reader_of(
    # The level has two letters, but for one file of the corpus, 1040_ITH_SAD_X.
    pattern=r"(?P<speaker>[0-9]{4})_[A-Z]{3}_(?P<emotion>[A-Z]{3})_[A-Z]{1,2}",
    emotions={
        "ANG": "anger",
        "DIS": "disgust",
        "FEA": "fear",
        "HAP": "happiness",
        "NEU": "neutral",
        "SAD": "sadness",
    },
    example="1001_DFA_ANG_XX",
    speakers=demographics,
)
