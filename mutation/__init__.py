"""Whether the tests notice: each operator, constant, condition and number changed in turn. See `make mutate`."""
