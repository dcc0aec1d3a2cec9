"""One archive of a case that says what it was made from, by what, and how: an RO-Crate.

After RO-Crate 1.1, https://w3id.org/ro/crate/1.1, and the Process Run Crate profile, https://w3id.org/ro/wfrun/process/0.5
"""

import hashlib
import io
import json
import re
import subprocess
import zipfile
from collections.abc import Mapping
from importlib import metadata
from pathlib import PurePosixPath
from urllib.parse import quote

from analysis import versions
from analysis.findings import point_of
from analysis.paths import REGISTER, ROOT
from analysis.registers import kept
from analysis.site import datapackage
from analysis.site.files import harmless, inputs, published

METADATA = "ro-crate-metadata.json"
SPECIFICATION = "https://w3id.org/ro/crate/1.1"
PROFILE = "https://w3id.org/ro/wfrun/process/0.5"
CONTEXT = [f"{SPECIFICATION}/context", {"sha256": "http://schema.org/sha256"}]  # a term that 1.1 does not have
LICENCE = datapackage.LICENCE["path"]
SOFTWARE, RUN, AUTHORS = "#retransfer", "#run", "#authors"
EARLIEST = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip file can name: no clock is read
MEDIA = {
    ".csv": "text/csv",
    ".ipynb": "application/x-ipynb+json",
    ".json": "application/json",
    ".md": "text/markdown",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".toml": "application/toml",
    ".txt": "text/plain",
}


def archive(case: str) -> bytes:
    """A zip file of a published case, or of `register`: inputs, results, and what describes them.

    The same commit gives the same bytes: entries are sorted and bear one fixed time and one set of rights. Raises
    InputError where there are no published results.
    """
    files = contents(case)
    files[METADATA] = _json(crate(case, files))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as target:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, EARLIEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system, entry.external_attr = 3, 0o100644 << 16  # as Unix writes it, on every system
            target.writestr(entry, files[name])
    return packed.getvalue()


def contents(case: str) -> dict[str, bytes]:
    """Every file of the archive but the crate's own, by its name there."""
    read = {name: harmless(path) for name, path in inputs(case).items()}
    changed = [(name, row, column) for name, (_, places) in read.items() for row, column in places]
    files = {name: data for name, (data, _) in read.items()} | published(case)
    files["datapackage.json"] = datapackage.text(case)
    files["LICENCE.md"] = (ROOT / "data" / "LICENCE.md").read_bytes()
    files["README.txt"] = _readme(case, changed).encode()
    return files


def crate(case: str, files: Mapping[str, bytes]) -> dict:
    """The crate of these files as JSON-LD. Every id in it that is no address is that of one of its entities."""
    parts = [_file(case, name, data) for name, data in sorted(files.items())]
    sources, given = _sources(case), _parameters(case)
    graph = [
        {
            "@id": METADATA,
            "@type": "CreativeWork",
            "conformsTo": {"@id": SPECIFICATION},
            "about": {"@id": "./"},
        },
        _root(case, parts, sources),
        _run(case, parts, given),
        *_software(),
        *parts,
        *sources,
        *given,
        {"@id": AUTHORS, "@type": "Organization", "name": "The retransfer authors"},
        {"@id": LICENCE, "@type": "CreativeWork", "name": datapackage.LICENCE["title"]},
        {"@id": PROFILE, "@type": "CreativeWork", "name": "Process Run Crate", "version": "0.5"},
    ]
    return {"@context": CONTEXT, "@graph": graph}


def commit() -> tuple[str, str] | None:
    """The commit that the project stands at, `-dirty` behind it where a file was changed since, and its date.

    None where this is no git checkout of its own, or there is no git.
    """
    at = _git("rev-parse", "--show-toplevel")
    found = _git("describe", "--always", "--dirty", "--abbrev=40", "--exclude=*")
    day = _git("log", "-1", "--format=%cs")
    return (found, day) if at == str(ROOT) and found and day else None


def _git(*words: str) -> str:
    command = ["git", "--no-optional-locks", "-C", str(ROOT), *words]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return ""


def _published() -> str:
    """The day of the commit; without git, the day of release in CITATION.cff, or else the year of the copyright."""
    if at := commit():
        return at[1]
    released = re.search(r"^date-released: *['\"]?([0-9-]+)", (ROOT / "CITATION.cff").read_text("utf-8"), re.M)
    return released[1] if released else re.search(r"\((?:c|C)\) ([0-9]{4})", (ROOT / "LICENSE").read_text("utf-8"))[1]


def _root(case: str, parts: list[dict], sources: list[dict]) -> dict:
    title, question = datapackage.about(case)
    return {
        "@id": "./",
        "@type": "Dataset",
        "name": title,
        "description": question,
        "datePublished": _published(),
        "license": {"@id": LICENCE},
        "author": {"@id": AUTHORS},
        "publisher": {"@id": AUTHORS},
        "conformsTo": {"@id": PROFILE},
        "hasPart": _ids(parts),
        "mentions": {"@id": RUN},
        "isBasedOn": _ids(sources),
    }


def _run(case: str, parts: list[dict], given: list[dict]) -> dict:
    """How the results came about: by the software and the notebooks, from the inputs, with these parameters."""
    read = [part for part in parts if part["@id"].startswith("data/raw/")]
    made = [part for part in parts if part not in read and part["@id"] not in ("LICENCE.md", "README.txt")]
    notebooks = [part for part in made if part["@id"].startswith("notebooks/")]
    return {
        "@id": RUN,
        "@type": "CreateAction",
        "name": f"Run of {case}",
        "description": f"`{_command(case)}` in a checkout of the code, with the published parameters.",
        "agent": {"@id": AUTHORS},
        "instrument": _ids([{"@id": SOFTWARE}, *notebooks]),
        "object": _ids([*read, *given]),
        "result": _ids(made),
        "actionStatus": "http://schema.org/CompletedActionStatus",
    }


def _software() -> list[dict]:
    """The code: its version, the digest of what was run, and the commit where one is known."""
    known = {"code, notebooks and reference tables (SHA-256, analysis/versions.py)": versions.version()}
    if at := commit():
        known["git commit"] = at[0]
    values = [_property(f"#version/{place}", *pair) for place, pair in enumerate(known.items(), start=1)]
    release = _release()
    software = {
        "@id": SOFTWARE,
        "@type": "SoftwareApplication",
        "name": "retransfer",
        "license": {"@id": "https://spdx.org/licenses/MIT"},
        "identifier": _ids(values),
    }
    licence = {"@id": "https://spdx.org/licenses/MIT", "@type": "CreativeWork", "name": "MIT License"}
    return [software | ({"softwareVersion": release} if release else {}), licence, *values]


def _release() -> str:
    """The version of the package; nothing where it is run without having been installed."""
    try:
        return metadata.version("retransfer")
    except metadata.PackageNotFoundError:
        return ""


def _file(case: str, name: str, data: bytes) -> dict:
    path = PurePosixPath(name)
    return {
        "@id": quote(name),
        "@type": ["File", "SoftwareSourceCode"] if path.suffix == ".ipynb" else "File",
        "name": name,
        "description": _meaning(name),
        "encodingFormat": MEDIA[path.suffix],
        "contentSize": str(len(data)),
        "sha256": hashlib.sha256(data).hexdigest(),
    }


def _meaning(name: str) -> str:
    own = {"LICENCE.md": "Licence of the data.", "README.txt": "What is in this archive, and how to run it again."}
    if name.startswith("data/raw/reference/"):
        return "Input: spelling met and code used, or names of items."
    if name.startswith("data/raw/"):
        return "Input: written by hand, as the sources print it."
    return own.get(name) or datapackage.meaning(name)


def _sources(case: str) -> list[dict]:
    """What the inputs were read from, as far as it is printed. The sources themselves are not in the archive."""
    rows = enumerate(datapackage.printed_sources(case), start=1)
    terms = {"name": "title", "publisher": "publisher", "sha256": "sha256", "url": "url"}
    return [
        {"@id": f"#source/{place}", "@type": "CreativeWork"}
        | {term: row[column] for term, column in terms.items() if row[column]}
        for place, row in rows
    ]


def _parameters(case: str) -> list[dict]:
    """What the notebooks were run with: as case.toml or else they themselves say, or as the register is published."""
    given = kept.published() if case == REGISTER else point_of(case)
    return [_property(f"#parameter/{name}", name, value) for name, value in given.items()]


def _property(key: str, name: str, value: object) -> dict:
    return {"@id": key, "@type": "PropertyValue", "name": name, "value": value}


def _ids(entities: list[dict]) -> list[dict] | dict:
    """References to entities; RO-Crate wants one alone without its list."""
    found = [{"@id": entity["@id"]} for entity in entities]
    return found[0] if len(found) == 1 else found


def _command(case: str) -> str:
    return "retransfer register" if case == REGISTER else f"retransfer run {case}"


def _readme(case: str, changed: list[tuple[str, int, str]]) -> str:
    title, question = datapackage.about(case)
    at = commit()
    code = f"retransfer {_release()}".strip() + (f", git commit {at[0]}" if at else "")
    text = f"""{title}
{question}

*.csv             the results; datapackage.json describes every column
figures/          each figure as SVG and PNG, with its numbers as CSV
notebooks/        the notebooks as they were run
data/raw/         what it was computed from: statements as printed, and the tables of spellings
{METADATA}  inputs, code, parameters and results, with their SHA-256 (RO-Crate 1.1)
LICENCE.md        CC BY 4.0

To run it again: get the code ({code}), put data/raw/ in its place, type `make`, then
`.venv/bin/{_command(case)}`. The same tables, figures and notebooks come out, byte for byte.

In every CSV file an apostrophe stands before what a spreadsheet could take for a formula: where a cell begins, or
after a semicolon, a tab or a line break in it. Numbers stay as they are.
"""
    return text + _told(changed)


def _told(changed: list[tuple[str, int, str]]) -> str:
    """Which cells of the inputs bear such an apostrophe."""
    if not changed:
        return "No cell under data/raw/ had to be changed so.\n"
    lines = "".join(f"- {name}, row {row}, column {column}\n" for name, row, column in changed)
    return f"Taking off these apostrophes gives the words as printed:\n{lines}"


def _json(content: dict) -> bytes:
    return f"{json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True)}\n".encode()
