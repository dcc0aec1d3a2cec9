"""The README says what was tried and how often, as the commands counted that tried it."""

from analysis.paths import ROOT
from tests.corpus import sizes
from tests.tried import table


def test_the_readme_prints_what_was_counted():
    assert table() in (ROOT / "README.md").read_text(encoding="utf-8")


def test_there_is_as_much_bad_input_as_was_asked_for():
    assert sizes().total() >= 250
