"""Reconcile reported arms transfers: who sent what to whom, how much was passed on, what is unaccounted for."""

import sys

# On import, jsonschema (which nbformat needs) has this optional package compile a grammar of internet addresses: more
# seconds than all the rest takes, for a format that no notebook uses. None says that it is not installed.
sys.modules.setdefault("rfc3987_syntax", None)
