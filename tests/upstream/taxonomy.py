"""arXiv's groups, archives and categories: which sets and which feeds a paper stands in."""

from collections.abc import Iterable
from typing import Final

_ARCHIVES: Final = {
    "astro-ph": ("physics", "Astrophysics"),
    "cond-mat": ("physics", "Condensed Matter"),
    "cs": ("cs", "Computer Science"),
    "econ": ("econ", "Economics"),
    "eess": ("eess", "Electrical Engineering and Systems Science"),
    "gr-qc": ("physics", "General Relativity and Quantum Cosmology"),
    "hep-ex": ("physics", "High Energy Physics - Experiment"),
    "hep-lat": ("physics", "High Energy Physics - Lattice"),
    "hep-ph": ("physics", "High Energy Physics - Phenomenology"),
    "hep-th": ("physics", "High Energy Physics - Theory"),
    "math": ("math", "Mathematics"),
    "math-ph": ("physics", "Mathematical Physics"),
    "nlin": ("physics", "Nonlinear Sciences"),
    "nucl-ex": ("physics", "Nuclear Experiment"),
    "nucl-th": ("physics", "Nuclear Theory"),
    "physics": ("physics", "Physics"),
    "q-bio": ("q-bio", "Quantitative Biology"),
    "q-fin": ("q-fin", "Quantitative Finance"),
    "quant-ph": ("physics", "Quantum Physics"),
    "stat": ("stat", "Statistics"),
}
# An archive that is not named here is its own category.
_CODES: Final = {
    "astro-ph": "CO EP GA HE IM SR",
    "cond-mat": "dis-nn mes-hall mtrl-sci other quant-gas soft stat-mech str-el supr-con",
    "cs": """AI AR CC CE CG CL CR CV CY DB DC DL DM DS ET FL GL GR GT HC IR IT LG LO MA MM MS NA
        NE NI OH OS PF PL RO SC SD SE SI SY""",
    "econ": "EM GN TH",
    "eess": "AS IV SP SY",
    "math": """AC AG AP AT CA CO CT CV DG DS FA GM GN GR GT HO IT KT LO MG MP NA NT OA OC PR QA
        RA RT SG SP ST""",
    "nlin": "AO CD CG PS SI",
    "physics": """acc-ph ao-ph app-ph atm-clus atom-ph bio-ph chem-ph class-ph comp-ph data-an
        ed-ph flu-dyn gen-ph geo-ph hist-ph ins-det med-ph optics plasm-ph pop-ph soc-ph
        space-ph""",
    "q-bio": "BM CB GN MN NC OT PE QM SC TO",
    "q-fin": "CP EC GN MF PM PR RM ST TR",
    "stat": "AP CO ME ML OT TH",
}
_ALIASES: Final = (
    ("cs.IT", "math.IT"),
    ("cs.NA", "math.NA"),
    ("cs.SY", "eess.SY"),
    ("math-ph", "math.MP"),
    ("math.ST", "stat.TH"),
    ("q-fin.EC", "econ.GN"),
)
ARCHIVES: Final = tuple(_ARCHIVES)
GROUPS: Final = tuple(dict.fromkeys(group for group, _ in _ARCHIVES.values()))
_OTHER_NAMES: Final = dict(_ALIASES) | {second: first for first, second in _ALIASES}


class UnknownSpec(ValueError):
    """No archive or category has that name; the text is the one arXiv prints."""


def categories(archive: str) -> tuple[str, ...]:
    """The categories of an archive, itself where it has none."""
    codes = _CODES.get(archive, "").split()
    return tuple(f"{archive}.{code}" for code in codes) or (archive,)


def name(category: str) -> str:
    """A name in words: the archive's, and its code where the archive has many."""
    archive, _, code = category.partition(".")
    words = _ARCHIVES[archive][1] if archive in _ARCHIVES else archive
    return f"{words} ({code})" if code else words


def set_spec(category: str) -> str:
    """The OAI set of a category: three levels, two where the archive has no categories.

    Archives that were given up long ago (``chao-dyn``) stand in the group of physics.
    """
    archive, _, code = category.partition(".")
    group = _ARCHIVES[archive][0] if archive in _ARCHIVES else "physics"
    return f"{group}:{archive}:{code}" if code else f"{group}:{archive}"


def sets() -> list[tuple[str, str]]:
    """Every set with its name in the order of ListSets: groups, archives, categories.

    An archive that is its own category is named twice, as the real list names it.
    """
    groups = [(group, name(group)) for group in GROUPS]
    archives = [(f"{group}:{archive}", words) for archive, (group, words) in _ARCHIVES.items()]
    third = [(set_spec(one), name(one)) for archive in ARCHIVES for one in categories(archive)]
    return groups + archives + third


def with_other_names(given: Iterable[str]) -> frozenset[str]:
    """Categories together with the other names they go by (``math.MP`` is ``math-ph``)."""
    given = set(given)
    return frozenset(given | {_OTHER_NAMES[one] for one in given if one in _OTHER_NAMES})


def asked_for(spec: str) -> frozenset[str]:
    """The categories of a feed's name (``cs.CL+stat``). Raises UnknownSpec."""
    found: set[str] = set()
    for part in spec.split("+"):
        archive, dot, code = part.strip().partition(".")
        archive = archive.lower()
        if archive not in _ARCHIVES:
            valid = ", ".join(ARCHIVES)
            raise UnknownSpec(f"Bad archive '{archive}'. Valid archive names are: {valid}.")
        of_archive = {one.lower(): one for one in categories(archive)}
        if dot and f"{archive}.{code.lower()}" not in of_archive:
            valid = ", ".join(of_archive.values())
            raise UnknownSpec(
                f"Bad subject class '{code}'. Valid subject classes for the archive"
                f" '{archive}' are: {valid}."
            )
        if dot:
            found.add(of_archive[f"{archive}.{code.lower()}"])
        else:  # with what was filed under the archive itself, before it had categories
            found |= {archive, *of_archive.values()}
    return with_other_names(found)
