"""Bad input that no line of a table can hold: places that are no files, archives, files without end, Parquet."""

import gzip
import os
import zipfile
import zlib
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path

# What a file can be given to; the tests of places say how each reads it.
USES = ("raw_table", "settings", "spellings", "register", "filings", "grid", "copy_of_a_source", "statements")
HUGE = 1 << 30  # bytes; they take no room on a disk, for nothing was ever written there
Build = Callable[[Path], None]


def _nowhere(path: Path) -> None:
    path.symlink_to(path.with_name("nothing-is-here"))


def _loop(path: Path) -> None:
    other = path.with_name(f"{path.name}-other")
    other.symlink_to(path)
    path.symlink_to(other)


PLACES: Mapping[str, tuple[Build, str]] = {
    "a folder": (Path.mkdir, "is a folder, not a file"),
    "a pipe": (os.mkfifo, "is a pipe, not a file"),
    "a device without end": (lambda path: path.symlink_to("/dev/zero"), "is a device, not a file"),
    "a link to nowhere": (_nowhere, "is missing. It is a link to "),
    "a link to itself": (_loop, "is a link that leads back to itself. Put the file itself there."),
    "not there": (lambda path: None, "is missing"),
}


def _zipped(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", "<worksheet/>")


@lru_cache
def _packed() -> bytes:
    """Sixty-four megabytes of noughts in 64 kilobytes, which nobody is to unpack."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return packer.compress(bytes(1 << 26)) + packer.flush()


def _bomb(path: Path) -> None:
    path.write_bytes(_packed())


def _parquet(path: Path) -> None:
    import duckdb  # noqa: PLC0415 (counting entries need not wait for it)

    duckdb.sql("select 1 as one").write_parquet(str(path))


ARCHIVES: Mapping[str, tuple[Build, str]] = {
    "a workbook": (_zipped, "is a ZIP archive (perhaps a workbook of Excel or LibreOffice)"),
    "gzip": (lambda path: path.write_bytes(gzip.compress(b"a,b\n1,2\n")), "is compressed (gzip)"),
    "a bomb": (_bomb, "is compressed (gzip)"),
    "Parquet": (_parquet, "is a Parquet file"),
    "a PDF": (lambda path: path.write_bytes(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"), "is a PDF document"),
    "a picture": (lambda path: path.write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), "is a picture (PNG)"),
}


def _sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(HUGE)


def _one_line(path: Path) -> None:
    """Sixty million letters, and no end of a line."""
    with path.open("wb") as file:
        for _ in range(60):
            file.write(b"x" * 1_000_000)


ENDLESS: Mapping[str, Build] = {"a gigabyte": _sparse, "a line of sixty megabytes": _one_line}
ENDLESS_SAYS = ("is larger than", "holds a NUL character", "has no layout that is known")

GOOD = (
    "select 'S1' as source_id, 'third' as role, '' as reporter, 'NOR' as supplier, 'POL' as recipient, 'tank' as item, "
    "'piece' as unit, 2015 as year, 9 as low, 9 as high, i from range(3) as t(i)"
)
STATEMENTS: Mapping[str, tuple[str, str]] = {  # what is asked of good statements, and what is said of the result
    "no unit": ("* exclude (unit)", "column 'unit' is missing. It needs source_id, role"),
    "no counts": ("* exclude (low, high)", "column 'low' is missing"),
    "a count of letters": ("* replace ('many' as low)", "cannot be read as Parquet of statements"),
    "a year of letters": ("* replace ('soon' as year)", "cannot be read as Parquet of statements"),
    "a count in parts": ("* replace (2.5 as low)", "in 3 rows, low is not whole. Mend the statements"),
    "a most in parts": ("* replace (9.5::double as high)", "in 3 rows, high is not whole"),
    "a count beyond all": (
        "* replace (1000000000000001 as low, 1000000000000001 as high)",
        "low is more than 1,000,000,000,000,000, the largest count here",
    ),
    "a year in parts": ("* replace (2015.5 as year)", "in 3 rows, year is not whole"),
    "a negative count": ("* replace (-9 as low)", "in 3 rows, low is negative"),
    "the wrong way round": ("* replace (7 as high)", "in 3 rows, high is less than low"),
    "a list of counts": ("* replace ([9] as low)", "cannot be read as Parquet of statements"),
    "a count as a struct": ("* replace ({'a': 9} as low)", "cannot be read as Parquet of statements"),
    "a count that is no number": ("* replace ('nan'::double as low)", "is not whole"),
    "a count without end": ("* replace ('inf'::double as high)", "is not whole"),
    "years too far apart": (
        "* replace (if(random() < 2, 1066, 0) + 900 * i::int as year)",
        "years are taken",
    ),
}
NO_PARQUET: Mapping[str, bytes] = {
    "empty": b"",
    "its mark alone": b"PAR1",
    "both marks": b"PAR1PAR1",
    "cut short": b"PAR1" + b"\x15\x04" * 200,
    "noughts": bytes(500),
    "CSV": b"source_id,role\nS1,third\n",
}


FILED: Mapping[str, tuple[str, str]] = {  # lines of a table of filings that goes with Parquet, and what is said of it
    "a name": ("Norway,2013,yes", "row 3, column party: read 'Norway'; must be a code, such as NOR"),
    "no party": (",2013,yes", "row 3, column party: read ''; must be a code"),
    "a year of five digits": ("NOR,20133,yes", "row 3, column year: read '20133'; must be a year"),
    "no year": ("NOR,,yes", "row 3, column year: read ''; must be a year"),
    "nil": ("NOR,2013,nil", "row 3, column filed: read 'nil'; must be yes or no (a nil report is a yes)"),
    "YES": ("NOR,2013,YES", "row 3, column filed: read 'YES'; must be yes or no"),
    "a short row": ("NOR,2013", "row 3: has 2 cells where the header has 3"),
    "a long row": ("NOR,2013,yes,yes", "row 3: has 4 cells where the header has 3"),
    "an open quotation mark": ('"NOR,2013,yes', "row 3: is not valid CSV"),
}


def sizes() -> dict[str, int]:
    """How many entries there are: every place and archive is tried wherever a file is given."""
    found = {"places": len(PLACES), "archives": len(ARCHIVES), "endless files": len(ENDLESS)}
    tried = {kind: many * len(USES) for kind, many in found.items()}
    return tried | {"statements in Parquet": len(STATEMENTS) + len(NO_PARQUET), "filings beside Parquet": len(FILED)}
