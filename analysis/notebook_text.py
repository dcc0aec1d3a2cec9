"""A notebook as text of which `git diff` shows words and numbers: no metadata, no markup, no pictures in letters.

It loads nothing but JSON, since git asks for it twice per notebook.
"""

import hashlib
import json
from base64 import b64decode
from binascii import Error
from collections.abc import Iterator, Mapping

PICTURE = "image/png"
WORDS = ("text/plain", "text/markdown")  # one of them says in words what all forms of an output show


def as_text(data: bytes) -> str:
    """Cells with their sources and outputs, a line that names it before each cell.

    Of what is no text (pictures, markup) a digest is shown, so that no change of these goes unseen. What is no notebook
    comes as it is, after a line that says so: git shows no diff at all where this fails.
    """
    text = data.decode("utf-8", errors="backslashreplace")
    try:
        cells = json.loads(text)["cells"]
        return "\n".join(line for cell in cells for line in _cell(cell)) + "\n"
    except (ValueError, LookupError, TypeError, AttributeError) as fault:
        return f"This is no notebook that can be read ({type(fault).__name__}: {fault}). As it stands:\n{text}"


def _cell(cell: Mapping) -> Iterator[str]:
    tags = [f"[{tag}]" for tag in cell["metadata"].get("tags", [])]
    yield " ".join(["==", cell["cell_type"], cell.get("id", ""), *tags]).rstrip()
    yield from _joined(cell["source"]).splitlines()
    for output in cell.get("outputs", []):
        yield "-> " + output["output_type"]
        yield from _output(output)
    yield ""


def _output(output: Mapping) -> Iterator[str]:
    if output["output_type"] == "stream":
        yield from _joined(output["text"]).splitlines()
    elif output["output_type"] == "error":
        yield f"{output['ename']}: {output['evalue']}"
    else:
        data = output["data"]
        words = next((_joined(data[form]) for form in WORDS if form in data), "")
        yield from words.splitlines()
        yield from (_digest(form, _joined(data[form])) for form in sorted(data) if _joined(data[form]) != words)


def _digest(form: str, content: str) -> str:
    """What stands for what is no words: its kind, a picture's size, and the start of its SHA-256."""
    data, size = content.encode(), ""
    if form == PICTURE:
        try:
            data = b64decode(content)
            size = f" {int.from_bytes(data[16:20], 'big')} x {int.from_bytes(data[20:24], 'big')} px,"
        except Error:
            size = " not base64,"
    return f"({form}:{size} SHA-256 {hashlib.sha256(data).hexdigest()[:12]})"


def _joined(part: object) -> str:
    """A text that may be kept as its lines; what is neither, as JSON."""
    if isinstance(part, str):
        return part
    if isinstance(part, list) and all(isinstance(line, str) for line in part):
        return "".join(part)
    return json.dumps(part, sort_keys=True)
