from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from anju.kernel.audit.models import AuditRow
from anju.kernel.packs import Rulebook
from anju.kernel.rulebooks import keeping, texts
from anju.kernel.rulebooks.conftest import TEXT
from anju.kernel.rulebooks.models import Edition, State, digest_of
from anju.kernel.values import rulebooks
from anju.kernel.values.refusal import Refusal

pytestmark = pytest.mark.django_db
DEARER = TEXT.replace('small = "2"', 'small = "3"')
DEAREST = TEXT.replace('small = "2"', 'small = "9"')


def propose(book: Rulebook, text: str = DEARER, *, was: str = TEXT, **given: str) -> Edition:
    told = {"reason": "镇政府2024年3号文", "actor": "甲"} | given
    return keeping.propose(book, text, told["reason"], was=digest_of(was), actor=told["actor"])


def in_force(book: Rulebook) -> str:
    return rulebooks.in_force(book.code, book.source)


def test_a_proposal_changes_nothing_until_another_approves(
    book: Rulebook, kept_rulebooks: None, django_capture_on_commit_callbacks: Any
) -> None:
    proposal = propose(book)
    assert in_force(book) == TEXT
    with pytest.raises(Refusal, match="提出人不能自己批准"):
        keeping.approve(proposal, book, actor="甲")
    assert in_force(book) == TEXT
    with django_capture_on_commit_callbacks(execute=True):
        approved = keeping.approve(proposal, book, actor="乙")
    assert in_force(book) == DEARER  # seen at once by the process that approved
    assert (approved.key, approved.proposed_by, approved.decided_by) == (proposal.key, "甲", "乙")
    with pytest.raises(Refusal, match="已经办过了"):
        keeping.approve(proposal, book, actor="乙")
    told = list(AuditRow.objects.order_by("recorded_at").values_list("action", "actor", "reason"))
    assert told == [
        ("rulebooks.propose", "甲", "镇政府2024年3号文"),
        ("rulebooks.approve", "乙", "镇政府2024年3号文"),
    ]


def test_every_text_that_was_in_force_stays(book: Rulebook) -> None:
    for old, new in ((TEXT, DEARER), (DEARER, DEAREST)):
        keeping.approve(propose(book, new, was=old), book, actor="乙")
    kept = Edition.objects.filter(state=State.IN_FORCE).order_by("recorded_at")
    assert [(e.text, e.superseded_at is None) for e in kept] == [(DEARER, False), (DEAREST, True)]
    assert [keeping.before(e, book) for e in kept] == [TEXT, DEARER]
    assert [e.text for e in keeping.editions(book.code)] == [DEAREST, DEARER]
    assert keeping.text_in_force(book) == DEAREST


@pytest.mark.parametrize(
    ("text", "given", "sentence"),
    [
        (TEXT.replace('"2"', '"12"'), {}, "小件的费率高于9。"),
        (TEXT, {}, "没有改动任何内容。"),
        (DEARER, {"was": DEAREST}, "已经换了新的文本"),
        (DEARER, {"reason": " 急 "}, "没有写修改原因。"),
        (f"{DEARER}#{'x' * keeping.LONGEST}", {}, "文本太长。"),
    ],
)
def test_a_mistake_is_refused_in_one_sentence_and_nothing_is_kept(
    book: Rulebook, text: str, given: dict[str, str], sentence: str
) -> None:
    with pytest.raises(Refusal) as caught:
        propose(book, text, **given)
    assert sentence in caught.value.sentence
    assert caught.value.sentence.count("。") == 1
    assert caught.value.next_step
    assert not Edition.objects.exists()
    assert not AuditRow.objects.exists()


def test_one_proposal_waits_at_a_time_and_a_returned_one_makes_room(book: Rulebook) -> None:
    first = propose(book)
    with pytest.raises(Refusal, match="已有一份修改在等待批准"):
        propose(book, DEAREST)
    with pytest.raises(Refusal, match="没有写退回或撤回的原因"):
        keeping.send_back(first, "不", actor="乙")
    returned = keeping.send_back(first, "依据是旧文件。", actor="乙")
    assert (returned.state, returned.decided_because) == (State.RETURNED, "依据是旧文件。")
    assert AuditRow.objects.filter(action="rulebooks.return", reason="依据是旧文件。").exists()
    propose(book, DEAREST)
    assert [e.state for e in keeping.editions(book.code)] == [State.PROPOSED, State.RETURNED]


def test_the_database_itself_refuses_an_approval_by_the_proposer(book: Rulebook) -> None:
    proposal = propose(book)
    with pytest.raises(IntegrityError), transaction.atomic():
        proposal.replaced(state=State.IN_FORCE, decided_by="甲")


def test_the_database_is_looked_at_once_in_a_while(
    book: Rulebook, kept_rulebooks: None, monkeypatch: Any, django_assert_num_queries: Any
) -> None:
    now = [100.0]
    monkeypatch.setattr(texts, "time", SimpleNamespace(monotonic=lambda: now[0]))
    with django_assert_num_queries(1):
        assert [in_force(book) for _ in range(50)] == [TEXT] * 50
    # Another process approves: this one says so when it looks again.
    keeping.approve(propose(book), book, actor="乙")
    assert in_force(book) == TEXT
    now[0] += texts.LOOK_AGAIN + 0.1
    with django_assert_num_queries(1):
        assert in_force(book) == DEARER
