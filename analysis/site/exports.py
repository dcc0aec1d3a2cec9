"""The downloads of a case: its tables, figures and notebooks as files, and one archive of everything."""

from pathlib import Path
from typing import NamedTuple

from analysis import folders
from analysis.site import crate, datapackage
from analysis.site.files import published, safe, safe_csv

__all__ = ["Download", "export", "safe", "safe_csv"]


class Download(NamedTuple):
    """A file that was written: its name below the folder, its size in bytes, and what it is."""

    name: str
    size: int
    what: str


def export(case: str, folder: Path) -> list[Download]:
    """Write everything that can be downloaded of a published case, or of `register`, into a folder; returns what it is.

    Tables come first, then figures, notebooks, the description of the tables, and the archive. Raises InputError where
    the case has no published results.
    """
    files = published(case)
    files["datapackage.json"] = datapackage.text(case)
    files[f"{case}.zip"] = crate.archive(case)
    for name, data in files.items():
        folders.write(folder / name, data)
    return [Download(name, len(data), datapackage.meaning(name)) for name, data in files.items()]
