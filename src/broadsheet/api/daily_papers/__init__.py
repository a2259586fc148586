"""The Daily Papers API as its clients know it, answered from what is held here.

Shapes, parameters and errors are those of the API, not of this program's own JSON:
``docs/daily-papers.md`` says what each name holds.
"""
