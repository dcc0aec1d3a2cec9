"""The project keeps its own rules: pins agree, code stays small, targets are listed, raw data is safe."""

import ast
import os
import re
import shutil
import subprocess
import tomllib

import pytest
import yaml

from analysis.paths import ROOT

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
PARTS = ("benchmarks", "fuzz", "advisories")  # what has an environment of its own
OURS = ("analysis", "benchmarks", "fuzz", "mutation", "tests")
CODE = sorted(path for folder in OURS for path in (ROOT / folder).rglob("*.py"))


def pins(lock: str = LOCK) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", lock, re.M))


def test_the_lock_holds_every_dependency_that_pyproject_names():
    wanted = PYPROJECT["project"]["dependencies"] + PYPROJECT["project"]["optional-dependencies"]["test"]
    wanted += PYPROJECT["build-system"]["requires"]
    assert {re.split(r"[<>=!~ ]", name)[0] for name in wanted} <= set(pins())


@pytest.mark.parametrize("folder", PARTS)
def test_no_version_that_the_package_runs_on_is_changed(folder):
    lock = (ROOT / folder / "requirements.lock").read_text(encoding="utf-8")
    wanted = (ROOT / folder / "requirements.in").read_text(encoding="utf-8")
    assert set(re.findall(r"^[a-z0-9-]+", wanted, re.M)) <= set(pins(lock))
    assert {name for name in pins(lock) if pins(lock)[name] != pins().get(name, pins(lock)[name])} == set()


@pytest.mark.parametrize("folder", [".", *PARTS])
def test_the_lock_has_hashes_and_names_no_host(folder):
    lock = (ROOT / folder / "requirements.lock").read_text(encoding="utf-8")
    entries = re.findall(r"^[a-z0-9-]+==.*?(?=^[a-z]|\Z)", lock, re.M | re.S)
    assert len(entries) == len(pins(lock)) > 0
    assert all("--hash=sha256:" in entry for entry in entries)
    assert not re.search(r"://|--(extra-)?index-url|--find-links", lock)


def test_one_version_per_package_whatever_the_python():
    names = re.findall(r"^([a-z0-9-]+)==", LOCK, re.M)
    assert len(names) == len(set(names))


def test_conda_users_get_the_same_pins_and_the_same_python():
    conda = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    python, pip, packages = conda["dependencies"]
    assert python == f"python{PYPROJECT['project']['requires-python']}"
    assert pip == "pip"
    assert packages["pip"] == ["--require-hashes", "-r requirements.lock"]
    workflow = (ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    versions = yaml.safe_load(workflow)["jobs"]["test"]["strategy"]["matrix"]["python"]
    low, high = re.findall(r"3\.(\d+)", PYPROJECT["project"]["requires-python"])
    assert versions == [f"3.{minor}" for minor in range(int(low), int(high))]
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert f"(3, {low}) <= sys.version_info[:2] <= (3, {int(high) - 1})" in makefile
    assert PYPROJECT["tool"]["ruff"]["target-version"] == f"py3{low}"


@pytest.mark.parametrize("path", CODE, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_files_and_functions_are_short(path):
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 400
    functions = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)]
    assert not [node.name for node in functions if node.end_lineno - node.lineno >= 40]


@pytest.mark.parametrize("path", [path for path in CODE if path.parts[-2] != "tests"], ids=lambda path: path.name)
def test_public_functions_say_what_they_do(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    public = [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name[0] != "_"]
    assert ast.get_docstring(tree)
    assert not [node.name for node in public if not ast.get_docstring(node)]


def test_every_path_is_spelled_in_one_module():
    others = [path for path in CODE if path.parts[-2] != "tests" and path.name != "paths.py"]
    own = [path.name for path in others if re.search(r'(?<![."])__file__', path.read_text(encoding="utf-8"))]
    assert set(own) <= {"engine.py"}
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        assert "../" not in path.read_text(encoding="utf-8")


def make(*words: str, folder=ROOT) -> subprocess.CompletedProcess:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    return subprocess.run(["make", *words], cwd=folder, env=clean, capture_output=True, text=True, check=False)


def test_help_lists_every_target():
    phony = re.search(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)[1].split()
    listed = [line.split()[1] for line in make("help").stdout.splitlines()]
    assert sorted(listed) == sorted(set(phony) - {"moved"})


def test_clean_leaves_data_and_notebooks(tmp_path):
    shutil.copy(ROOT / "Makefile", tmp_path)
    made = (".venv/x", "build/x", "analysis/__pycache__/x")
    kept = ("data/raw/c/__pycache__/x", "data/processed/x", "notebooks/x")
    for name in (*made, *kept):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    assert make("clean", folder=tmp_path).returncode == 0
    left = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("x"))
    assert left == sorted(kept)


def test_an_unfit_python_is_named(tmp_path):
    fake = tmp_path / "python3"
    fake.write_text('#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.9.1" || exit 1\n')
    fake.chmod(0o755)
    for name in ("Makefile", "requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    done = make(f"PYTHON={fake}", folder=tmp_path)
    assert done.returncode != 0
    assert "needs Python 3.11, 3.12 or 3.13" in done.stdout
    assert "3.9.1" in done.stdout


def test_ci_runs_make_test():
    assert "make test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
