"""Put the reports of the nodes side by side, and print them."""

import json
from pathlib import Path

import pandas as pd

from speechcodes.operations.logs import log_to
from speechcodes.storage.files import write_text

log_to(snakemake.log[0])
reports = {
    name: json.loads(Path(path).read_text())
    for name, path in [("CPU", snakemake.input.node), ("GPU", snakemake.input.gpu)]
}
table = pd.DataFrame(reports).fillna("")
text = table.to_markdown()
write_text(snakemake.output.report, text + "\n")
print(text)
