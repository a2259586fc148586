"""One module an engine under measure."""

from typing import Final

ENGINES: Final = {  # name to module and class, in the order of the tables
    "broadsheet": "ours:Broadsheet",
    "postgresql": "postgres:Postgres",
    "postgresql_any": "postgres:PostgresAny",
    "lancedb": "lance:Lance",
    "bm25s": "bm25s_numpy:Bm25sNumpy",
    "fts5": "fts5:Fts5",
    "tantivy": "bare_words:BareWords",
    "tantivy_facets": "bare_words:BareFacets",
    "scan": "bare_vectors:BareVectors",
}
OURS: Final = "broadsheet"
# Limits, not engines: what finding takes at least, and what it takes with facets.
BARE: Final = ("tantivy", "scan")
BARE_WITH_FACETS: Final = ("tantivy_facets", "scan")
