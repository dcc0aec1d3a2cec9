"""What an entry does to a file: the words of the column `how`."""

import re

from tests import corpus


def edited(before: bytes, entry: dict[str, str]) -> bytes:
    """The bytes of a file once an entry was applied. Raises ValueError where it changes nothing."""
    old, new = corpus.data(entry["old"]), corpus.data(entry["new"])
    after = {
        "replace": lambda: before.replace(old, new, 1),
        "all": lambda: before.replace(old, new),
        "start": lambda: new + before,
        "append": lambda: before + new,
        "whole": lambda: new,
        "encode": lambda: before.decode().encode(new.decode()),
        "ends": lambda: _ends(before, new),
    }[entry["how"]]()
    if after == before:
        raise ValueError(f"{entry}: changes nothing")
    return after


def _ends(before: bytes, new: bytes) -> bytes:
    """Lines that end in other characters; `\\r;Sofia;Sofi\\xe9` writes another word besides."""
    end, *words = new.split(b";")
    after = before.replace(b"\n", end)
    return after.replace(*words, 1) if words else re.sub(rb"\Z", b"", after)
