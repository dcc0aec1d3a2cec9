"""Reconcile reported arms transfers: who sent what to whom, how much was passed on, what is unaccounted for."""
