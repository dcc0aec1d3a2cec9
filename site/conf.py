"""How Sphinx builds the readers' site; `retransfer site` writes the pages and calls it."""

from functools import cached_property, lru_cache

from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml
from pygments.lexers import TextLexer
from sphinx.search.en import SearchEnglish

project = "retransfer"
author = "The retransfer authors"
project_copyright = author
language = "en"
smartquotes = False  # words stand as their sources print them
html_title = "retransfer"
html_short_title = "retransfer"

extensions = ["myst_nb"]
source_suffix = {".md": "myst-nb", ".ipynb": "myst-nb"}
myst_enable_extensions = ["deflist", "dollarmath"]
myst_heading_anchors = 3
nb_execution_mode = "off"
nb_code_prompt_show = "Show the code"
nb_code_prompt_hide = "Hide the code"

html_theme = "furo"
html_math_renderer = "mathml"
html_static_path = ["_static"]
templates_path = ["_templates"]
html_css_files = ["site.css"]
html_js_files = [("site.js", {"defer": "defer"})]
html_sidebars = {
    "**": [
        "sidebar/brand.html",
        "sidebar/search.html",
        "sidebar/scroll-start.html",
        "sidebar/navigation.html",
        "sidebar/scroll-end.html",
    ]
}
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False
html_use_index = False
html_domain_indices = False
html_permalinks_icon = "#"
html_show_search_summary = False  # it would fetch every page found, which a site opened from disk may not
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"
html_theme_options = {
    "navigation_with_keys": False,
    "top_of_page_buttons": [],
    "light_css_variables": {
        "font-stack": "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif",
        "color-brand-primary": "#8f3300",
        "color-brand-content": "#00568a",
        "color-brand-visited": "#5b3a86",
        "color-foreground-muted": "#55606b",
    },
    "dark_css_variables": {
        "color-brand-primary": "#ffb38a",
        "color-brand-content": "#7cc4f5",
        "color-brand-visited": "#c9a9f2",
        "color-foreground-muted": "#b0b6bf",
    },
}


def _inline(writer, node) -> None:
    writer.body.append(tex2mathml(node.astext()))
    raise nodes.SkipNode  # else its source would be printed as well


def _block(writer, node) -> None:
    maths = tex2mathml(node.astext(), as_block=True)
    writer.body.append(f'<div class="maths" role="group" aria-label="Formula" tabindex="0">{maths}</div>')
    raise nodes.SkipNode


class Search(SearchEnglish):
    """Finds the stem of a word once, not every time that it stands on a page."""

    @cached_property
    def stem(self):
        return lru_cache(maxsize=None)(super().stem)


def setup(app) -> None:
    """Formulas are MathML, which browsers draw by themselves; nothing is fetched for them."""
    app.add_search_language(Search)
    app.add_lexer("csv", TextLexer)  # rows to add to a table: nothing in them to colour
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
