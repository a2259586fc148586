"""British and American spelling as one: words as the stemmer should see them.

A reader who types "behavior" means papers that write "behaviour" too. The rules are few and
blunt on purpose: both sides of a search pass them, so a word that is changed without need is
changed everywhere alike.
"""

import re
from typing import Final

# Words in -our that America writes in -or; not "four", "source", "journal".
_OUR: Final = re.compile(
    r"((?:behavi|col|fav|flav|harb|hon|hum|lab|neighb|rum|tum|vap|arm|vig|rig|od|endeav|sav)o)u(r)"
)
# "normalised", "optimisation": after these letters no "-ision" is near that would part from it.
_ISE: Final = re.compile(r"(?<=..[dlmnrst]i)s(?=(?:e|ed|es|er|ers|ing|able|ation|ations)$)")
_OTHERS: Final = {
    "centre": "center",
    "centres": "centers",
    "centred": "centered",
    "fibre": "fiber",
    "fibres": "fibers",
    "metre": "meter",
    "metres": "meters",
    "litre": "liter",
    "litres": "liters",
    "catalogue": "catalog",
    "catalogues": "catalogs",
    "dialogue": "dialog",
    "dialogues": "dialogs",
    "analogue": "analog",
    "analogues": "analogs",
    "defence": "defense",
    "defences": "defenses",
    "grey": "gray",
    "programme": "program",
    "programmes": "programs",
    "aluminium": "aluminum",
    "sulphur": "sulfur",
    "sulphide": "sulfide",
    "ageing": "aging",
    "artefact": "artifact",
    "artefacts": "artifacts",
    "analyse": "analyze",
    "analysed": "analyzed",
    "analysing": "analyzing",
    "catalyse": "catalyze",
    "catalysed": "catalyzed",
}


def american(word: str) -> str:
    """A lower-case word as America spells it."""
    if word in _OTHERS:
        return _OTHERS[word]
    if "our" in word:
        word = _OUR.sub(r"\1\2", word)
    return _ISE.sub("z", word) if "is" in word else word
