"""A change of a rulebook: proposed by one person with a reason, approved or returned by another."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext
from tomlkit.exceptions import TOMLKitError

from anju.kernel import audit, packs
from anju.kernel.packs import Rulebook
from anju.kernel.rulebooks import rows, texts
from anju.kernel.rulebooks.models import Edition, State, digest_of
from anju.kernel.values import rulebooks
from anju.kernel.values.refusal import Refusal

LONGEST = 200_000  # characters; the largest packaged text has some thousands
LEAST_REASON, MOST_REASON = 5, 300


class RulebookError(Refusal):
    """A step with a rulebook that cannot be taken."""


def text_in_force(book: Rulebook) -> str:
    """The text as the database has it now, not as the process last saw it."""
    kept = Edition.objects.current().filter(code=book.code, state=State.IN_FORCE).first()
    return kept.text if kept else rulebooks.packaged(book.source)


def before(edition: Edition, book: Rulebook) -> str:
    """The text that was in force before this one, or is while it waits."""
    earlier = Edition.objects.filter(code=book.code, state=State.IN_FORCE)
    earlier = earlier.filter(recorded_at__lt=edition.recorded_at).exclude(key=edition.key)
    last = earlier.order_by("-recorded_at").first()
    return last.text if last else rulebooks.packaged(book.source)


def editions(code: str) -> list[Edition]:
    """What was proposed and what became of it, newest first: each edition as it stands now."""
    told = Q(superseded_at=None) | Q(state=State.IN_FORCE)
    return list(Edition.objects.filter(told, code=code).order_by("-recorded_at"))


def waiting(code: str) -> Edition | None:
    return Edition.objects.current().filter(code=code, state=State.PROPOSED).first()


def check(book: Rulebook, text: str) -> None:
    """``Refusal`` unless the pack can read the text, and the pages can."""
    if len(text) > LONGEST:
        raise RulebookError(gettext("文本太长。"), gettext("请删去不用的行。"))
    try:
        packs.resolve(book.load)(text)
        rows.parts(text)
    except (TOMLKitError, RecursionError) as error:
        raise RulebookError(
            gettext("文本的格式有误：{error}。").format(error=error), gettext("请按提示的行列改正。")
        ) from None


@transaction.atomic
def propose(book: Rulebook, text: str, reason: str, *, was: str, actor: str) -> Edition:
    """Keep a text as a proposal; it decides nothing yet. ``was`` is the digest of the text it was made from.

    Raises ``Refusal`` for a text that cannot be read, one that changes nothing, or one made from another text than
    that in force, and while another proposal waits: each is a whole text, so the later would undo the earlier.
    """
    present = text_in_force(book)
    if was != digest_of(present):
        raise RulebookError(
            gettext("您打开以后，这份规则表已经换了新的文本。"), gettext("请重新打开，再改一次。")
        )
    if text == present:
        raise RulebookError(gettext("没有改动任何内容。"), gettext("请先修改，再提出。"))
    check(book, text)
    because = _reason(reason, gettext("没有写修改原因。"))
    made = Edition(code=book.code, text=text, reason=because, proposed_by=actor)
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError:
        raise RulebookError(
            gettext("已有一份修改在等待批准。"), gettext("请先批准、退回或撤回那一份。")
        ) from None
    _audit("rulebooks.propose", made, actor, made.reason)
    return made


@transaction.atomic
def approve(proposal: Edition, book: Rulebook, *, actor: str) -> Edition:
    """Put a proposal in force at once; the text that was in force stays as it was, superseded."""
    row = _waiting(proposal)
    if row.proposed_by == actor:
        raise RulebookError(gettext("提出人不能自己批准。"), gettext("请由另一位同事批准。"))
    check(book, row.text)
    for earlier in Edition.objects.current().filter(code=row.code, state=State.IN_FORCE):
        earlier.supersede()
    made = row.replaced(state=State.IN_FORCE, decided_by=actor)
    _audit("rulebooks.approve", made, actor, made.reason)
    transaction.on_commit(texts.forget)
    return made


@transaction.atomic
def send_back(proposal: Edition, reason: str, *, actor: str) -> Edition:
    """Return a proposal with a reason; who proposed it takes it back in the same way."""
    row = _waiting(proposal)
    because = _reason(reason, gettext("没有写退回或撤回的原因。"))
    made = row.replaced(state=State.RETURNED, decided_by=actor, decided_because=because)
    _audit("rulebooks.return", made, actor, because)
    return made


def _waiting(proposal: Edition) -> Edition:
    """The row is read again under the transaction: two decisions on one proposal make one."""
    found = Edition.objects.current().select_for_update()
    row: Edition | None = found.filter(key=proposal.key, state=State.PROPOSED).first()
    if row is None:
        raise RulebookError(gettext("这份修改已经办过了。"), gettext("请刷新后再看。"))
    return row


def _reason(words: str, missing: str) -> str:
    said = words.strip()
    if len(said) < LEAST_REASON:
        raise RulebookError(missing, gettext("请用一两句话写明原因。"))
    return said[:MOST_REASON]


def _audit(action: str, edition: Edition, actor: str, reason: str) -> None:
    after = {"code": edition.code, "state": str(edition.state), "digest": edition.digest}
    audit.record(action, edition, actor=actor, after=after, reason=reason)
