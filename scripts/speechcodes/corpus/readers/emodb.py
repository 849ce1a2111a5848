"""EmoDB, by its file names: 03a01Fa is speaker 03, text a01, happiness, version a.

References
----------
Burkhardt, Paeschke, Rolfes, Sendlmeier and Weiss (2005). A database of German
emotional speech. Interspeech, 1517-1520.
"""

from speechcodes.corpus.readers.named_files import genders, reader_of

read = reader_of(
    pattern=r"(?P<speaker>[0-9]{2})[ab][0-9]{2}(?P<emotion>[A-Z])[a-z]",
    # The letters are those of the German words.
    emotions={
        "W": "anger",
        "L": "boredom",
        "E": "disgust",
        "A": "fear",
        "F": "happiness",
        "T": "sadness",
        "N": "neutral",
    },
    example="03a01Fa",
    speakers=genders(
        male=["03", "10", "11", "12", "15"], female=["08", "09", "13", "14", "16"]
    ),
)
