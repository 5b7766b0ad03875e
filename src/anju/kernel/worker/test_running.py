from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from anju.kernel.indicators import requests
from anju.kernel.indicators.models import Request, Value
from anju.kernel.indicators.testing import define
from anju.kernel.packs import Job, Pack, Registry
from anju.kernel.worker import running, schedule, tasks
from anju.kernel.worker.models import Beat, Due

pytestmark = pytest.mark.django_db
# The library's worker closes what it finds inside a transaction.
in_the_open = pytest.mark.django_db(transaction=True)
CHINA = ZoneInfo("Asia/Shanghai")
NOON = datetime(2021, 7, 31, 12, 0, 30, tzinfo=CHINA)
CALLS: list[datetime] = []
HERE = "anju.kernel.worker.test_running"


def note(now: datetime) -> None:
    tasks.packs.CALLS.append(now)  # type: ignore[attr-defined]


def fail(now: datetime) -> None:
    raise RuntimeError("磁盘已满")


def jobs(**paths: str) -> dict[str, Job]:
    return {
        f"test.{name}": Job(f"test.{name}", name, "hour", f"{HERE}.{path}") for name, path in paths.items()
    }


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    found = jobs(noted="note", failing="fail")
    pack = Pack("test", "测试", "科", ("x",), jobs=tuple(found.values()))
    monkeypatch.setattr(tasks.packs, "load", lambda names: Registry((pack,)))
    monkeypatch.setattr(tasks.packs, "CALLS", [], raising=False)
    return tasks.packs.CALLS  # type: ignore[attr-defined, no-any-return]


@pytest.mark.parametrize(
    ("every", "due"),
    [
        ("minute", datetime(2021, 7, 31, 12, 1, tzinfo=CHINA)),
        ("hour", datetime(2021, 7, 31, 13, 0, tzinfo=CHINA)),
        ("day 12:00", datetime(2021, 8, 1, 12, 0, tzinfo=CHINA)),
        ("day 23:30", datetime(2021, 7, 31, 23, 30, tzinfo=CHINA)),
    ],
)
def test_the_next_time_of_a_job(every: str, due: datetime) -> None:
    assert schedule.next_time(every, NOON) == due


def test_a_job_is_queued_once_when_due_however_late() -> None:
    known = jobs(noted="note")
    assert schedule.tick(known, NOON) == []
    assert schedule.tick(known, NOON + timedelta(days=3)) == ["test.noted"]
    assert schedule.tick(known, NOON + timedelta(days=3)) == []
    assert Due.objects.get().at == schedule.next_time("hour", NOON + timedelta(days=3))
    assert DBTaskResult.objects.count() == 1


@in_the_open
def test_a_round_runs_what_is_due_and_computes_what_was_asked(registry: list[datetime]) -> None:
    requests.ask(define(), ["test:a"], "2021", timezone.now())
    tasks.run_job.enqueue("test.noted")
    assert running.one_round("w1", timezone.now()) == 1
    assert len(registry) == 1
    assert (Value.objects.count(), Request.objects.count()) == (1, 0)
    assert DBTaskResult.objects.get().status == "SUCCESSFUL"


@in_the_open
def test_what_fails_is_tried_again_later_and_shown_when_it_fails_often(registry: list[datetime]) -> None:
    tasks.run_job.enqueue("test.failing")
    now = timezone.now()
    running.one_round("w1", now)
    row = DBTaskResult.objects.get()
    assert (row.status, len(row.worker_ids), running.dead_tasks()) == ("FAILED", 1, [])
    running.take_back(now)
    row.refresh_from_db()
    assert (row.status, row.run_after) == ("READY", now + timedelta(minutes=1))
    for _ in range(running.MOST_ATTEMPTS - 1):
        DBTaskResult.objects.update(run_after=now, status="READY")
        running.one_round("w1", now)
    assert [task.pk for task in running.dead_tasks()] == [row.pk]
    assert "磁盘已满" in running.dead_tasks()[0].traceback
    assert running.take_back(now) == 0
    assert running.retry(now) == 1
    assert (running.dead_tasks(), DBTaskResult.objects.ready().count()) == ([], 1)


@in_the_open
def test_what_a_dead_worker_had_taken_is_done_by_another(registry: list[datetime]) -> None:
    now = timezone.now()
    tasks.run_job.enqueue("test.noted")
    DBTaskResult.objects.get().claim("killed")
    Beat.objects.create(worker="killed", at=now - timedelta(seconds=30))
    running.one_round("w2", now)
    assert registry == []  # it may still be alive
    running.one_round("w2", now + timedelta(seconds=31))
    assert len(registry) == 1
    assert Beat.objects.get().worker == "w2"
