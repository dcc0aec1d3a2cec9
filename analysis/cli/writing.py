"""Commands that write raw tables: new, teach."""

from pathlib import Path

import click

from analysis.errors import InputError

KINDS = ("party", "item", "unit")
ASKED = {  # parts of a movement, as a person is asked for them
    "supplier": "  who sent (empty: no more movements)",
    "recipient": "  who received",
    "quantity": "  how many, as printed",
    "designation": "  of what, as printed",
    "year": "  year (empty: not stated)",
    "locator": "  where it says so (3 is paragraph 3; p. 3; row 3)",
    "reporter": "  who reports it (empty: nobody is named)",
}


@click.command()
@click.argument("case")
@click.option("--party", help="The party that the finding is about: its name or code.")
@click.option("--item", help="The weapon that the finding is about, as the source prints it.")
@click.option("--source", "source_title", help="Title of the first source, as printed.")
@click.option("--publisher", default="", help="Its publisher.")
@click.option("--published", default="", help="The day or year it was published.")
@click.option("--url", default="", help="Its address.")
@click.option("--text", type=click.Path(path_type=Path), help="Your copy of it: only its SHA-256 is kept.")
@click.option("--title", help="Title of the case; one is made of item and party without it.")
@click.option("--question", help="What the case asks; the same.")
@click.option(
    "--movement",
    "movements",
    multiple=True,
    metavar="TEXT",
    help="'SUPPLIER; RECIPIENT; QUANTITY; DESIGNATION; YEAR; LOCATOR; REPORTER', as printed. Once per movement.",
)
def new(  # one argument per option, as click has it
    case: str,
    party: str | None,
    item: str | None,
    source_title: str | None,
    text: Path | None,
    title: str | None,
    question: str | None,
    movements: tuple[str, ...],
    **about: str,
) -> None:
    """Lay out a new case: data/raw/CASE with its settings and raw tables, which run at once.

    What is not given is asked for: who and what the finding is about, the first source and, where nothing of all this
    is given, its movements. A weapon or a party that no table knows is told with what is near; `retransfer teach` notes
    it.
    """
    from analysis import drafts, names
    from analysis.paths import shown

    drafts.check_name(case)
    asks = party is None and item is None and not movements
    party = _meant("--party", party, "Whom is the finding about (such as Bulgaria)?", names.resolve_party)
    item = _meant("--item", item, "Which weapon is it about (such as Konkurs systems)?", names.resolve_item)
    source_title = source_title or _asked("--source", "Title of the source, as printed?")
    rows = [drafts.movement(words, f"--movement {place}") for place, words in enumerate(movements, start=1)]
    rows = rows or (_interview(drafts) if asks else [])
    draft = drafts.Draft(
        case=case,
        title=title or drafts.title_of(party, item),
        question=question or drafts.question_of(party, item),
        party=party,
        item=item,
        tables={"sources": [drafts.source(source_title, text, **about)], "transfers": drafts.transfers(rows)},
    )
    folder = drafts.lay_out(draft)
    many = "1 movement" if len(rows) == 1 else f"{len(rows)} movements"
    click.echo(f"{shown(folder)}/: {many}, one source. {drafts.GUIDE} there says what goes where.")
    click.echo(f"Next: `retransfer check {case}`, then `retransfer run {case}`.")


def _meant(flag: str, given: str | None, question: str, resolve) -> str:
    """A code, of what was given or is typed; what cannot be read is told, and asked for again."""
    if given is not None:
        try:
            return resolve(given)
        except ValueError as fault:
            raise InputError(f"{flag}={fault}.") from None
    return _asked(flag, question, resolve)


def _asked(flag: str, question: str, read=str, empty: str | None = None) -> str:
    """What a person answers, as `read` reads it."""

    def checked(text: str) -> str:
        try:
            return read(text)
        except ValueError as fault:
            raise click.UsageError(f"{fault}.") from None

    try:
        return click.prompt(question, value_proc=checked, default=empty, show_default=False, prompt_suffix=" ")
    except click.Abort:
        raise InputError(f"nobody answered: {question!r} Give {flag}, or answer it.") from None


def _interview(drafts) -> list[dict[str, str]]:
    """Movements, one after the other, each part read as it is typed."""
    found: list[dict[str, str]] = []
    while True:
        click.echo(f"Movement {len(found) + 1}")
        try:
            row = _movement(drafts)
        except InputError:  # whoever stops answering keeps what was answered
            if not found:
                raise
            click.echo(f"\nStopped: movement {len(found) + 1} is left out, those before it are kept.")
            return found
        if not row:
            return found
        found.append(row)


def _movement(drafts) -> dict[str, str]:
    """One movement, {} where there is no more."""
    row: dict[str, str] = {}
    for name, question in ASKED.items():

        def read(text: str, name: str = name) -> str:
            if text or name != "supplier":
                drafts.check_part(name, text, "movement")
            if name == "recipient":
                drafts.check_ends({**row, name: text}, "movement")
            return text

        row[name] = _asked("--movement", f"{question}:", read, "")
        if not row["supplier"]:
            return {}
    return row


@click.command()
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("spelling")
@click.argument("meaning")
@click.option("--one", help="Of an item that no table knows: the name of one.")
@click.option("--several", help="Of an item that no table knows: the name of several.")
@click.option("--new", "unknown", is_flag=True, help="Of a party that no table knows: MEANING is its code from now on.")
@click.option("--note", default="", help="A remark.")
def teach(
    kind: str, spelling: str, meaning: str, one: str | None, several: str | None, unknown: bool, note: str
) -> None:
    """Note that SPELLING means the party, item or unit MEANING, in tables of this checkout's own.

    \b
    retransfer teach party "Sofia's government" BGR
    retransfer teach item "AK-103 rifles" ak-103 --one "AK-103 rifle" --several "AK-103 rifles"

    The tables are in data/raw/reference/own; updates of retransfer leave them alone.
    """
    from analysis import teaching

    if (one is None) != (several is None) or (one and kind != "item"):
        raise click.UsageError("--one and --several name a new item: give both, or neither.")
    if unknown and kind != "party":
        raise click.UsageError("--new is for a party; a new item has --one and --several.")
    with teaching.alone():
        if one and several:
            click.echo(teaching.new_item(spelling, meaning, one, several, note))
        elif unknown:
            click.echo(teaching.new_party(spelling, meaning, note))
        else:
            click.echo(teaching.teach(kind, spelling, meaning, note))
