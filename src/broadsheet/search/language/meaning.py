"""What of a query is a question of meaning, and what binds whichever way papers are found.

Free words say what a paper should be about: another paper of the same meaning will do. Phrases,
fields, exclusions, categories, identifiers and dates are conditions: they hold for it too.
"""

from broadsheet.search.language.tree import And, Node, Or, Words, both, wanted


def question(node: Node | None) -> str:
    """The words asked for, as a text to compare meanings with; "" where none are."""
    if node is None:
        return ""
    texts = [
        " ".join(part.words) if isinstance(part, Words) else part.text
        for part in wanted(node)
        if isinstance(part, Words) or part.field != "author"
    ]
    return " ".join(texts)


def binding(node: Node | None) -> Node | None:
    """The query without its free words; None where nothing is left that binds.

    Where free words are one of several choices, the choice binds nothing.
    """
    if node is None or isinstance(node, Words):
        return None
    if isinstance(node, And):
        kept = [part for part in map(binding, node.nodes) if part is not None]
        return both(kept) if kept else None
    if isinstance(node, Or):
        choices = [binding(part) for part in node.nodes]
        found = tuple(part for part in choices if part is not None)
        return Or(found) if len(found) == len(choices) else None
    return node
