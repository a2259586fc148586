"""Ten recorded records of each live kind, each field as a person reads it in the file.

Reference files and feeds of journals have such tables of their own, beside their parsers.
"""

import json

import pytest
from tests.unit.sources.test_github import Repositories, ask

from broadsheet.sources.contract import Record
from broadsheet.sources.registry import SOURCES

METADATA, ONE = "arxiv_oai/arXiv_fmt/hepcrawl_", "arxiv_oai/arXiv_fmt/hepcrawl_sample_arxiv_record"
RAW, PAGE = "arxiv_oai/arXivRaw/getrecord_1810.09584.xml", (
    "arxiv_oai/server_output/ListRecords_arXivRaw_page1.xml"
)  # fmt: skip
ATOM, MANY = "arxiv_rss/atom_cs.AI_2025-08-20.xml", (
    "arxiv_rss/server_output/rss_many_2011-02-03.xml"
)  # fmt: skip
ICSTW = (
    "Artificial Intelligence in Software Testing @ 2022 IEEE International Conference on Software"
    " Testing, Verification and Validation Workshops (ICSTW)"
)
CL, ACL = "Computational Linguistics, Volume 15, Number", (
    "Proceedings of the 60th Annual Meeting of the Association for Computational Linguistics"
    " (Volume 1: Long Papers)"
)  # fmt: skip
LREC = (
    "Proceedings of the Fifth International Conference on Language Resources and Evaluation"
    " (LREC’06)"
)
NALOMA = "Proceedings of the 3rd Natural Logic Meets Machine Learning Workshop (NALOMA III)"

# file, place in it: number, title, first and last author and how many, published, updated,
# categories, DOIs, journal reference
METADATA_READ = {
    (f"{ONE}0.xml", 0): (
        "1601.03238", "Irreversible degradation of quantum coherence under relativistic motion",
        ("Planck Collaboration", "Heng Fan", 5), "2016-01-13", "",
        "quant-ph gr-qc hep-th chao-dyn nlin.CD",
        "10.1103/physrevd.93.016005 10.1103/physrevd.98.079901 10.1103/physrevd.98.079903",
        "Phys.Rev. D93 (2015) 016005",
    ),
    (f"{ONE}1.xml", 0): (
        "1512.07978", "Neutrino Physics and Astrophysics with IceCube",
        (("Teresa Maria Montaruli for the IceCube Collaboration",) * 2 + (1,)), "2015-12-25", "",
        "astro-ph.HE", "", "",
    ),
    (f"{ONE}2.xml", 0): (
        "1603.00997",
        "Axial U(1) symmetry in the chiral symmetric phase of 2-flavor QCD at finite temperature",
        (("Sinya for JLQCD Collaboration",) * 2 + (1,)), "2016-03-03", "", "hep-lat nucl-th", "",
        "PoS(CD15) (2015) 045",
    ),
    (f"{ONE}3.xml", 0): (
        "1603.01251", "An Intermediate Water Cherenkov Detector at J-PARC",
        ("Mark Scott for the NuPRISM", "Hyper-K collaborations", 2), "2016-03-03", "",
        "physics.ins-det hep-ex", "", "",
    ),
    (f"{ONE}5.xml", 0): (
        "1604.05585", "Astrophysical components from Planck maps",
        ("Günter Burigana", "Paolo Natoli", 5), "2016-04-19", "", "astro-ph.GA astro-ph.CO", "", "",
    ),
    (f"{ONE}6.xml", 0): (
        "1606.06775", ("The Evolution of Active Galactic Nuclei in Clusters of Galaxies from the"
        " Dark Energy Survey"), ("E. Bufanda", "for the DES Collaboration", 3), "2016-06-21", "",
        "astro-ph.HE astro-ph.GA", "", "",
    ),
    (f"{ONE}7.xml", 0): (
        "1606.07066",
        "Dark matter concentrations in galactic nuclei according to polytropic models",
        ("Curtis J. Saxton Walton", "Kinwah Wu", 3), "2016-06-22", "",
        "astro-ph.GA astro-ph.CO astro-ph.HE gr-qc", "", "",
    ),
    (f"{METADATA}arxiv-single.xml", 0): (
        "1401.2122", "New integrable (3+1)-dimensional systems and contact geometry",
        ("A. Sergyeyev", "A. Sergyeyev", 1), "2014-01-09", "2017-10-23",
        "math.AP hep-th math-ph math.DG math.MP nlin.SI", "10.1007/s11005-017-1013-4",
        "Lett. Math. Phys. 108 (2018), no. 2, 359-376",
    ),
    (f"{METADATA}arxiv-physics-hep-th.xml", 0): (
        "1412.8323",
        "Toolbox for reconstructing quantum theory from rules on information acquisition",
        ("Philipp A Hoehn", "Philipp A Hoehn", 1), "2014-12-29", "2017-12-13",
        "quant-ph gr-qc hep-th math-ph math.MP physics.hist-ph", "", "",
    ),
    (f"{ONE}.xml", 0): (
        "1601.03238", "Irreversible degradation of quantum coherence under relativistic motion",
        ("Planck Collaboration", "Heng Fan", 5), "2016-01-13", "", "quant-ph gr-qc hep-th",
        "10.1103/physrevd.93.016005", "",
    ),
}  # fmt: skip

# the same, with version and whether it is withdrawn behind
VERSIONS_READ = {
    (RAW, 0): (
        "1810.09584", "Martingale theory for housekeeping heat",
        ("Raphael Chetrite", "Édgar Roldán", 4), "2018-10-22", "2019-01-13",
        "cond-mat.stat-mech physics.bio-ph physics.data-an", "10.1209/0295-5075/124/60006",
        "EPL 124,60006 (2018)", 2, False,
    ),
    (PAGE, 0): (
        "chao-dyn/9510015", "Estimating the Attractor Dimension of the Equatorial Weather System",
        ("Melvin Leok Boon Tiong", "Melvin Leok Boon Tiong", 1), "1995-10-25", "",
        "chao-dyn ao-sci nlin.CD", "", "", 1, False,
    ),
    (PAGE, 1): (
        "hep-th/9901002",
        "Exact Absorption Probability in the Extremal Six-Dimensional Dyonic String Background",
        ("M. Cvetic", "T.A Tran", 4), "1999-01-04", "", "hep-th", "10.1103/physrevd.59.126002",
        "Phys.Rev.D59:126002,1999", 1, False,
    ),
    (PAGE, 2): (
        "0704.0046", "A limit relation for entropy and channel capacity per unit cost",
        ("I. Csiszar", "D. Petz", 3), "2007-04-01", "", "quant-ph cs.IT math.IT",
        "10.1063/1.2779138", "J. Math. Phys. 48(2007), 092102.", 1, False,
    ),
    (PAGE, 3): (
        "1008.3222",
        "Proofs for an Abstraction of Continuous Dynamical Systems Utilizing Lyapunov Functions",
        ("Christoffer Sloth", "Rafael Wisniewski", 2), "2010-08-19", "", "cs.SY", "", "", 1, False,
    ),
    (PAGE, 4): (
        "0811.2813", "AdS_4 x CP^3 superstring and D=3 N=6 superconformal symmetry",
        ("D.V. Uvarov", "D.V. Uvarov", 1), "2008-11-18", "2011-02-02", "hep-th",
        "10.1103/physrevd.79.106007", "Phys.Rev.D79:106007,2009", 5, False,
    ),
    (PAGE, 5): (
        "0901.0022", "Concerning the Wave equation on Asymptotically Euclidean Manifolds",
        ("Christopher D. Sogge", "Chengbo Wang", 2), "2008-12-30", "2010-10-25", "math.AP",
        "10.1007/s11854-010-0023-2", "Journal d'Analyse Mathematique, 112(2010), No. 1, 1-32", 4,
        False,
    ),
    (PAGE, 6): (
        "0901.3666", "A stochastic version of the Eigen model",
        ("Fabio Musso", "Fabio Musso", 1), "2009-01-23", "2011-02-02", "q-bio.PE", "", "", 3, True,
    ),
    (PAGE, 7): (
        "0903.0442", ("An analytical application of Niedermayer's algorithm to the Edwards-Anderson"
        " model: analytical results for the multicritical point on the Nishimori line"),
        ("Chiaki Yamaguchi", "Chiaki Yamaguchi", 1), "2009-03-03", "2011-02-02",
        "cond-mat.dis-nn cond-mat.stat-mech", "", "", 5, True,
    ),
    (PAGE, 8): (
        "0903.4542", "Maximum Entropy Distributions Inferred from Option Portfolios on an Asset",
        ("C. Neri", "L. Schneider", 2), "2009-03-26", "2011-02-02", "q-fin.PR", "", "", 3, False,
    ),
}  # fmt: skip

# number, title, first and last author and how many, categories, DOIs, journal reference, version,
# day and kind of the announcement
FEED_READ = {
    (ATOM, 0): (
        "2508.13426", ("ALIGN: Word Association Learning for Cross-Cultural Generalization in Large"
        " Language Models"), ("Chunhua Liu", "Sukai Huang", 3), "cs.CL cs.AI", "", "", 1,
        "2025-08-20 cross",
    ),
    (ATOM, 1): (
        "2508.13428", "Mitigating Easy Option Bias in Multiple-Choice Question Answering",
        ("Hao Zhang", "Basura Fernando", 3), "cs.CV cs.AI cs.MM", "", "", 1, "2025-08-20 cross",
    ),
    (ATOM, 2): (
        "2508.13429", "AlphaX: An AI-Based Value Investing Strategy for the Brazilian Stock Market",
        ("Paulo André Lima de Castro", "Paulo André Lima de Castro", 1), "q-fin.CP cs.AI", "", "",
        1, "2025-08-20 cross",
    ),
    (ATOM, 3): (
        "2508.13434", "EventTSF: Event-Aware Non-Stationary Time Series Forecasting",
        ("Yunfeng Ge", "Shirui Pan", 7), "cs.LG cs.AI", "", "", 1, "2025-08-20 cross",
    ),
    (ATOM, 5): (
        "2508.14001", "Neural Architecture Search for Efficient Transformers",
        ("Alice Smith", "Bob Jones", 2), "cs.AI cs.LG", "", "", 1, "2025-08-20 new",
    ),
    (MANY, 0): (
        "0704.0046", "A limit relation for entropy and channel capacity per unit cost",
        ("I. Csiszar", "D. Petz", 3), "quant-ph cs.IT math.IT", "10.1063/1.2779138",
        "J. Math. Phys. 48(2007), 092102.", 1, "2011-02-03 new",
    ),
    (MANY, 1): (
        "0906.3421", "Q-system Cluster Algebras, Paths and Total Positivity",
        ("P. Di Francesco", "R. Kedem", 2), "math.CO cond-mat.stat-mech math-ph math.MP", "", "", 2,
        "2011-02-03 new",
    ),
    (MANY, 2): (
        "1008.3222",
        "Proofs for an Abstraction of Continuous Dynamical Systems Utilizing Lyapunov Functions",
        ("Christoffer Sloth", "Rafael Wisniewski", 2), "cs.SY", "", "", 1, "2011-02-03 new",
    ),
    (MANY, 3): (
        "0906.2112", "Symmetric roots and admissible pairing",
        ("Robin de Jong", "Robin de Jong", 1), "math.AG math.NT", "", "", 3, "2011-02-03 cross",
    ),
    (MANY, 4): (
        "0704.0248", ("A Rigorous Time-Domain Analysis of Full--Wave Electromagnetic Cloaking"
        " (Invisibility)"), ("Ricardo Weder", "Ricardo Weder", 1), "physics.optics math-ph math.MP",
        "", "", 2, "2011-02-03 replace",
    ),
}  # fmt: skip

# as of the metadata, with the version behind
API_READ = {
    ("arxiv_atom/q_transformer_2026.200.xml", 0): (
        "2606.13677", "Mana: Dexterous Manipulation of Articulated Tools",
        ("Zhao-Heng Yin", "C. Karen Liu", 4), "2026-06-11", "", "cs.RO cs.AI cs.CV cs.LG", "", "",
        1,
    ),
    ("arxiv_atom/q_transformer_2026.200.xml", 1): (
        "2606.13591", "Multiagent Protocols with Aggregated Confidence Signals",
        ("Ali Elahi", "Barbara Di Eugenio", 2), "2026-06-11", "", "cs.AI cs.LG cs.MA", "", "", 1,
    ),
    ("arxiv_atom/q_transformer_2026.200.xml", 2): (
        "2606.13568", "Adjusted Cup-Product Neural Layer",
        ("Snigdha Chandan Khilar", "Snigdha Chandan Khilar", 1), "2026-06-11", "", "cs.LG math-ph",
        "", "", 1,
    ),
    ("arxiv_atom/id_1605.08386_s0_m100.200.xml", 0): (
        "1605.08386", "Heat-bath random walks with Markov bases",
        ("Caprice Stanley", "Tobias Windisch", 2), "2016-05-26", "", "math.CO math.ST", "", "", 1,
    ),
    ("arxiv_atom/id_1707.08567_s0_m100.200.xml", 0): (
        "1707.08567",
        "Proceedings of Workshop AEW10: Concepts in Information Theory and Communications",
        ("Kees A. Schouhamer Immink", "Hirosuke Yamamoto", 34), "2017-07-27", "", "cs.IT", "", "",
        1,
    ),
    ("arxiv_atom/id_2104.12255v1_s0_m100.200.xml", 0): (
        "2104.12255", "0", ("Quan Thoi Minh Nguyen", "Quan Thoi Minh Nguyen", 1), "2021-04-20", "",
        "cs.CR", "", "", 1,
    ),
    ("arxiv_atom/id_astro-ph_0601001_s0_m100.200.xml", 0): (
        "astro-ph/0601001", ("Frequency of Hot Jupiters and Very Hot Jupiters from the OGLE-III"
        " Transit Surveys Toward the Galactic Bulge and Carina"),
        ("Andrew Gould", "Andrzej Udalski", 4), "2006-01-02", "", "astro-ph", "",
        "ActaAstron.56:1-50,2006", 1,
    ),
    ("arxiv_atom/id_quant-ph_0201082v1_s0_m100.200.xml", 0): (
        "quant-ph/0201082", ("Quantum Computers and Quantum Computer Languages: Quantum Assembly"
        " Language and Quantum C Language"), ("Stephen Blaha", "Stephen Blaha", 1), "2002-01-18",
        "", "quant-ph cs.PL", "", "", 1,
    ),
    ("arxiv_atom/q_testing_s0_m10.200.xml", 0): (
        "2202.12139", ("Testing Deep Learning Models: A First Comparative Study of Multiple Testing"
        " Techniques"), ("Mohit Kumar Ahuja", "Helge Spieker", 3), "2022-02-24", "", "cs.SE cs.LG",
        "10.1109/icstw55395.2022.00035", ICSTW, 1,
    ),
    ("arxiv_atom/q_testing_s0_m10.200.xml", 1): (  # its own names are garbled upstream
        "2405.13786", "Towards Explainable Test Case Prioritisation with Learning-to-Rank Models",
        ("Aurora RamÃ\u00adrez", "Robert Feldt", 4), "2024-05-22", "", "cs.SE cs.AI",
        "10.1109/icstw58534.2023.00023",
        ("Proc. 2023 IEEE International Conference on Software Testing, Verification and Validation"
        " Workshops (ICSTW), pp. 66-69"), 1,
    ),
}  # fmt: skip

# number, title, first author and how many, published, votes, comments, stars, rank, code
DAILY_READ = {
    ("2024-06-05", 0): (
        "2406.02430", "Seed-TTS: A Family of High-Quality Versatile Speech Generation Models",
        "Philip Anastassiou", 46, "2024-06-04", 13, 1, None, "",
    ),
    ("2024-06-05", 3): (
        "2406.02507", "Guiding a Diffusion Model with a Bad Version of Itself", "Tero Karras", 6,
        "2024-06-04", 8, 0, None, "",
    ),
    ("2024-06-05", 7): (
        "2406.02509", "CamCo: Camera-Controllable 3D-Consistent Image-to-Video Generation",
        "Dejia Xu", 7, "2024-06-04", 3, 1, None, "",
    ),
    ("2025-07-01", 0): (
        "2506.23044", "Ovis-U1 Technical Report", "Guo-Hua Wang", 12, "2025-06-29", 36, 2, 150,
        "https://github.com/AIDC-AI/Ovis-U1",
    ),
    ("2025-07-01", 3): (
        "2506.24119", ("SPIRAL: Self-Play on Zero-Sum Games Incentivizes Reasoning via Multi-Agent"
        " Multi-Turn Reinforcement Learning"), "Bo Liu", 12, "2025-06-30", 17, 1, 19,
        "https://github.com/spiral-rl/spiral",
    ),
    ("2025-07-01", 5): (
        "2506.17930", "Evolving Prompts In-Context: An Open-ended, Self-replicating Perspective",
        "Jianyu Wang", 3, "2025-06-22", 12, 2, None, "",
    ),
    ("2026-08-14", 0): (
        "2608.13546", "Alaya-EVOKE: From Linear-Scaling Supervision to Endless World",
        "Yuanyang Yin", 6, "2026-08-13", 81, 1, None, "",
    ),
    ("2026-08-14", 4): (
        "2608.13505", "Intern-S2-Preview: Scientific Agentic Foundation Model", "Lei Bai", 125,
        "2026-08-13", 40, 0, None, "",
    ),
    ("2026-08-14", 9): (
        "2608.12149", ("Massive Activations in Hybrid Linear Attention Large Language Models:"
        " Pre-Attention Spikes and Inter-Spike Plateaus"), "Zunhai Su", 11, "2026-08-12", 15, 2, 5,
        "https://github.com/StartluxLabs/Massive-Activations-HLA",
    ),
    ("2026-08-14", 14): (
        "2608.12313", "AVA-Encoder: Towards Agent-Native Video Representation Learning",
        "Chuyue Li", 10, "2026-08-12", 5, 1, None, "",
    ),
}  # fmt: skip

# number, title, first and last author and how many, published, DOI, pages, venue, code
ANTHOLOGY_READ = {
    ("J89.xml", 0): (
        "J89-1001", "Parsing with Flexibility, Dynamic Strategies, and Idioms in Mind",
        ("Oliviero Stock", "Oliviero Stock", 1), "1989", "", "pages 1-18", f"{CL} 1, March 1989",
        "",
    ),
    ("J89.xml", 1): (
        "J89-1002", "Syntactic Graphs: A Representation for the Union of All Ambiguous Parse Trees",
        ("Jungyun Seo", "Robert F. Simmons", 2), "1989", "", "pages 19-32", f"{CL} 1, March 1989",
        "",
    ),
    ("J89.xml", 5): (
        "J89-1006", "Book Reviews: The Vastness of Natural Languages",
        ("James V. Rauff", "James V. Rauff", 1), "1989", "", "", f"{CL} 1, March 1989", "",
    ),
    ("J89.xml", 20): (
        "J89-2007", "Book Reviews: Remnants of Meaning",
        ("Morena Danieli", "Morena Danieli", 1), "1989", "", "", f"{CL} 2, June 1989", "",
    ),
    ("L06.xml", 0): (
        "L06-1001", "DanPASS - A Danish Phonetically Annotated Spontaneous Speech Corpus",
        ("Nina Grønnum", "Nina Grønnum", 1), "2006-05", "", "", LREC, "",
    ),
    ("L06.xml", 1): (
        "L06-1060", "SParseval: Evaluation Metrics for Parsing Speech",
        ("Brian Roark", "Lisa Yung", 15), "2006-05", "", "", LREC, "",
    ),
    ("2022.naloma.xml", 1): (
        "2022.naloma-1.2",
        "Classification Systems: Combining taxonomical and perceptual lexical meaning",
        ("Bill Noble", "Robin Cooper", 3), "2022-08", "", "pages 11–16", NALOMA, "",
    ),
    ("2022.naloma.xml", 2): (
        "2022.naloma-1.3", "Learning Knowledge with Neural DTS",
        ("Daisuke Bekki", "Yuta Takahashi", 3), "2022-08", "", "pages 17–25", NALOMA, "",
    ),
    ("2022.acl.xml.zst", 0): (
        "2022.acl-long.1", "AdapLeR: Speeding up Inference by Adaptive Length Reduction",
        ("Ali Modarressi", "Mohammad Taher Pilehvar", 3), "2022-05",
        "10.18653/v1/2022.acl-long.1", "pages 1-15", ACL, "https://github.com/amodaresi/adapler",
    ),
    ("2022.acl.xml.zst", 600): (
        "2022.acl-long.601", ("The Moral Debater: A Study on the Computational Generation of"
        " Morally Framed Arguments"), ("Milad Alshomary", "Henning Wachsmuth", 4), "2022-05",
        "10.18653/v1/2022.acl-long.601", "pages 8782-8797", ACL,
        "https://github.com/webis-de/acl-22",
    ),
}  # fmt: skip

STARS_READ = {
    "vccimaging/DeepLens": 677, "brandondube/prysm": 346, "joselado/pyqula": 141,
    "MLResearchAtOSRAM/tmm_fast": 94, "chaowentao/cv-arxiv-daily-old": 28,
    "YuzeHao2023/daily-arxiv-ai4chem": 28, "JaxLayerLumos/JaxLayerLumos": 27,
    "rudybear/lux": 25, "polyidoit/Arxiv-Quantum": 24, "ZhikangNiu/arxiv_daily": 23,
}  # fmt: skip


def record(shared, source, path, place):
    items = SOURCES[source].read(shared / "formats" / path)
    return [item for item in items if isinstance(item, Record)][place]


def people(said):
    return said.authors[0], said.authors[-1], said.n_authors


def dois(said):
    return " ".join(one.value for one in said.identifiers if one.scheme == "doi")


def facts(said):
    assert str(said.identifiers[0]) == f"arxiv:{said.source_id}"
    assert said.abstract
    return (
        said.source_id, said.title, people(said), said.published, said.updated,
        " ".join(said.categories), dois(said), said.journal_ref,
    )  # fmt: skip


@pytest.mark.parametrize(("path", "place"), METADATA_READ)
def test_metadata_of_arxiv(shared, path, place):
    said = record(shared, "arxiv_oai", path, place)
    assert facts(said) == METADATA_READ[path, place]


@pytest.mark.parametrize(("path", "place"), VERSIONS_READ)
def test_metadata_of_arxiv_with_versions(shared, path, place):
    said = record(shared, "arxiv_raw", path, place)
    assert (*facts(said), said.version, said.withdrawn) == VERSIONS_READ[path, place]


@pytest.mark.parametrize(("path", "place"), FEED_READ)
def test_announcements_of_arxiv(shared, path, place):
    said = record(shared, "arxiv_feed", path, place)
    [announced] = said.announcements
    assert (
        said.source_id, said.title, people(said), " ".join(said.categories), dois(said),
        said.journal_ref, said.version, f"{announced.day} {announced.kind}",
    ) == FEED_READ[path, place]  # fmt: skip


@pytest.mark.parametrize(("path", "place"), API_READ)
def test_answers_of_the_query_service(shared, path, place):
    said = record(shared, "arxiv_api", path, place)
    assert (*facts(said), said.version) == API_READ[path, place]


@pytest.mark.parametrize(("day", "place"), DAILY_READ)
def test_entries_of_the_daily_list(shared, day, place):
    said = record(shared, "hf_daily", f"hf_daily/single/{day}.json", place)
    counts = {signal.kind: signal.total for signal in said.signals}
    [announced] = said.announcements
    assert (str(announced.day), announced.rank) == (day, place + 1)
    assert (
        said.source_id, said.title, said.authors[0], said.n_authors, said.published,
        counts["votes"], counts["comments"], counts.get("stars"), said.code_url,
    ) == DAILY_READ[day, place]  # fmt: skip


@pytest.mark.parametrize(("name", "place"), ANTHOLOGY_READ)
def test_papers_of_the_anthology(shared, name, place):
    said = record(shared, "acl_xml", f"acl/xml_{name}", place)
    assert str(said.identifiers[0]) == f"acl:{said.source_id}"
    assert (
        said.source_id, said.title, people(said), said.published, dois(said), said.journal_ref,
        said.venue, said.code_url,
    ) == ANTHOLOGY_READ[name, place]  # fmt: skip


def test_stars_of_repositories(shared):
    lines = (shared / "formats/github/search_repositories_reduced.jsonl").read_text().splitlines()
    answers = {answer["full_name"]: answer for answer in map(json.loads, lines)}
    for name, stars in STARS_READ.items():
        client = Repositories(**{name.lower().replace("/", "__"): answers[name]})
        [said] = ask(client, f"{name} arxiv:2608.00001 A title").items
        assert [(one.kind, one.origin, one.total) for one in said.signals] == [
            ("stars", "github", stars)
        ]
