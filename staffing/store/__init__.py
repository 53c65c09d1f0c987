"""The store: plans that last. SQLite in one file by default, PostgreSQL by an extra; the rest works without it.

``database`` opens it, ``plans`` holds states and versions, ``edits`` many hands, ``people`` names, ``backup`` copies.
"""
