"""What is learned from the papers held to help a reader ask: completions, corrections, acronyms.

It is learned anew from time to time, kept in one small file beside the index, and can be thrown
away: nothing of it is needed to search.
"""
