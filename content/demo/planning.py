"""How the team of the story works together: stages, hours, an absence, a series, places and groups of keywords."""

from __future__ import annotations

from datetime import time, timedelta

from content.demo.story import Story
from content.models import (
    Absence,
    Capacity,
    Cluster,
    Placement,
    Presence,
    Recurrence,
    ReviewStage,
    Site,
)
from content.placing.saying import say
from content.portfolio.clusters import group, move
from content.scheduling.recurring import first_day, make_ahead

STAGES = (("Facts", ()), ("Legal", ("mara", "tomas")))
"""Approvals in their order, with their reviewers; none named: any editor."""
HOURS = {"mara": 10, "ines": 20, "tomas": 16, "yuki": 20}
TUESDAY = 1
CLUSTERS = {
    "Our name": ("hallway coffee", "hallway coffee oslo", "hallway coffee kafija", "hallway coffee ceo", "holway coffee", "halway coffee"),
    "Our grinders": ("hallway burr 2", "hallway coffee grinder", "hallway burr 2 vs burr 1", "hallway kvern", "hallway kettle"),
    "Is it safe?": ("is hallway coffee safe", "hallway burr 2 recall", "hallway burr 2 problems", "hallway grinder injury"),
    "Choosing a grinder": ("best home grinder 2026", "quiet coffee grinder"),
    "Money back and repairs": ("hallway refund", "hallway warranty", "hallway coffee complaints"),
}  # fmt: skip
"""How the team has rearranged what the grouping by words proposed; the rest stays as proposed."""
PLACES = (
    ("linkedin", Presence.State.THERE, "ines", "Kept by Ines; news go there on the day they are out."),
    ("wikipedia-en", Presence.State.NOT_FOR_US, "mara", "Too little was written about us by others, and we do not write about ourselves there."),
    ("instagram", Presence.State.MISSING, "yuki", "Yuki has pictures from the canteen; to be decided in spring."),
)  # fmt: skip


def prepare(story: Story) -> None:
    """What was settled when the brand was set up: the stages of approval and the hours of each person."""
    for order, (name, reviewers) in enumerate(STAGES, start=1):
        stage = ReviewStage.objects.create(brand=story.brand, name=name, order=order, days=2)
        stage.reviewers.set(story.people[one] for one in reviewers)
    for name, hours in HOURS.items():
        Capacity.objects.create(brand=story.brand, user=story.people[name], hours=hours)
    site = Site.objects.create(
        brand=story.brand, name="Newsroom", base_url="https://hallwaycoffee.example",
        username="newsroom", is_active=False,
    )  # fmt: skip
    story.made([site], story.moment(0))
    arrange(story)


def look_ahead(story: Story) -> None:
    """What is settled for the coming weeks: an absence, a letter every four weeks, places, clusters."""
    today, mara = story.day_of(story.now), story.people["mara"]
    monday = today + timedelta(days=14 - today.weekday())
    Absence.objects.create(
        brand=story.brand, user=story.people["yuki"], first_on=monday, last_on=monday + timedelta(days=4)
    )  # fmt: skip
    letter = Recurrence.objects.create(
        brand=story.brand, title="Letter to owners, week {week} of {year}", kind="news", owner=mara,
        hours=3, every=4, unit=Recurrence.Unit.WEEKS, weekday=TUESDAY, publish_time=time(10),
        next_on=first_day(monday, unit=Recurrence.Unit.WEEKS, weekday=TUESDAY), created_by=mara,
    )  # fmt: skip
    make_ahead(letter, story.now)
    for slug, state, by, note in PLACES:
        place = Placement.objects.filter(brand=None, slug=slug).first()
        if place is not None:
            say(
                story.brand, place, state=state, url="", note=note, by=story.people[by],
                now=story.ago(6, 11),
            )  # fmt: skip


def arrange(story: Story) -> None:
    """Group the keywords by their words, then put together what the team sees as one subject."""
    group(story.brand)
    for name, phrases in CLUSTERS.items():
        ids = list(story.brand.keywords.filter(phrase__in=phrases).values_list("pk", flat=True))
        into, _ = Cluster.objects.get_or_create(brand=story.brand, name=name)
        move(story.brand, ids, into)
    Cluster.objects.filter(brand=story.brand, keywords=None).delete()
