"""One target under atheris, in a process of its own: `python -m fuzz.worker NAME COMMAND FOLDER… -FLAG=VALUE…`.

Flags are libFuzzer's. COMMAND is what starts this process, since libFuzzer starts others like it to merge a corpus.
"""

import sys

import atheris


def main(words: list[str]) -> None:
    """Import the package with its branches watched, then run the target until libFuzzer ends the process."""
    with atheris.instrument_imports(include=["analysis"]):
        from fuzz.targets import TARGETS  # noqa: PLC0415 (only what is imported here is watched)
    ask = TARGETS[words[1]].ask
    ask(b"")  # what is read once and kept is no branch of the first input
    atheris.Setup(words[2:], ask)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv)
