"""Two schedulers tick, and one dies: nothing is read, paid for or mailed twice, and the other goes on."""

from __future__ import annotations

import re
import time
from pathlib import Path

from tests.faults.ground import Result, Scene

PROMISE = (
    "two beats, one of them killed: no duplicate check, call or mail; keywords that fall due afterwards are "
    "read within 60 s"
)
AT_MOST_AFTER = 60.0
NEWS = """
from datetime import timedelta
from django.contrib.auth import get_user_model
from django.utils import timezone
from serp.models import Notice
get_user_model().objects.create_superuser("owner", "owner@people.example", "a long password")
Notice.objects.create(
    kind="quarantine", key="quarantine:1", text="“acme 1” is not checked any more.",
    opened_at=timezone.now() - timedelta(minutes=10),
)
"""
"""Something that waits to be told by mail."""
MORE = """
from django.utils import timezone
from serp.models import Brand, Keyword
Keyword.objects.bulk_create(
    Keyword(brand=Brand.objects.get(), phrase=f"later {{number}}", depth=10, next_check_at=timezone.now())
    for number in range({count})
)
"""


def two_beats(scene: Scene, *, count: int = 150) -> Result:
    """Two beats and two workers; the only hints are the beats' own."""
    control = ticked_twice(scene)
    provider = scene.provider(latency_ms=100)
    mails = scene.folder / "mail"
    site = scene.installation(provider, count, EMAIL_URL=f"file:///{mails}")
    site.shell(NEWS)
    site.start_worker()
    site.start_worker()
    first, _ = site.start_beat(), site.start_beat()
    site.wait_for(lambda: site.is_done(count), 90)
    site.wait_for(lambda: bool(sent(mails)), 60)
    scene.say("one beat is killed")
    site.kill(first)
    more = count // 5
    site.shell(MORE.format(count=more))
    took = site.wait_for(lambda: site.is_done(count + more), 90)
    calls = provider.calls()
    rows, keywords = site.ask("SELECT count(*), count(DISTINCT keyword_id) FROM serp_check")[0]
    ids = sent(mails)
    return Result(
        PROMISE,
        control[1],
        f"{rows} checks of {keywords} keywords, {calls.total()} calls, at most {max(calls.values())} a keyword; "
        f"{len(ids)} mail{'' if len(ids) == 1 else 's'}; later ones read after {took:.0f} s",
        kept=rows == keywords == count + more
        and calls.total() == count + more
        and len(ids) == 1
        and took <= AT_MOST_AFTER,
        bites=control[0],
    )


def sent(folder: Path) -> list[str]:
    """The Message-ID of each mail that was sent."""
    texts = [mail.read_text() for mail in folder.glob("*")] if folder.exists() else []
    return [found for text in texts for found in re.findall(r"^Message-ID: (.+)$", text, re.M)]


def ticked_twice(scene: Scene, *, seconds: float = 8.0) -> tuple[bool, str]:
    """The control: a beat entry of one second whose task calls the provider."""
    provider = scene.provider(latency_ms=0)
    plain = scene.plain(provider)
    plain.start_worker()
    beats = [plain.start_beat(), plain.start_beat()]
    while not provider.stats()["requests"]:
        time.sleep(0.05)
    time.sleep(2)
    before = provider.stats()["requests"]
    time.sleep(seconds)
    calls = provider.stats()["requests"] - before
    for beat in beats:
        plain.kill(beat)
    plain.stop()
    scene.say(f"control: {calls} calls in {seconds:g} s")
    return calls > 1.5 * seconds, f"a task a second under two beats: {calls} calls in {seconds:g} s"
