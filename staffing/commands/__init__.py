"""The commands, one file each. A file holds one function; ``staffing.cli`` lists it. Heavy imports stay inside."""
