"""Files that people give, as bytes and as text: only what is a file, not too large, and holds text, is ever read.

What is refused is named by what it is: a folder, a pipe, a device, a link that leads nowhere, a workbook, a web page.
"""

import codecs
import csv
import errno
import io
import re
import stat
from pathlib import Path

from analysis.errors import InputError
from analysis.paths import shown

BY_HAND = 16_000_000  # bytes: nobody writes a larger table by hand
PUBLISHED = 200_000_000  # bytes of a register or of a table that code wrote; all of it is held in memory
LINE = 1_000_000  # bytes without a line end: no table has a row like that
CELL = csv.field_size_limit()
AS_CSV = "Save its table as CSV in UTF-8, and give that."
UNPACK = "Unpack it yourself, and give the file inside."
# UTF-8 is told by its bytes. Windows-1252 is latin-1 with letters where latin-1 has none; every byte is some latin-1.
ENCODINGS = ("utf-8-sig", "cp1252", "latin-1")
KINDS = (  # first bytes, what such a file is, and what to do
    (b"PK\x03\x04", "a ZIP archive (perhaps a workbook of Excel or LibreOffice)", AS_CSV),
    (b"PK\x05\x06", "an empty ZIP archive", AS_CSV),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old document of Excel or Word", AS_CSV),
    (b"\x1f\x8b", "compressed (gzip)", UNPACK),
    (b"BZh", "compressed (bzip2)", UNPACK),
    (b"\xfd7zXZ\0", "compressed (xz)", UNPACK),
    (b"\x28\xb5\x2f\xfd", "compressed (zstd)", UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", UNPACK),
    (b"Rar!\x1a", "a RAR archive", UNPACK),
    (b"PAR1", "a Parquet file", "`retransfer reconcile` reads those; here a table is CSV in UTF-8."),
    (b"ARROW1", "an Arrow file", AS_CSV),
    (b"SQLite format 3\0", "an SQLite database", AS_CSV),
    (b"%PDF", "a PDF document", "Save its text, or its table as CSV, in UTF-8, and give that."),
    (b"{\\rtf", "an RTF document", "Save it as plain text in UTF-8."),
    (b"\x89PNG", "a picture (PNG)", "Give the text or the table itself."),
    (b"\xff\xd8\xff", "a picture (JPEG)", "Give the text or the table itself."),
    (b"GIF8", "a picture (GIF)", "Give the text or the table itself."),
    (b"\x7fELF", "a program", "Give the text or the table itself."),
    (codecs.BOM_UTF32_LE, "written in UTF-32", "Save the file as UTF-8."),
    (codecs.BOM_UTF32_BE, "written in UTF-32", "Save the file as UTF-8."),
    (codecs.BOM_UTF16_LE, "written in UTF-16 (Excel's “Unicode text”)", "Save the file as UTF-8."),
    (codecs.BOM_UTF16_BE, "written in UTF-16", "Save the file as UTF-8."),
)
TAR = slice(257, 262)  # where a tar archive says that it is one
MARKED_UP = (  # how a file begins that was saved from elsewhere under the name of a table
    (r"<(?:!doctype html|html|head|body|table|div|meta|style)\b", "a web page (HTML)"),
    (r"<(?:\?xml|svg)\b", "XML"),
    (r"\{\s*[\"}]|\[\s*(?:[{\[\"]|\])", "JSON"),
)
KINDS_OF_PLACE = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def data_of(path: Path, largest: int = BY_HAND, most: int = -1, smaller: str = "Give a part of it.") -> bytes:
    """The bytes of a file, or with `most` only so many of its first.

    Raises InputError for one that is missing, is no file, cannot be read, is larger than `largest` bytes, or holds no
    text by its first bytes.
    """
    size = _size(path)
    too_large = InputError(f"{shown(path)}: is larger than {largest:,} bytes, the most that is read here. {smaller}")
    if size > largest and most < 0:
        raise too_large
    try:
        with path.open("rb") as file:
            data = file.read(most if most >= 0 else largest + 1)
    except OSError as fault:
        raise unreadable(path, fault) from None
    if len(data) > largest:  # it grows, or does not know its size
        raise too_large
    if told := _kind(data):
        raise InputError(f"{shown(path)}: is {told}")
    return data


def check_file(path: Path) -> None:
    """Raises InputError unless this is a file; links are followed. Nothing of it is read."""
    _size(path)


def _size(path: Path) -> int:
    try:
        status = path.stat()
    except (OSError, ValueError) as fault:  # ValueError: a NUL in its name
        raise unreadable(path, fault) from None
    for is_one, what in KINDS_OF_PLACE:
        if is_one(status.st_mode):
            raise InputError(f"{shown(path)}: is {what}, not a file.")
    return status.st_size


def inside(path: Path, folder: Path) -> Path:
    """The path of a file in a folder. Raises InputError where it, or what it lies in, is a link out of the folder."""
    try:
        real = path.resolve(strict=True)
    except (OSError, RuntimeError) as fault:  # RuntimeError: links that lead back to themselves, before Python 3.13
        raise unreadable(path, fault) from None
    if not real.is_relative_to(folder.resolve()):
        raise InputError(
            f"{shown(path)}: is a link to {shown(real)}, outside of {shown(folder)}. Put the file itself there."
        )
    return path


def unreadable(path: Path, fault: Exception) -> InputError:
    """What is said of a file that the system does not give."""
    number = getattr(fault, "errno", None)
    if number in (errno.ENOENT, errno.ENOTDIR):
        away = f" It is a link to {shown(path.readlink())}, where nothing is." if path.is_symlink() else ""
        return InputError(f"{shown(path)}: is missing.{away}")
    if number == errno.ELOOP or isinstance(fault, RuntimeError):
        return InputError(f"{shown(path)}: is a link that leads back to itself. Put the file itself there.")
    reason = getattr(fault, "strerror", None) or str(fault)
    return InputError(f"{shown(path)[:200]}: cannot be read ({reason}).")


def _kind(data: bytes) -> str:
    """What a file is that holds no text, and what to do, as the end of a sentence; "" for text."""
    for first, what, cure in KINDS:
        if data.startswith(first):
            return f"{what}. {cure}"
    if data[TAR] == b"ustar":
        return f"a tar archive. {UNPACK}"
    for half in (data[0:400:2], data[1:400:2]):  # without a mark at its start, UTF-16 of plain letters is half NULs
        if len(half) > 1 and half.count(0) > 0.8 * len(half) and any(data):
            return "written in UTF-16, by its look. Save the file as UTF-8."
    return ""


def text_of(path: Path, encodings: tuple[str, ...] = ("utf-8-sig",), most: int = -1, largest: int = BY_HAND) -> str:
    """The text of a table, in the first of these encodings that fits; with `most`, whole lines of that many bytes.

    Raises InputError as `data_of`; for a web page, XML or JSON; for bytes that fit no encoding (named by the last), a
    NUL, and a line that has no end for a million bytes.
    """
    if largest > BY_HAND and most < 0:
        _check_lines(path)
    data = data_of(path, largest, most)
    if len(data) == most:  # the cut may go through a character, so the last line goes as well
        data = data[: data.rfind(b"\n") + 1] or data
    _check_markup(path, data)
    text = _decoded(data, path, encodings)
    if "\0" in text:
        row, _ = place_after(text[: text.index("\0")])
        raise InputError(f"{shown(path)}, row {row}: holds a NUL character. Save the file again as plain CSV.")
    return text


def _check_lines(path: Path) -> None:
    """Raise InputError where lines do not end, a piece at a time: such a file is never held as a whole."""
    _size(path)
    row = 1
    try:
        with path.open("rb") as file:
            while piece := file.read(LINE):
                ends = piece.count(b"\n") or piece.count(b"\r")
                if not ends and len(piece) == LINE:
                    raise InputError(
                        f"{shown(path)}, row {row}: is longer than {LINE:,} bytes, as no row of a table is. Save the "
                        "table with a line per record."
                    )
                row += ends
    except OSError as fault:
        raise unreadable(path, fault) from None


def _check_markup(path: Path, data: bytes) -> None:
    start = data[:200].removeprefix(codecs.BOM_UTF8).decode("latin-1").lstrip()
    for pattern, what in MARKED_UP:
        if re.match(pattern, start, re.IGNORECASE):
            raise InputError(f"{shown(path)}: is {what}, not a table. {AS_CSV}")


def _decoded(data: bytes, path: Path, encodings: tuple[str, ...]) -> str:
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError as error:
            fault = error
    data = fault.object  # without the mark at its start
    before = data[: fault.start].decode("utf-8")
    row, column = place_after(before)
    last = re.split(r"[\r\n]", before)[-1]
    raise InputError(
        f"{shown(path)}, row {row}, column {column}: byte 0x{data[fault.start]:02x} after {last[-20:]!r} is not "
        f"{fault.encoding.upper()}. Save the file as UTF-8."
    ) from None


def place_after(before: str) -> tuple[int, int]:
    """Row and column, both from 1, of what follows this beginning of a CSV text; a long way in, of its line."""
    try:
        rows = list(csv.reader(io.StringIO(f"{before}.", newline="")))
    except csv.Error:  # a cell too long to be one: then the line tells
        return len(re.findall(r"\r\n?|\n", before)) + 1, 1
    return len(rows), len(rows[-1])
