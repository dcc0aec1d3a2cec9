"""Parts of pages from the templates in site/_parts: what is put into them is text, unless it is marked as HTML."""

from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from analysis.paths import SITE
from analysis.wording import visible


@cache
def _parts() -> Environment:
    loader = FileSystemLoader(SITE / "_parts")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def rendered(part: str, **values: object) -> str:
    """A part with these values. What would not be seen, or would turn the order of letters, is shown as such."""
    return visible(_parts().get_template(part).render(**values))
