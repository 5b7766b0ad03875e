"""What the queue may hold. Arguments are plain JSON; the work is named by the packs' descriptors."""

from __future__ import annotations

from django.utils import timezone
from django_tasks import task

from anju.kernel import packs
from anju.kernel.worker.jobs import jobs


@task()
def run_job(code: str) -> None:
    """Run one scheduled job of the kernel or an enabled pack now; a job whose pack has gone is done."""
    job = jobs().get(code)
    if job:
        packs.resolve(job.path)(timezone.now())
