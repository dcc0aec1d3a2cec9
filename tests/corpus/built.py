"""Bad input that no line of a table can hold."""


def sizes() -> dict[str, int]:
    return {}
