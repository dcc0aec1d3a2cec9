"""The command that reads raw tables before anything runs: check."""

import click

from analysis.cli.group import like_a_case

PALE = {"wrong": "red", "doubtful": "yellow", "still empty": "bright_black"}


@click.command()
@click.argument("case", required=False, shell_complete=like_a_case)
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@click.option("--strict", is_flag=True, help="Exit with 1 for what is doubtful, too.")
def check(case: str | None, as_json: bool, strict: bool) -> None:
    """Say what is wrong, doubtful or still empty in the raw tables of CASE, without running anything.

    Without CASE, every case and the tables of spellings are read. Nothing is changed: suggestions are for you to take.
    Exit code 0: nothing is wrong (with --strict: nor doubtful); 1: something is; 2: the command was misspelt.
    """
    from analysis import findings

    found = [findings.of_case(case)] if case else findings.of_all()
    if as_json:
        click.echo(findings.as_json(found))
    else:
        for checked in found:
            for level, finding in checked.findings:
                click.echo(f"{click.style(f'{level:<12}', fg=PALE[level])} {findings.told(finding)}")
        many = [f"{findings.counted(found, level)} {level}" for level in findings.LEVELS]
        click.echo(f"{', '.join(many)}, in {', '.join(checked.name for checked in found)}.")
    stops = (findings.WRONG, findings.DOUBTFUL) if strict else (findings.WRONG,)
    click.get_current_context().exit(int(any(findings.counted(found, level) for level in stops)))
