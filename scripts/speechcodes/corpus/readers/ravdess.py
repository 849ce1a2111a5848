"""RAVDESS, by its file names: 03-01-06-01-02-01-12 is actor 12, fearful.

Song and video are `not_speech`.

References
----------
Livingstone and Russo (2018). The Ryerson Audio-Visual Database of Emotional Speech and
Song (RAVDESS). PLoS ONE 13(5), e0196391.
"""

from speechcodes.corpus.readers.named_files import genders, reader_of

read = reader_of(
    # Modality and vocal channel (03-01 is audio of speech), emotion, intensity,
    # statement, repetition, actor.
    pattern=(
        r"(?:03-01|(?P<not_speech>0[123]-0[12]))-(?P<emotion>[0-9]{2})"
        r"-[0-9]{2}-[0-9]{2}-[0-9]{2}-(?P<speaker>[0-9]{2})"
    ),
    emotions={
        "01": "neutral",
        "02": "calm",
        "03": "happy",
        "04": "sad",
        "05": "angry",
        "06": "fearful",
        "07": "disgust",
        "08": "surprised",
    },
    example="03-01-06-01-02-01-12",
    # Actors are men and women by turns.
    speakers=genders(
        male=[f"{actor:02}" for actor in range(1, 25, 2)],
        female=[f"{actor:02}" for actor in range(2, 25, 2)],
    ),
)
