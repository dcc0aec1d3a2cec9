"""Any bytes for any parser: what each promises, the bytes that were told apart so far, and a search for more."""
