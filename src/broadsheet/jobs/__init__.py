"""Work in the background: a queue and a schedule in the catalogue's database, and the worker.

From above: ``registry.register`` says what a job's name means, ``actions.enqueue`` asks for one,
``schedule.declare`` asks for one again and again, ``queries`` tell how it stands.
"""
