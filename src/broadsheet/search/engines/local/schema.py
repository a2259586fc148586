"""The fields of the local index.

Texts come in as words divided by white space (see ``analysis``), so the index only splits. What
a paper says is kept three times, each for one purpose: ``text`` (stems of title and abstract
together: what ranks), ``title`` (stems of the title: a little more rank, and ``title:``),
``exact_title`` and ``exact_abstract`` (words with positions: phrases). ``abs:`` needs no fourth:
it is ``text`` less ``title_only``, the few stems that the abstract does not repeat.
"""

from typing import Final

import tantivy

from broadsheet.search import analysis

# A change of any field, or of how a document is written into them, counts this up.
VERSION: Final = 3

# The names of tokenizers stand in the index: another version makes another schema, and tantivy
# refuses to open an index of another schema.
_SPLIT: Final = f"words-{VERSION}.{analysis.VERSION}"
_FOLDED: Final = "folded"
_SILENT: Final = "silent"

STATE_KEY: Final = "\x00state"  # no paper's key: control characters are never in keys


def schema() -> tantivy.Schema:
    """The schema of an index of this version."""
    build = tantivy.SchemaBuilder()
    build.add_text_field("key", stored=True, tokenizer_name="raw", index_option="basic")
    for name in ("text", "title", "title_only"):
        how = "basic" if name == "title_only" else "freq"
        build.add_text_field(name, tokenizer_name=_SPLIT, index_option=how)
    for name in ("exact_title", "exact_abstract", "author", "affiliation"):
        build.add_text_field(name, tokenizer_name=_SPLIT, index_option="position")
    for name in ("category", "organization"):  # found by folded form, counted as written
        build.add_text_field(name, fast=True, tokenizer_name=_FOLDED, index_option="basic")
    for name in ("identifier", "source"):
        build.add_text_field(name, tokenizer_name="raw", index_option="basic")
    build.add_text_field("organization_name", stored=True, tokenizer_name=_SILENT)
    build.add_text_field("order", fast=True, tokenizer_name=_SILENT, index_option="basic")
    for name in ("first", "last", "year", "votes", "comments"):
        build.add_integer_field(name, fast=True)
    build.add_boolean_field("has_code", indexed=True)
    build.add_integer_field("row", indexed=True, fast=True)  # where its vector stands
    for name in ("upto", "rows"):
        build.add_integer_field(name, stored=True)
    for name in ("mark", "embedder", "vectors"):
        build.add_text_field(name, stored=True, tokenizer_name=_SILENT, index_option="basic")
    return build.build()


def register(index: tantivy.Index) -> None:
    """Teach an opened index this version's tokenizers."""
    make, step, split = tantivy.TextAnalyzerBuilder, tantivy.Filter, tantivy.Tokenizer
    raw = make(split.raw()).build()
    index.register_tokenizer(_SPLIT, make(split.whitespace()).build())
    index.register_tokenizer(_FOLDED, make(split.raw()).filter(step.lowercase()).build())
    index.register_tokenizer(_SILENT, make(split.raw()).filter(step.remove_long(1)).build())
    index.register_fast_field_tokenizer(_FOLDED, raw)
    index.register_fast_field_tokenizer(_SILENT, raw)
