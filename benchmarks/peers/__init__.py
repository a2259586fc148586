"""The same searches, side by side, in the local engine and in what a site would use without it.

    make bench-peers [ARGS="--sizes 10000,216000 --peers broadsheet,fts5 --again"]

``collection`` makes the papers, their vectors and the questions once; ``measure`` builds one
engine over so many of them and asks, first in one process and then from eight; ``report`` writes
the section of docs/performance.md. What is measured is kept in build/benchmarks/peers, one file an
engine and size, so that a run that was broken off goes on where it was.
"""
