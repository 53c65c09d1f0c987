"""How many agents, and who works when."""

__version__ = "0.1.0"
