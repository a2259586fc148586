"""Any feed of a journal or a blog: RSS 0.9x, 1.0 and 2.0, Atom, JSON Feed."""
