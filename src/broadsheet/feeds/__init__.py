"""Every file and feed format of an edition: Atom, BibTeX."""
