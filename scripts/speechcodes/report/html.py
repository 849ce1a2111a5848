"""Templates become pages that hold all they need, and fetch nothing."""

import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

TEMPLATES = Path(__file__).parent / "templates"


def render(template: str, **content) -> str:
    """Return a page as HTML; all text in `content` is escaped.

    Parameters
    ----------
    template : str
        Name of a file in `templates/`.
    content
        What the template shows.
    """
    style = (TEMPLATES / "style.css").read_text(encoding="utf-8")
    script = (TEMPLATES / "sort.js").read_text(encoding="utf-8")
    # What is not on this list is not loaded and does not run, whatever a page holds.
    policy = (
        f"default-src 'none'; img-src data:; style-src {_hash(style)}; "
        f"script-src {_hash(script)}; base-uri 'none'; form-action 'none'"
    )
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"slug": slug, "bound": bound}
    content |= {"policy": policy, "style": style, "script": script}
    return environment.get_template(template).render(**content)


def slug(text: str) -> str:
    """Return a text as the id of an element.

    >>> slug("The speech")
    'the-speech'
    """
    return re.sub(r"\W+", "-", str(text).lower()).strip("-")


def bound(text: str) -> str:
    """Return a text whose numbers and per cent signs stay in one line."""
    return text.replace(" %", "\N{NO-BREAK SPACE}%")


def data_uri(path: str | Path) -> str:
    """Return an SVG file as an address that holds it.

    As an image, and not as a part of the page: the ids of several would clash there.
    """
    content = b64encode(Path(path).read_bytes()).decode()
    return f"data:image/svg+xml;base64,{content}"


def is_tall(path: str | Path) -> bool:
    """Tell whether an SVG file is higher than it is wide, by its first viewBox."""
    text = Path(path).read_text(encoding="utf-8")
    _, _, width, height = re.search(r'viewBox="([^"]+)"', text)[1].split()
    return float(height) > float(width)


def _hash(text):
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
