"""CSL-JSON: what citation processors, Zotero and the DOI resolvers speak."""
