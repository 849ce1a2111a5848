"""Label audio files with a predictor, without Snakemake.

python scripts/label.py results/mine/predictor new_audio/ --output labelled.csv
"""

import argparse
import logging
import os
import sys

from speechcodes.errors import InputError
from speechcodes.operations import surroundings
from speechcodes.predictor import folder, labelling, listing
from speechcodes.report import labelling as sentences
from speechcodes.storage.files import write_table


def arguments():
    """Return what was given on the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("predictor", help="folder that snakemake predictor wrote")
    parser.add_argument(
        "audio",
        nargs="+",
        help="audio files, folders of them, CSV tables with the column path and, if "
        "wanted, speaker, or texts (.txt) with a path in each line",
    )
    parser.add_argument("--output", default="labelled.csv", help="%(default)s")
    parser.add_argument(
        "--speaker-from",
        metavar="REGEX",
        help="finds the speaker's name in a path, as its first group: '(S[0-9]+)_'",
    )
    return parser.parse_args()


def main():
    """Label what the command line names, and tell what came out."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    os.environ.update(surroundings.SET)
    given = arguments()
    files, rejected = listing.find(given.audio, given.speaker_from)
    predictor = folder.read(given.predictor)
    labelled = labelling.label_files(predictor, files)
    labelled = labelling.with_rejected(labelled, rejected)
    write_table(given.output, labelled, float_format="%.6g")
    print(*sentences.of_labelled(labelled, predictor.settings["classes"]), sep="\n")


if __name__ == "__main__":
    try:
        main()
    except InputError as error:
        sys.exit(f"label.py: {error}")
