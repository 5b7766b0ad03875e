"""A scheme of scores is changed on the page: proposed by finance, approved by the leader, in force from its day on."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.test import Client

from anju.kernel.rulebooks import texts
from anju.kernel.rulebooks.models import Edition, State
from anju.kernel.values.target_value import parse
from anju.packs.budget import demo
from anju.packs.budget.scoring.entries import Entry, Execution, Figure, Judged
from anju.packs.budget.scoring.schemes import scheme_for
from anju.packs.budget.scoring.sheet import score

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kept_rulebooks")]
BOOK = "/rulebooks/budget.schemes/"
AFTER = f"{BOOK}change/?after=scheme.0"
WEIGHTS = "预算执行 = 20\n产出 = 30\n效益 = 30\n满意度 = 20"


def text_of(answer: Any) -> str:
    return unescape(answer.content.decode())


def form(client: Client, address: str, **given: str) -> dict[str, str]:
    """What the form of a page holds, with some of it typed anew."""
    page = client.get(address).context["form"]
    held = {field.name: field.value() for field in page}
    typed = {name: value for name, value in held.items() if value not in (None, False)}
    return typed | {"was": client.get(address).context["was"]} | {f"row-{k}": v for k, v in given.items()}


def propose(client: Client, **given: str) -> Any:
    typed = form(client, AFTER, **({"valid_from": "2024-01-01", "weights": WEIGHTS} | given))
    return client.post(AFTER, typed | {"reason": "市财政局2024年3号文"})


def total(on: date) -> Decimal | None:
    """A line half paid, half built, judged 0.85, with 72 of the 90 per cent satisfied."""
    done = (
        ("output", "quantity", "38万户", Figure(Decimal(190000))),
        ("benefit", "social", "有效提升", Judged(Decimal("0.85"))),
        ("satisfaction", "satisfaction", "90%", Figure(None, Decimal(72), Decimal(100))),
    )
    entries = [
        Entry(class2, class2, class1, class2, parse(text), actual=actual, evidence="measured")
        for class1, class2, text, actual in done
    ]
    return score(
        entries, Execution(Decimal(50), Decimal(100), on.year), scheme_for("general-50-30-10", on)
    ).total


def test_changed_weights_hold_from_their_day_and_earlier_days_keep_theirs(
    sign_in: Any, django_capture_on_commit_callbacks: Any
) -> None:
    finance, leader = sign_in("finance"), sign_in("leader")
    # 10×0.5 + 50×0.5 + 30×0.85 + 10×72/90 = 5 + 25 + 25.5 + 8
    assert total(date(2023, 12, 31)) == total(date(2024, 12, 31)) == Decimal("63.50")
    made = propose(finance)
    assert made.status_code == 302
    shown = text_of(leader.get(made["Location"]))
    assert "通用：执行10、产出50、效益30、满意度10（2024-01-01起）" in shown
    assert "<mark>预算执行 20，产出 30，效益 30，满意度 20</mark>" in shown
    assert "<mark>2023-12-31</mark>" in shown  # the end of the earlier row
    assert "等待批准" in text_of(leader.get(BOOK))
    refused = finance.post(made["Location"], {"decision": "approve"})
    assert (refused.status_code, "提出人不能自己批准" in text_of(refused)) == (422, True)
    assert total(date(2024, 12, 31)) == Decimal("63.50")
    with django_capture_on_commit_callbacks(execute=True):
        assert leader.post(made["Location"], {"decision": "approve"}).status_code == 302
    # 20×0.5 + 30×0.5 + 30×0.85 + 20×72/90 = 10 + 15 + 25.5 + 16
    assert total(date(2024, 1, 1)) == Decimal("66.50")
    assert total(date(2023, 12, 31)) == Decimal("63.50")
    kept = text_of(leader.get(BOOK))
    assert "demo-leader批准" in kept
    assert "已失效" in kept


def test_a_mistake_is_said_in_one_sentence_with_labels_and_what_was_typed_stays(sign_in: Any) -> None:
    finance = sign_in("finance")
    answer = propose(finance, weights=WEIGHTS.replace("30", "40"))
    page = text_of(answer)
    assert answer.status_code == 422
    # 20 + 40 + 40 + 20
    assert "方案「general-50-30-10」的分值合计为120，应为100。请改正分值后再载入。" in page
    assert "产出 = 40" in page
    assert "市财政局2024年3号文" in page
    answer = propose(finance, valid_from="明天", days_to_zero="九十")
    assert "“明天”不是日期。请写成2021-01-01。" in text_of(answer)
    assert not Edition.objects.exists()


def test_the_whole_text_is_checked_too_and_a_stale_page_is_refused(sign_in: Any) -> None:
    finance, address = sign_in("finance"), f"{BOOK}change/"
    typed = form(finance, address) | {"reason": "改全文试一试"}
    wrong = finance.post(address, typed | {"text": "[[scheme]\n"})
    assert "设置文件的格式有误" in text_of(wrong)
    assert "没有改动任何内容" in text_of(finance.post(address, typed))
    stale = finance.post(address, typed | {"was": "0" * 64, "text": typed["text"] + "# 注\n"})
    assert "已经换了新的文本" in text_of(stale)
    assert not Edition.objects.exists()
    browsers = typed["text"].replace("\n", "\r\n") + "# 注\r\n"
    made = finance.post(address, typed | {"text": browsers})
    assert Edition.objects.get().text == typed["text"] + "# 注\n"
    assert "只改了写法或注释" in text_of(finance.get(made["Location"]))


def test_a_change_is_returned_with_a_reason_or_taken_back(sign_in: Any) -> None:
    finance, leader = sign_in("finance"), sign_in("leader")
    made = propose(finance)["Location"]
    assert finance.get(AFTER)["Location"] == made  # one change waits at a time
    assert "没有写退回或撤回的原因" in text_of(leader.post(made, {"decision": "return", "reason": ""}))
    leader.post(made, {"decision": "return", "reason": "依据还没有印发。"})
    assert "依据还没有印发。" in text_of(finance.get(made))
    again = propose(finance)["Location"]
    finance.post(again, {"decision": "return", "reason": "自己撤回来改。"})
    assert {e.state for e in Edition.objects.current()} == {State.RETURNED}


def test_an_office_reads_and_does_not_decide(sign_in: Any) -> None:
    office, made = sign_in("office"), propose(sign_in("finance"))["Location"]
    assert office.get(AFTER).status_code == 403
    answer = office.post(made, {"decision": "approve"})
    assert (answer.status_code, "您的角色不能办这一步" in text_of(answer)) == (422, True)


@pytest.mark.parametrize(
    "path", ["/rulebooks/budget.nothing/", f"{BOOK}change/?part=row.0", f"{BOOK}change/?after=defaults"]
)
def test_what_is_not_there_is_not_found(sign_in: Any, path: str) -> None:
    assert sign_in("finance").get(path).status_code == 404


def test_a_text_that_the_product_no_longer_reads_is_told_on_its_page(sign_in: Any) -> None:
    told = {"state": State.IN_FORCE, "proposed_by": "甲", "decided_by": "乙", "reason": "旧版本的文本"}
    Edition.objects.create(code="budget.grades", text="[[grade]]\ncode = 'x'\n", **told)
    page = text_of(sign_in("finance").get("/rulebooks/budget.grades/"))
    assert "现行文本不能用" in page
    assert "分级「x」缺少" in page


def test_pages_ask_few_questions_and_those_of_the_year_link_here(
    sign_in: Any, django_assert_max_num_queries: Any
) -> None:
    demo.build(None)
    finance = sign_in("finance")
    made = propose(finance)["Location"]
    for path in (
        "/rulebooks/",
        BOOK,
        f"{BOOK}change/?part=scheme.0",
        made,
        "/budget/evaluation/",
        "/budget/monitoring/",
    ):
        texts.forget()
        with django_assert_max_num_queries(20):
            page = finance.get(path)
        if path.startswith("/budget/"):
            assert 'href="/rulebooks/budget.' in text_of(page)
