"""Benchmarks measure what they say: registers, pipelines and floors give the answers that the package gives."""

import os
import subprocess
import sys
from filecmp import cmp

import duckdb
import pandas as pd
import pytest
import yaml

from analysis import folders, reconcile
from analysis.paths import ROOT
from analysis.tables import typed
from benchmarks.execution import checkout, floor, full, report
from benchmarks.execution.again import PIPELINES
from benchmarks.execution.pipelines import steps
from benchmarks.registers import generator, with_pandas
from benchmarks.registers.shape import canonical, difference

COUNT = 10_000


def statements(path, sources: int = 1, threads: int = 2) -> pd.DataFrame:
    generator.write(path, COUNT, sources=sources)
    return duckdb.connect(config={"threads": threads}).execute(f"from '{path}'").df()


@pytest.fixture(scope="module")
def register(tmp_path_factory) -> pd.DataFrame:
    return statements(tmp_path_factory.mktemp("register") / "register.parquet")


def test_the_same_seed_gives_the_same_register_whatever_the_threads(register):
    with duckdb.connect(config={"threads": 1}) as one:
        alone = one.execute(generator.records(COUNT, 1991)).df()
        other = one.execute(generator.records(COUNT, 1992)).df()
    pd.testing.assert_frame_equal(alone, register)
    assert not other.equals(register)


def test_the_register_is_shaped_as_its_generator_says(register):
    assert len(register) == register["statement_id"].nunique() == COUNT
    assert register["item"].nunique() == COUNT / 2000
    assert pd.concat([register["supplier"], register["recipient"]]).nunique() == 200
    assert register["year"].max() - register["year"].min() == 25 - 1
    assert not (register["supplier"] == register["recipient"]).any()
    shares = register["quantity_as_printed"].str.replace(r"[0-9]+", "#", regex=True).value_counts(normalize=True)
    assert shares["classified"] == pytest.approx(0.02, abs=0.005)
    assert shares["#-#"] + shares["at least #"] == pytest.approx(0.02, abs=0.005)
    assert register["year"].isna().mean() == pytest.approx(0.01, abs=0.005)
    assert set(register["source_id"]) == {"register"}


def test_nine_movements_in_twenty_are_reported_by_both_sides(register):
    # Of 30 records one repeats a movement: as a third party's in a quarter of these, else as the exporter's.
    roles = register["role"].value_counts() / COUNT * 30
    assert roles["exporter"] == pytest.approx(9 + 5 + 3 / 4, abs=0.1)
    assert roles["importer"] == pytest.approx(9 + 4, abs=0.1)
    assert roles["third"] == pytest.approx(2 + 1 / 4, abs=0.1)
    # One record in 30 repeats a movement; of 9 such after each other, every fourth 9 are the same line again.
    again = register.duplicated([name for name in register if name != "statement_id"]).sum()
    assert again == pytest.approx(COUNT / 30 / 4, abs=9)


@pytest.mark.parametrize("sources", [1, 3])
def test_pandas_gives_what_the_package_gives(tmp_path, sources):
    given = statements(tmp_path / "register.parquet", sources)
    flows = reconcile.flows(typed(given, "transfers"))
    theirs = with_pandas.mirror(with_pandas.coded(given))
    assert set(flows["agreement"]) == {*with_pandas.AGREEMENTS}
    assert difference(canonical(flows, "mirror"), canonical(theirs, "mirror"), "mirror") == ""
    left = canonical(reconcile.balances(flows), "balances")
    assert difference(left, canonical(with_pandas.balances(theirs), "balances"), "balances") == ""


def test_a_difference_is_found(register):
    flows = canonical(with_pandas.mirror(with_pandas.coded(register)), "mirror")
    assert difference(flows, flows, "mirror") == ""
    assert "low" in difference(flows, flows.assign(low=flows["low"] + 1), "mirror")
    assert "year" in difference(flows, flows.assign(year=flows["year"].fillna(1991)), "mirror")
    assert "rows against" in difference(flows, flows.iloc[1:], "mirror")


def test_the_pipelines_of_rivals_say_the_same():
    stages = yaml.safe_load((ROOT / PIPELINES / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
    assert [*stages] == [*steps.STEPS] == [*floor.STEMS] == [*checkout.NOTEBOOKS]
    for stem, step in steps.STEPS.items():
        assert stages[stem]["cmd"] == steps.command(stem)
        assert stages[stem]["deps"] == [f"notebooks/{stem}.ipynb", *steps.RAW, "analysis", *step.reads]
        assert stages[stem]["outs"] == step.writes
    written = [name for step in steps.STEPS.values() for name in step.writes if "/data/" in name]
    committed = [f"results/data/{name}" for name in folders.files(ROOT / checkout.COMMITTED)]
    assert sorted(written) == committed  # nothing twice, and all of it


def test_the_floor_gives_what_is_committed(tmp_path):
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "RETRANSFER_STAGE": str(tmp_path), "MPLBACKEND": "agg"}
    code = "from benchmarks.execution import floor; floor.execute('1-clean'); floor.execute('2-reconcile')"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, check=True)
    found = folders.files(tmp_path)
    assert len(found) == 12
    assert all(cmp(tmp_path / name, ROOT / checkout.COMMITTED / name, shallow=False) for name in found)


def test_ratios_are_to_the_floor_of_the_same_round():
    names = [full.FLOOR, "retransfer"]
    walls = [(1, 1.0, 2.0), (2, 4.0, 4.0), (3, 2.0, 6.0)]
    rows = [
        {"section": "full run", "contestant": name, "run": run, "wall": wall, "cpu": wall}
        for run, *pair in walls
        for name, wall in zip(names, pair, strict=True)
    ]
    found = report.table(rows)
    assert found["ratio"].tolist() == [1, 2]
    assert found["seconds"].tolist() == [2, 4]
    assert report.csv(found).splitlines()[0] == "section,contestant,seconds,ratio,runs"
    assert b"<svg" in report.plot(found).svg
