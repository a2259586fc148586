"""Which of the free words must be there for a paper to match."""


def needed(words: int) -> int:
    """How many of so many different stems a paper must hold."""
    return words if words <= 2 else 1
