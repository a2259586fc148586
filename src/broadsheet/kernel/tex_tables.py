"""What TeX commands mean in Unicode: the tables behind ``tex``."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final


def _table(pairs: str) -> Mapping[str, str]:
    words = pairs.split()
    return MappingProxyType(dict(zip(words[::2], words[1::2], strict=True)))


SYMBOLS: Final[Mapping[str, str]] = MappingProxyType(
    {
        **_table(
            "alpha α beta β gamma γ delta δ epsilon ε varepsilon ε zeta ζ eta η theta θ vartheta ϑ"
            " iota ι kappa κ lambda λ mu μ nu ν xi ξ pi π varpi ϖ rho ρ varrho ϱ sigma σ varsigma ς"
            " tau τ upsilon υ phi φ varphi φ chi χ psi ψ omega ω Gamma Γ Delta Δ Theta Θ Lambda Λ"
            " Xi Ξ Pi Π Sigma Σ Upsilon Υ Phi Φ Psi Ψ Omega Ω"
            " times × cdot · cdots ⋯ pm ± mp ∓ div ÷ ast ∗ star ⋆ circ ∘ bullet • oplus ⊕ otimes ⊗"
            " odot ⊙ wedge ∧ vee ∨ cap ∩ cup ∪ setminus ∖ rtimes ⋊ ltimes ⋉"
            " le ≤ leq ≤ leqslant ≤ ge ≥ geq ≥ geqslant ≥ ll ≪ gg ≫ ne ≠ neq ≠ equiv ≡ approx ≈"
            " sim ∼ simeq ≃ cong ≅ propto ∝ lesssim ≲ gtrsim ≳ prec ≺ succ ≻ mid | parallel ∥"
            " perp ⊥ in ∈ notin ∉ ni ∋ subset ⊂ subseteq ⊆ supset ⊃ supseteq ⊇ emptyset ∅"
            " varnothing ∅ forall ∀ exists ∃ neg ¬ to → rightarrow → leftarrow ← Rightarrow ⇒"
            " Leftarrow ⇐ leftrightarrow ↔ Leftrightarrow ⇔ longrightarrow ⟶ mapsto ↦ iff ⇔"
            " hookrightarrow ↪ uparrow ↑ downarrow ↓"
            " infty ∞ partial ∂ nabla ∇ sum ∑ prod ∏ int ∫ oint ∮ hbar ℏ ell ℓ Re ℜ Im ℑ"
            " aleph ℵ wp ℘ angle ∠ triangle △ square □ Box □ dagger † ddagger ‡ prime ′ degree °"
            " deg ° textdegree ° langle ⟨ rangle ⟩ lceil ⌈ rceil ⌉ lfloor ⌊ rfloor ⌋ Vert ‖"
            " ldots … dots … textellipsis … textendash – textemdash — textquoteright ’"
            " textquoteleft ‘ textquotedblleft “ textquotedblright ” copyright © textcopyright ©"
            " textregistered ® texttrademark ™ texttimes × textmu µ pounds £ euro € S § P ¶"
            " textasciicircum ^ textasciitilde ~ textbackslash \\ textbar | textless <"
            " textgreater > textunderscore _ textdollar $ % % & & # # _ _ $ $ { { } } | ‖"
            " log log ln ln exp exp sin sin cos cos tan tan lim lim max max min min sup sup inf inf"
            " det det dim dim ker ker gcd gcd Pr Pr arg arg mod mod"
        ),
        **dict.fromkeys((" ", ",", ";", ":", "quad", "qquad", "\\", "\n", "newline", "space"), " "),
        **dict.fromkeys(("-", "/", "!", "@"), ""),
        "item": " • ",
    }
)
"""Commands that say one sign, in prose and in formulas."""

LETTERS: Final[Mapping[str, str]] = _table(
    "ss ß ae æ AE Æ oe œ OE Œ o ø O Ø aa å AA Å l ł L Ł i ı j ȷ dh ð DH Ð th þ TH Þ dj đ DJ Đ"
    " ng ŋ NG Ŋ"
)
"""Letters of names."""

ACCENTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        '"': "\u0308", "'": "\u0301", "`": "\u0300", "^": "\u0302", "~": "\u0303",
        "=": "\u0304", ".": "\u0307", "u": "\u0306", "v": "\u030c", "H": "\u030b",
        "t": "\u0361", "c": "\u0327", "d": "\u0323", "b": "\u0331", "k": "\u0328",
        "r": "\u030a",
    }
)  # fmt: skip
"""Accent commands, as the combining mark that follows the letter."""

SUPERSCRIPTS: Final = str.maketrans(
    "0123456789+-−=()aehijklmnoprstuvwxyzβγδθφχ∘′*∗",
    "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵃᵉʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᵝᵞᵟᶿᵠᵡ°′**",
)
SUBSCRIPTS: Final = str.maketrans(
    "0123456789+-−=()aehijklmnoprstuvxβγρφχ", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ"
)
