"""How fast a register is reconciled: a seeded register of any size, rivals with the same answers, a clock."""
