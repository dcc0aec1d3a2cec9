"""How every command begins and ends, and what several of them take."""

import os
import re
import signal
import sys

import click

from analysis import publishing
from analysis.errors import IN_FULL, InputError, of_ours, of_system


class Commands(click.Group):
    """Tells what a person can mend in one line, without a traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order in which they are needed, not that of the alphabet."""
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> object:
        _suit_terminal(ctx)
        try:
            publishing.finish()
            return super().invoke(ctx)
        except InputError as fault:
            raise click.ClickException(str(fault)) from None
        except UnicodeEncodeError as fault:
            raise click.ClickException(f"{fault.object[:80]!a}: is no text in UTF-8. Type it afresh.") from None
        except BrokenPipeError:  # whoever read the output has had enough
            raise
        except OSError as fault:
            raise click.ClickException(of_system(fault)) from None
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except MemoryError:
            raise click.ClickException(
                "there is not enough memory for this. What was there before is as it was."
            ) from None
        except Exception as fault:
            if os.environ.get(IN_FULL):
                raise
            raise click.ClickException(of_ours(fault)) from None


def _suit_terminal(ctx: click.Context) -> None:
    if os.environ.get("NO_COLOR"):  # https://no-color.org
        ctx.color = False
    for stream in (sys.stdout, sys.stderr):  # a terminal that lacks a letter is told its number
        stream.reconfigure(errors="backslashreplace")


class Size(click.ParamType):
    """An amount of memory in words, as a number of bytes."""

    name = "size"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if not (found := re.fullmatch(r"([0-9]{1,6})(MB|GB)|0", value)):
            self.fail(f"{value!r} is no amount of memory. Write it like 500MB or 4GB.", param, ctx)
        return int(found[1] or 0) * {"MB": 10**6, "GB": 10**9, None: 0}[found[2]]


def results_of(case: str | None, results: str | None) -> tuple[str, str]:
    """The case and the set of results that a command means."""
    from analysis import cases
    from analysis.paths import PUBLISHED

    case = case or cases.home()
    return case, results or (PUBLISHED if cases.settings(case).get("published") else "draft")


def like_a_case(_ctx: click.Context, _param: click.Parameter, begun: str) -> list[str]:
    """The cases whose name begins so, for a shell that completes words."""
    from analysis import cases

    return [name for name in cases.case_names() if name.startswith(begun)]


def pair(text: str) -> tuple[str, str]:
    """A parameter as the shell gives it, NAME=VALUE."""
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise click.BadParameter(f"{text!r} is not NAME=VALUE", param_hint="-p")
    return name, value


def told_to_stop() -> None:
    """From now on a SIGTERM cleans up as Ctrl-C does."""
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
