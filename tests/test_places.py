"""Where retransfer opens without an installation: Binder, and a dev container. Both hold the lock alone."""

import json
import os
import re
import stat
import subprocess
import tomllib

import pytest

from analysis.paths import ROOT

BINDER, CONTAINER = ROOT / ".binder", ROOT / ".devcontainer"
DOCKERFILE = (CONTAINER / "Dockerfile").read_text(encoding="utf-8")
DEVCONTAINER = json.loads((CONTAINER / "devcontainer.json").read_text(encoding="utf-8"))
FILES = [path for folder in (BINDER, CONTAINER) for path in sorted(folder.iterdir())]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
READY = ".venv/retransfer-ready"


def test_their_python_is_the_least_that_pyproject_admits():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    least = re.match(r">=(3\.\d+),", project["requires-python"])[1]
    assert (BINDER / "runtime.txt").read_text(encoding="utf-8") == f"python-{least}\n"
    assert re.findall(r"^FROM (.*)$", DOCKERFILE, re.M) == [f"python:{least}-bookworm"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_they_name_no_version_of_a_package_and_no_host(path):
    text = path.read_text(encoding="utf-8")
    assert "==" not in text
    assert "://" not in text
    assert not re.search(r"pip3? install|conda|apt-get", text)  # the environment is the one of `make`
    assert not re.search(r"\b[\w-]+\.(io|com|org|net|dev)\b", text)


def test_both_are_set_up_as_make_does_it():
    """The rule behind `make` installs requirements.lock with its hashes, and the package itself."""
    assert f"make {READY}\n" in (BINDER / "postBuild").read_text(encoding="utf-8")
    assert DEVCONTAINER["postCreateCommand"].split()[:2] == ["make", READY]
    assert DEVCONTAINER["postAttachCommand"] == "make lab"
    rule = MAKEFILE.partition("\n$(READY): requirements.lock ")[2].partition("\n\n")[0]
    assert "--require-hashes -r requirements.lock" in rule
    assert "--no-deps --no-build-isolation --editable ." in rule
    assert (BINDER / "postBuild").stat().st_mode & stat.S_IXUSR


def test_what_binder_builds_is_the_environment_and_a_kernel_from_it(tmp_path):
    """Its script, with stand-ins for make and Python that note what they were asked for."""
    (tmp_path / "bin").mkdir()
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    for name in ("bin/make", ".venv/bin/python"):
        (tmp_path / name).write_text(f'#!/bin/sh\necho {name} "$@" >> {tmp_path}/asked\n', encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    environment = {"PATH": f"{tmp_path}/bin:{os.environ['PATH']}", "NB_PYTHON_PREFIX": "/a prefix"}
    subprocess.run([BINDER / "postBuild"], cwd=tmp_path, env=environment, check=True, timeout=30)
    asked = (tmp_path / "asked").read_text(encoding="utf-8").splitlines()
    assert asked == [
        f"bin/make {READY}",
        ".venv/bin/python -m ipykernel install --prefix /a prefix --name python3 --display-name Python 3 (ipykernel)",
    ]


def test_the_kernel_is_the_one_that_notebooks_ask_for():
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        kernel = json.loads(path.read_text(encoding="utf-8"))["metadata"]["kernelspec"]
        assert (kernel["name"], kernel["display_name"]) == ("python3", "Python 3 (ipykernel)")
