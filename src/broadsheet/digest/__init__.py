"""The edition by mail: who wants what and when, what each gets, and how it reads.

Subscriptions need no account: whoever holds a link we mailed may do what it says. Alerts and
webhooks, which tell when something new matches, live here too.
"""
