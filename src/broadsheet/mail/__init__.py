"""Mail that goes out: an outbox row first, then delivery by the worker.

From above: ``actions.post`` puts letters into the outbox, ``actions.cancel`` takes back what has
not left, ``queries`` tell what became of each. Nothing here knows what a letter is about.
"""
