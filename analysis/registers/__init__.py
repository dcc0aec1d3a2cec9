"""Published registers → statements: one adapter per layout."""
