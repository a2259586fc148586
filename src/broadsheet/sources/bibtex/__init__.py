"""BibTeX and BibLaTeX files, as reference managers and publishers write them."""
