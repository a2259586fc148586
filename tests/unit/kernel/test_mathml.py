"""Titles and abstracts as HTML and as plain text: formulas, accents, marks, hostile input."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.kernel import mathml
from broadsheet.kernel.mathml import html, plain

VOID = {"mspace", "mprescripts", "wbr"}
PLAIN_ELEMENTS = {"em", "mark", "code", "wbr"}
ATTRIBUTES = mathml._ATTRIBUTES | {"class"}


class Strict(HTMLParser):
    """Balanced elements of our list with attributes of our list, or it raises."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag, attrs):
        assert tag in mathml._ELEMENTS | PLAIN_ELEMENTS, tag
        for name, value in attrs:
            assert name in ATTRIBUTES, name
            assert name != "class" or value == "tex"
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        assert tag in VOID or self.open.pop() == tag

    def handle_data(self, data):
        self.text += data

    def handle_comment(self, data):
        raise AssertionError(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


def read(markup: str) -> str:
    """The text of strictly allowed markup."""
    parser = Strict()
    parser.feed(markup)
    parser.close()
    assert not parser.open
    return parser.text


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("Plain words", "Plain words"),
        ("R&D <b>", "R&D <b>"),
        (r"Gr\"onwall and Kat\v{e}tov", "Grönwall and Katětov"),
        (r"Erd\H{o}s, \O{}rsted, \L ukasz, stra\ss e", "Erdős, Ørsted, Łukasz, straße"),
        (r"na\"{\i}ve \c{c}a", "naïve ça"),
        (r"95\% of A\&B in file\_name", "95% of A&B in file_name"),
        ("``quoted'' and `single'", "“quoted” and ‘single'"),
        ("pages 3--7 --- no", "pages 3–7 — no"),
        ("the option --help", "the option --help"),
        ("Fig.~1, about ~10", "Fig. 1, about ~10"),
        (r"as shown \cite{a,b}, and~\citep[p.~3]{c}.", "as shown, and."),
        (r"\emph{in vivo} and {\it a priori}", "in vivo and a priori"),
        (r"\textbf{R}etrieval of {DNA} in {0, 1}", "Retrieval of DNA in {0, 1}"),
        (r"see \href{https://a.example}{our page}", "see our page"),
        (r"at \url{https://a.example/b\_c}", "at https://a.example/b_c"),
        (r"10^{-3} and \textsuperscript{13}C", "10⁻³ and ¹³C"),
        (r"an \alpha particle, \unknown{x}", r"an α particle, \unknown{x}"),
        ("it costs $5 here and then $10 there", "it costs $5 here and then $10 there"),
        ("an open { and $ and \\", "an open { and $ and \\"),
    ],
)
def test_prose_with_tex_reads_as_it_was_meant(source, said):
    assert read(html(source)).replace("\xa0", " ") == said
    assert plain(source) == said


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (r"$\mathbb{R}^{n}$", "ℝⁿ"),
        (r"$x_{ij}^{2}$", "xᵢⱼ²"),
        (r"$\frac{-b \pm \sqrt{b^2-4ac}}{2a}$", "(-b ±√(b²-4ac))/2a"),
        (r"\(O(n \log n)\)", "O(n log n)"),
        (r"$e^{i\pi}$", "e^(iπ)"),
        (r"$\widetilde{O}(\sqrt{T})$", "Õ(√T)"),
        (r"H$_2$O", "H₂O"),
    ],
)
def test_a_formula_reads_in_plain_unicode(source, said):
    assert plain(source) == said


def test_formulas_become_mathml():
    assert html("$x^2$") == "<math><msup><mi>x</mi><mn>2</mn></msup></math>"
    assert html(r"\[y\]") == html("$$y$$") == '<math display="block"><mi>y</mi></math>'


def test_names_of_several_letters_stand_upright():
    assert '<mi mathvariant="normal">log</mi>' in html(r"$\log x$")


def test_a_formula_holds_on_to_the_letters_it_touches():
    assert html("H$_2$O").startswith("H\u2060<math>")
    assert html("H$_2$O").endswith("</math>\u2060O")


def test_a_long_formula_may_break_after_a_relation():
    assert "</mo></math><wbr><math>" in html("$abcdefghijk = lmnopqrstuvw$")
    assert "<wbr>" not in html("$a = b$")


@pytest.mark.parametrize("source", [r"\owncommand{x}", r"\frac{1}", "x" * 2_001, "a & b", "{x"])
def test_a_formula_that_cannot_be_read_shows_its_source(source):
    assert read(html(f"${source}$")) == source
    assert html(f"${source}$").startswith('<code class="tex">')


@pytest.mark.parametrize(
    "source",
    [
        r"\text{<script>alert(1)</script>}",
        r"\href{javascript:alert(1)}{x}",
        r"\style{color:red}{x}",
        r"\class{a}{b}",
        r"\color{red}{x}",
        r"\hspace{-99em}x",
        r"\begin{equation}x\label{q}\end{equation}",
        r"\text{\textsc{a}\texttt{b}}",
        r"\def\x{\x\x}\x",
        r'\text{" onload="x}',
        "<img src=x onerror=alert(1)>",
        "\\sqrt{" * 333,
        "{" * 900 + "x" + "}" * 900,
        "\ud800",
        "</math><script>",
    ],
)
def test_hostile_formulas_stay_within_the_list(source):
    for markup in (html(f"${source}$"), html(source), html(f"$${source}$$")):
        encoded = markup.encode("utf-8", "replace").decode()
        read(encoded)
        assert not re.search(r"<(?:script|img|a|span)\b|<[^<>]*\s(?:style|href|on\w+)=", encoded)


def test_marks_wrap_the_characters_they_name():
    assert html("a bc d", ((2, 4),)) == "a <mark>bc</mark> d"


def test_marks_take_accents_and_formulas_whole_and_join_where_they_meet():
    source = r"The Gr\"onwall $x^2$ lemma"
    formula = html("$x^2$")

    assert html(source, ((4, 8),)) == f"The <mark>Grö</mark>nwall {formula} lemma"
    assert html(source, ((17, 18),)) == f"The Grönwall <mark>{formula}</mark> lemma"
    assert html("abcd", ((0, 2), (1, 3), (3, 4), (9, 12), (2, 2))) == "<mark>abcd</mark>"


def test_marks_close_before_emphasis_ends():
    assert html(r"\emph{ab} c", ((6, 11),)) == "<em><mark>ab</mark></em><mark> c</mark>"


tex = st.text(
    st.sampled_from("ab $\\{}()[]^_~`'\"-<>&%") | st.characters(codec="utf-8"), max_size=60
)
spans = st.lists(st.tuples(st.integers(-3, 70), st.integers(-3, 70)), max_size=4)


@settings(max_examples=400, deadline=None)
@given(tex, spans)
def test_whatever_comes_in_the_markup_is_balanced_and_of_the_list(text, marks):
    read(html(text, marks))


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_characters="\\$`~{}-\r"), max_size=60), spans)
def test_text_without_tex_comes_back_whole_marked_or_not(text, marks):
    assert read(html(text, marks)) == text == plain(text)


@settings(max_examples=200, deadline=None)
@given(tex)
def test_plain_text_never_fails(text):
    assert isinstance(plain(text), str)
