"""The gate: the one door through which a centre's files enter, and where everything wrong with them is told at once."""
