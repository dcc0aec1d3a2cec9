"""The error that a person can mend. It stands alone, so that the command can tell it without loading anything."""


class InputError(ValueError):
    """Something a person wrote cannot be used. The message names the place, what was read, and what would be right."""

    def _render_traceback_(self) -> list[str]:
        """What JupyterLab shows: the message, without the code that found the fault."""
        return [f"{type(self).__name__}: {self}"]


class AccountsError(InputError):
    """The accounts of a set of results do not hold: what was made cannot be right, and must not be written."""
