"""CREMA-D, by its file names: 1001_DFA_ANG_XX is speaker 1001, sentence DFA, anger.

The folder is AudioWAV, since AudioMP3 has every utterance once more. The emotion is
the one that the actor was asked for.

References
----------
Cao, Cooper, Keutmann, Gur, Nenkova and Verma (2014). CREMA-D: crowd-sourced emotional
multimodal actors dataset. IEEE Transactions on Affective Computing 5(4), 377-390.
"""

from speechcodes.corpus.readers.named_files import reader_of

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
)
