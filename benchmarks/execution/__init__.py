"""How long the published case's notebooks take to execute, against plain Python and against other tools."""
