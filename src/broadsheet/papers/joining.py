"""Making two held papers one, and two again. The doors are in ``actions``."""

from datetime import datetime

from django.db.models import Q, QuerySet

from broadsheet.kernel.errors import NotFound, Refused
from broadsheet.kernel.identifiers import Identifier as Named
from broadsheet.kernel.identifiers import stored
from broadsheet.papers import history, rules
from broadsheet.papers.ingest import Absorption, free_key, taken_keys
from broadsheet.papers.likeness import Likeness
from broadsheet.papers.models import Identifier, Merge, NearMiss, Paper, Record
from broadsheet.papers.refresh import append_changes, read_again, refresh, said


def absorb(absorption: Absorption, now: datetime) -> None:
    """Make two held papers one.

    Nothing is done where the two are one already, hold different numbers of one archive, or
    are two by the word of a person, who is believed for good.
    """
    one, other = standing(absorption.one.pk), standing(absorption.other.pk)
    if one == other or rules.contradict(_named(one), _named(other)) or _are_refused(one, other):
        return
    join(one, other, absorption.why, now)


def join(one: Paper, other: Paper, why: Likeness, now: datetime) -> Paper:
    """Make two standing papers one: the older key stays, the other redirects to it."""
    kept, gone = sorted((one, other), key=lambda paper: (paper.added_at, paper.pk))
    moved = list(Record.objects.filter(paper=gone))
    for table in (Record, Identifier):
        table.objects.filter(paper=gone).update(paper=kept)
    history.write_again([kept.pk, gone.pk], now)
    Paper.objects.filter(Q(pk=gone.pk) | Q(merged_into=gone)).update(merged_into=kept)
    merge = Merge.objects.create(
        paper=kept,
        how=why.how,
        evidence=why.evidence,
        weak=why.weak,
        other_key=gone.key,
        at=now,
    )
    merge.records.set(moved)
    refresh([kept], now)
    append_changes([gone.pk, kept.pk], "merged", now)
    return kept


def standing(number: int) -> Paper:
    """The paper of this number, or the one it was merged into in the end."""
    paper = Paper.objects.get(pk=number)
    while paper.merged_into_id is not None:
        paper = Paper.objects.get(pk=paper.merged_into_id)
    return paper


def _named(paper: Paper) -> set[Named]:
    rows = Identifier.objects.filter(paper=paper)
    return {stored(scheme, value) for scheme, value in rows.values_list("scheme", "value")}


def _family(paper: Paper) -> list[int]:
    """The number of a standing paper and of all that were merged into it."""
    return [paper.pk, *Paper.objects.filter(merged_into=paper).values_list("pk", flat=True)]


def between(one: Paper, other: Paper) -> QuerySet[NearMiss]:
    """What is noted of these two standing papers, under whichever of their former keys."""
    ones, others = _family(one), _family(other)
    return NearMiss.objects.filter(
        Q(one__in=ones, other__in=others) | Q(one__in=others, other__in=ones)
    )


def _are_refused(one: Paper, other: Paper) -> bool:
    """Say whether a person parted these two, or said that they are two."""
    return between(one, other).filter(refused_at__isnull=False).exists()


def refuse(one: Paper, other: Paper, evidence: str, now: datetime) -> None:
    """Note for good that two standing papers are two."""
    if between(one, other).filter(refused_at=None).update(refused_at=now):
        return
    if _are_refused(one, other):
        return
    first, second = sorted((one.pk, other.pk))
    NearMiss.objects.create(
        one_id=first, other_id=second, evidence=evidence, found_at=now, refused_at=now
    )


def part(number: int, now: datetime) -> tuple[Paper, Paper]:
    """Undo a merge; gives the paper that stays and the new one. Raises as ``actions.split``."""
    merge = Merge.objects.filter(pk=number).first()
    if merge is None:
        raise NotFound(kind="merge", name=number)
    if merge.undone_at:
        reason = f"it was undone on {merge.undone_at:%Y-%m-%d}"
        raise Refused(what=f"Merge {number}", done="undone", reason=reason)
    kept = standing(merge.paper_id)
    names = set(merge.records.values_list("source", "source_id"))
    held = list(Record.objects.filter(paper=kept).order_by("seen_at", "turn", "pk"))
    moved = [record for record in held if (record.source, record.source_id) in names]
    if not moved:
        reason = "its records were parted from this paper before"
        raise Refused(what=f"Merge {number}", done="undone", reason=reason)
    if len(moved) == len(held):
        raise Refused(
            what=f"Merge {number}", done="undone", reason="the paper has no other records to keep"
        )
    new = _found(moved, now)
    _give_identifiers(kept, new)
    Paper.objects.filter(key__in=_keys_before(merge), merged_into=kept).update(merged_into=new)
    history.write_again([kept.pk, new.pk], now)
    refresh([kept], now)
    merge.undone_at = now
    merge.save(update_fields=["undone_at"])
    refuse(kept, new, merge.evidence, now)
    append_changes([kept.pk, new.pk], "split", now)
    return kept, new


def _found(moved: list[Record], now: datetime) -> Paper:
    """Found a paper of these records, oldest word first."""
    records = [read_again(record) for record in moved]
    wanted = rules.wanted_key(rules.believed_first(records)[0])
    key = free_key(wanted, taken_keys([wanted]))
    new = Paper.objects.create(key=key, added_at=now, changed_at=now, **rules.resolve(records))
    Record.objects.filter(pk__in=[record.pk for record in moved]).update(paper=new)
    return new


def _give_identifiers(kept: Paper, new: Paper) -> None:
    """Leave ``kept`` what its records name; give ``new`` what only its own do.

    A number that both name belongs to the one that has the archive's own word on it.
    """
    staying = said([kept.pk])[kept.pk]
    still = {named for record in staying for named in record.identifiers}
    own = {n for record in staying for n in record.identifiers if rules.is_own(n, record)}
    for record in map(read_again, Record.objects.filter(paper=new)):
        for named in record.identifiers:
            if named not in still or (rules.is_own(named, record) and named not in own):
                held = Identifier.objects.filter(scheme=named.scheme, value=named.value)
                held.filter(paper=kept).update(paper=new)


def _keys_before(merge: Merge) -> set[str]:
    """The keys of the papers that were merged here, and of those merged into them before."""
    keys, further = set[str](), {merge.other_key} - {""}
    while further:
        keys |= further
        earlier = Merge.objects.filter(paper__key__in=further, undone_at=None)
        further = set(earlier.values_list("other_key", flat=True)) - keys - {""}
    return keys
