"""Commands that make what readers see: site."""

import click

from analysis.cli.group import told_to_stop


@click.command()
@click.option("--base-url", default="", metavar="URL", help="Where the site will stand: for its sitemap and cards.")
def site(base_url: str) -> None:
    """Build the readers' site from the published results, into build/site.

    Its pages fetch nothing from anywhere: the folder can be opened from disk, or copied to any web server.
    """
    from analysis.paths import PUBLIC, shown
    from analysis.site.build import build

    told_to_stop()
    changed = build(base_url, click.echo)
    click.echo(f"{shown(PUBLIC)}/index.html: {'written' if changed else 'every byte is as it was'}.")
