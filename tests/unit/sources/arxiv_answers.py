"""Small answers of arXiv's services, in the shape of the real ones."""

OAI = """<?xml version="1.0" encoding="UTF-8"?>
<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/" \
xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <responseDate>2026-04-10T03:10:00Z</responseDate>
  <request verb="{verb}">https://oaipmh.arxiv.org/oai</request>
  {inside}
</OAI-PMH>"""

RECORD = """<record>
  <header>{header}</header>
  <metadata>
    <{tag} xmlns="http://arxiv.org/OAI/{tag}/">{told}</{tag}>
  </metadata>
</record>"""

AUTHORS = (
    "<authors><author><keyname>Comb</keyname><forenames>Ada M.</forenames><suffix>Jr</suffix>"
    "<affiliation>Hive</affiliation></author><author><keyname>:</keyname></author>"
    "<author><keyname>The Pond Group</keyname></author></authors>"
)


def oai(*records, token=None, verb="ListRecords"):
    inside = "".join(records)
    if token is not None:
        inside += f"<resumptionToken expirationDate='x'>{token}</resumptionToken>"
    return OAI.format(verb=verb, inside=f"<{verb}>{inside}</{verb}>").encode()


def failed(code, said="Reason"):
    return OAI.format(verb="ListRecords", inside=f"<error code='{code}'>{said}</error>").encode()


def header(number, day, *sets):
    specs = "".join(f"<setSpec>{spec}</setSpec>" for spec in sets or ("cs:cs:CL",))
    return f"<identifier>oai:arXiv.org:{number}</identifier><datestamp>{day}</datestamp>{specs}"


def headers(*lines, token=None):
    told = "".join(f"<header>{header(*line)}</header>" for line in lines)
    return oai(told, token=token, verb="ListIdentifiers")


def told(**facts):
    """Elements of these names; a name with an underscore stands for one with a hyphen."""
    found = ""
    for name, value in facts.items():
        tag = name if ":" in name else name.replace("_", "-")
        if value is not None:
            found += value if name == "authors" else f"<{tag}>{value}</{tag}>"
    return found


def record(number="2604.00010", datestamp="2026-04-02", **facts):
    """One record in the format arXiv."""
    usual = {
        "id": number,
        "created": "2026-04-01",
        "updated": datestamp,
        "authors": AUTHORS,
        "title": "How Bees\n  Count",
        "categories": "q-bio.NC cs.AI",
        "abstract": "  Bees &amp; wasps\ncount $\\le 4$.",
    }
    return RECORD.format(
        header=header(number, datestamp), tag="arXiv", told=told(**(usual | facts))
    )


def raw_record(number="2604.00010", datestamp="2026-04-02", versions=None, **facts):
    """One record in the format arXivRaw; versions are (date, source type)."""
    versions = versions or [("Wed, 01 Apr 2026 22:30:00 GMT", "")]
    listed = "".join(
        f'<version version="v{n}"><date>{day}</date><size>9kb</size>'
        + (f"<source_type>{kind}</source_type>" if kind else "")
        + "</version>"
        for n, (day, kind) in enumerate(versions, start=1)
    )
    usual = {
        "id": number,
        "submitter": "Secret Person",
        "title": "How Bees Count",
        "categories": "q-bio.NC cs.AI",
        "abstract": "Bees count.",
    }
    authors = facts.pop("authors", r"Jos\'e Comb (Hive, Spain) and B. Honey")
    inside = told(**(usual | facts)) + listed + f"<authors>{authors}</authors>"
    return RECORD.format(header=header(number, datestamp), tag="arXivRaw", told=inside)


def item(
    number="2604.00010", kind="new", day="Thu, 02 Apr 2026 00:00:00 -0400", version=1, **facts
):
    """One item of an announcement feed, RSS."""
    usual = {
        "title": "How Bees Count",
        "description": f"arXiv:{number}v{version} Announce Type: {kind} \nAbstract: Bees count.",
        "guid": f"oai:arXiv.org:{number}v{version}",
        "category": "q-bio.NC</category><category>cs.AI",
        "pubDate": day,
        "arxiv:announce_type": kind,
        "dc:creator": "Ada Comb, B. Honey (Hive, Spain)",
    }
    return f"<item>{told(**(usual | facts))}</item>"


def rss(*items, title="cs.AI updates on arXiv.org", day="Thu, 02 Apr 2026 00:00:00 -0400", said=""):
    return f"""<?xml version='1.0' encoding='UTF-8'?>
<rss xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/" \
version="2.0"><channel><title>{title}</title><description>{said}</description>\
<pubDate>{day}</pubDate>{"".join(items)}</channel></rss>""".encode()


def entry(number="2604.00010", version=1, updated="2026-04-01T22:30:00Z", **facts):
    """One entry of an answer of the query service."""
    usual = {
        "id": f"http://arxiv.org/abs/{number}v{version}",
        "title": "How Bees Count",
        "updated": updated,
        "published": "2026-04-01T22:30:00Z",
        "summary": "Bees count.",
    }
    return (
        f'<entry>{told(**(usual | facts))}<category term="cs.AI"/><category term="q-bio.NC"/>'
        '<arxiv:primary_category term="q-bio.NC"/><author><name>Ada Comb</name>'
        "<arxiv:affiliation>Hive</arxiv:affiliation></author></entry>"
    )


def query(*entries, total=None):
    total = len(entries) if total is None else total
    return f"""<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" \
xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns="http://www.w3.org/2005/Atom">
<title>arXiv Query</title><opensearch:totalResults>{total}</opensearch:totalResults>
{"".join(entries)}</feed>""".encode()


ERROR = (
    "<entry><id>https://arxiv.org/api/errors#x</id><title>Error</title>"
    "<summary>incorrect id format for abc</summary></entry>"
)
