"""Pages of opportunities and pieces: what they show, who may do what, and what a wrong entry gets."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from content.briefing import make_piece
from content.models import Brief, Piece
from content.opportunities import plan_of
from content.workflow import move
from serp.models import Brand, Check, Keyword, Page, TrackedPage
from tests.cast import MakeSnapshot

DAY = timedelta(days=1)
PAGE_ONE = ("own", "positive:friend", "neutral", "negative:bad") + ("neutral",) * 6
HOSTILE = '"><script>alert(1)</script>'


@pytest.fixture
def negative(make_snapshot: MakeSnapshot) -> Page:
    """A negative at 4 of the cast's keyword, read a minute ago."""
    make_snapshot(*PAGE_ONE, "negative:next", "own", at=timezone.now() - timedelta(minutes=1))
    return Page.objects.get(url="https://bad.example/bad")


@pytest.fixture
def piece(brand: Brand, negative: Page) -> Piece:
    (one,) = plan_of(brand, timezone.now()).opportunities
    made, _ = make_piece(brand, one, kind="video", by=None, now=timezone.now())
    return made


@pytest.fixture
def approved(piece: Piece) -> Piece:
    Piece.objects.filter(pk=piece.pk).update(status=Piece.Status.APPROVED)
    return piece


@pytest.fixture
def signed_in(client: Client, editor: User) -> Client:
    client.force_login(editor)
    return client


def plan_url(brand: Brand, keyword: Keyword, page: Page, name: str = "opportunities-plan") -> str:
    return reverse(name, args=[brand.slug, keyword.pk, page.pk])


def piece_url(piece: Piece, name: str = "board-piece") -> str:
    return reverse(name, args=[piece.brand.slug, piece.pk])


def form_of(piece: Piece, **changes: Any) -> dict[str, Any]:
    fields = {
        "act": "save",
        "title": piece.title,
        "kind": piece.kind,
        "keyword": piece.keyword_id or "",
        "displaces": piece.displaces_id or "",
        "owner": "",
        "due_on": piece.due_on or "",
        "publish_on": piece.publish_on or "",
    }
    return fields | changes


def test_the_list_says_what_must_fall_and_what_is_missing(
    signed_in: Client, brand: Brand, negative: Page
) -> None:
    text = signed_in.get(reverse("opportunities", args=[brand.slug])).content.decode()
    assert "1 negative on page one, on 1 of 1 keyword read." in text
    assert "7 pages" in text
    assert "1 from beyond page one" in text
    assert "no forecast: not enough data" in text


def test_the_list_without_keywords_readings_or_negatives_says_what_to_do(
    signed_in: Client, brand: Brand, make_snapshot: MakeSnapshot, other_brand: Brand
) -> None:
    url = reverse("opportunities", args=[brand.slug])
    assert "none was read yet" in signed_in.get(url).content.decode()
    make_snapshot("own", "neutral")
    assert "No negative on page one of the 1 keyword read" in signed_in.get(url).content.decode()
    Keyword.objects.all().delete()
    assert "Add keywords" in signed_in.get(url).content.decode()


def test_the_plan_shows_the_ladder_and_makes_a_piece_in_one_click(
    signed_in: Client, brand: Brand, keyword: Keyword, negative: Page
) -> None:
    text = signed_in.get(plan_url(brand, keyword, negative)).content.decode()
    assert "must fall 7" in text
    assert "Page two" in text
    assert text.count("Make piece<") >= 3
    answer = signed_in.post(
        plan_url(brand, keyword, negative, "opportunities-make"), {"kind": "video"}
    )
    piece = Piece.objects.get()
    assert answer.headers["Location"] == piece_url(piece)
    assert (piece.kind, piece.displaces, piece.created_by.username) == ("video", negative, "editor")
    again = signed_in.post(
        plan_url(brand, keyword, negative, "opportunities-make"), {"kind": "video"}
    )
    assert again.headers["Location"] == piece_url(piece)
    assert Piece.objects.count() == 1
    assert "Open piece" in signed_in.get(plan_url(brand, keyword, negative)).content.decode()


def test_lifting_a_page_in_one_click(
    signed_in: Client, brand: Brand, keyword: Keyword, negative: Page
) -> None:
    url = plan_url(brand, keyword, negative, "opportunities-make")
    own = plan_of(brand, timezone.now()).opportunities[0].lifts[-1].page
    assert own.host == "hallwaycoffee.example"
    for _ in range(2):
        signed_in.post(url, {"lift": own.pk})
    assert Piece.objects.get().lifts == own


@pytest.mark.parametrize(
    "data", [{"kind": "poem"}, {"kind": ""}, {}, {"lift": "999999"}, {"lift": "x"}, {"lift": "bad"}]
)
def test_what_is_no_part_of_the_plan_makes_nothing(
    signed_in: Client, brand: Brand, keyword: Keyword, negative: Page, data: dict[str, str]
) -> None:
    data = {"lift": str(negative.pk)} if data.get("lift") == "bad" else data
    answer = signed_in.post(
        plan_url(brand, keyword, negative, "opportunities-make"), data, follow=True
    )
    assert "Nothing was made" in answer.content.decode()
    assert not Piece.objects.exists()


def test_make_all_makes_each_missing_piece_once(
    signed_in: Client, brand: Brand, keyword: Keyword, negative: Page
) -> None:
    (one,) = plan_of(brand, timezone.now()).opportunities
    url = plan_url(brand, keyword, negative, "opportunities-make")
    answer = signed_in.post(url, {"all": "1"}, follow=True)
    assert Piece.objects.count() == one.to_start == 5
    assert "5 pieces made" in answer.content.decode()
    assert len(set(Piece.objects.values_list("publish_on", flat=True))) == 5
    again = signed_in.post(url, {"all": "1"}, follow=True)
    assert Piece.objects.count() == 5
    assert "there already" in again.content.decode()


def test_a_negative_that_left_page_one_says_where_it_is(
    signed_in: Client, brand: Brand, keyword: Keyword, negative: Page, make_snapshot: MakeSnapshot
) -> None:
    make_snapshot("neutral", "own", at=timezone.now(), depth=20)
    text = signed_in.get(plan_url(brand, keyword, negative)).content.decode()
    assert "is not in the first 20" in text
    posted = signed_in.post(
        plan_url(brand, keyword, negative, "opportunities-make"), {"kind": "faq"}, follow=True
    )
    assert "no negative on page one any more" in posted.content.decode()
    assert not Piece.objects.exists()


def test_a_page_never_seen_for_the_keyword_is_404(
    signed_in: Client, brand: Brand, keyword: Keyword, negative: Page
) -> None:
    other = Keyword.objects.create(brand=brand, phrase="other")
    assert signed_in.get(plan_url(brand, other, negative)).status_code == 404


def test_a_stale_plan_offers_a_check(
    signed_in: Client, brand: Brand, keyword: Keyword, negative: Page
) -> None:
    assert "Check now" not in signed_in.get(plan_url(brand, keyword, negative)).content.decode()
    now = timezone.now()
    keyword.last_check = Check.objects.create(
        keyword=keyword,
        period=now,
        state="failed",
        error_kind="timeout",
        not_before=now,
        finished_at=now,
    )
    keyword.save()
    text = signed_in.get(plan_url(brand, keyword, negative)).content.decode()
    assert "the provider did not answer in time" in text
    assert "Check now" in text


def test_the_piece_page_shows_step_brief_positions_and_changes(
    signed_in: Client, piece: Piece
) -> None:
    text = signed_in.get(piece_url(piece)).content.decode()
    for words in (
        "aria-current",
        "Outline",
        "The negative",
        "Made as video",
    ):
        assert words in text
    assert "Move to “draft”" in text


def test_publishing_tracks_the_page_and_shows_the_effect(
    signed_in: Client, approved: Piece
) -> None:
    url = "https://hallwaycoffee.example/video?utm_source=mail"
    answer = signed_in.post(piece_url(approved), {"act": "publish", "url": url}, follow=True)
    approved.refresh_from_db()
    assert approved.status == Piece.Status.PUBLISHED
    assert approved.page.url == "https://hallwaycoffee.example/video"
    assert TrackedPage.objects.get().page == approved.page
    text = answer.content.decode()
    assert "Effect so far" in text
    assert "not measured since" in text


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "required"),
        ("javascript:alert(1)", "cannot be followed"),
        ("ftp://files.example/a", "cannot be followed"),
        ("not an address", "cannot be followed"),
        ("https://bad.example/bad", "the negative that the piece is to displace"),
    ],
)
def test_a_wrong_address_is_refused_and_stays_in_the_form(
    signed_in: Client, approved: Piece, url: str, words: str
) -> None:
    answer = signed_in.post(piece_url(approved), {"act": "publish", "url": url})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert words in text
    assert f'value="{url}"' in text or not url
    approved.refresh_from_db()
    assert (approved.status, approved.url) == (Piece.Status.APPROVED, "")
    assert not TrackedPage.objects.exists()


def test_one_address_is_one_piece(signed_in: Client, brand: Brand, approved: Piece) -> None:
    first = Piece.objects.create(brand=brand, title="The first", status=Piece.Status.APPROVED)
    move(first, "published", by=None, now=timezone.now(), url="https://hallwaycoffee.example/x")
    answer = signed_in.post(
        piece_url(approved), {"act": "publish", "url": "https://www.hallwaycoffee.example/x/"}
    )
    assert "“The first” was published at this address already" in answer.content.decode()


def test_publishing_before_approval_is_refused_with_the_address_kept(
    signed_in: Client, piece: Piece
) -> None:
    answer = signed_in.post(piece_url(piece), {"act": "publish", "url": "https://a.example/b"})
    assert answer.status_code == 422
    piece.refresh_from_db()
    assert piece.status == Piece.Status.BRIEFED


def test_a_new_piece_from_scratch_gets_a_brief(
    signed_in: Client, brand: Brand, keyword: Keyword, negative: Page
) -> None:
    url = reverse("board-piece-new", args=[brand.slug])
    assert signed_in.get(url).status_code == 200
    day = (timezone.now() + 9 * DAY).date()
    signed_in.post(
        url, {"title": "By hand", "kind": "news", "keyword": keyword.pk, "publish_on": day}
    )
    piece = Piece.objects.get()
    assert (piece.keyword, piece.publish_on, piece.created_by.username) == (keyword, day, "editor")
    assert piece.brief.drawn_from is not None


def test_another_brands_keyword_negative_or_person_is_refused_with_what_was_typed(
    signed_in: Client, brand: Brand, other_brand: Brand, stranger: User, make_snapshot: MakeSnapshot
) -> None:
    theirs = Keyword.objects.create(brand=other_brand, phrase="secret words")
    make_snapshot("negative:theirs", of=theirs)
    page = Page.objects.get(url="https://theirs.example/theirs")
    url = reverse("board-piece-new", args=[brand.slug])
    for field, value in (("keyword", theirs.pk), ("displaces", page.pk), ("owner", stranger.pk)):
        answer = signed_in.post(url, {"title": "Typed by me", "kind": "faq", field: value})
        text = answer.content.decode()
        assert answer.status_code == 422
        assert "This is none of Hallway Coffee" in text
        assert "Typed by me" in text
        assert "secret words" not in text
    assert not Piece.objects.exists()


def test_changing_a_piece_is_kept_in_its_history(
    signed_in: Client, piece: Piece, editor: User
) -> None:
    assert "Change “" in signed_in.get(piece_url(piece) + "?edit=1").content.decode()
    signed_in.post(piece_url(piece), form_of(piece, title="Better", owner=editor.pk))
    piece.refresh_from_db()
    assert (piece.title, piece.owner) == ("Better", editor)
    text = signed_in.get(piece_url(piece)).content.decode()
    assert "Title: “Better”, was “" in text
    assert "Owner: editor" in text


def test_a_day_that_has_passed_is_refused_and_the_rest_stays_typed(
    signed_in: Client, piece: Piece
) -> None:
    answer = signed_in.post(
        piece_url(piece), form_of(piece, title="Typed by me", publish_on="2020-01-01")
    )
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "has passed" in text
    assert 'value="Typed by me"' in text
    assert 'value="2020-01-01"' in text


def test_saving_the_form_does_not_undo_a_step_taken_meanwhile(
    signed_in: Client, piece: Piece, monkeypatch: pytest.MonkeyPatch
) -> None:
    from content.views import pieces

    real = pieces.plan_of

    def meanwhile(*args: Any) -> Any:
        Piece.objects.filter(pk=piece.pk).update(status="draft")
        return real(*args)

    monkeypatch.setattr(pieces, "plan_of", meanwhile)
    signed_in.post(piece_url(piece), form_of(piece, title="Better"))
    piece.refresh_from_db()
    assert (piece.title, piece.status) == ("Better", "draft")


def test_a_brief_is_edited_line_by_line_and_keeps_its_counts(
    signed_in: Client, piece: Piece
) -> None:
    Brief.objects.filter(piece=piece).update(terms=[{"term": "burr", "results": 3, "of": 9}])
    url = piece_url(piece, "board-brief")
    assert "burr (3 of 9)" in signed_in.get(url).content.decode()
    signed_in.post(
        url, {"outline": "One\nTwo", "terms": "burr (3 of 9)\nsteel", "questions": "Why?\n\nHow?"}
    )
    brief = Brief.objects.get(piece=piece)
    assert brief.terms == [{"term": "burr", "results": 3, "of": 9}, {"term": "steel"}]
    assert brief.questions == ["Why?", "How?"]
    assert "steel" in signed_in.get(piece_url(piece)).content.decode()
    signed_in.post(url, {"redraw": "1"})
    assert Brief.objects.get(piece=piece).outline != "One\nTwo"


def test_a_title_with_a_word_of_the_negative_is_pointed_out(
    signed_in: Client, piece: Piece
) -> None:
    Brief.objects.filter(piece=piece).update(avoid=["recalled"])
    Piece.objects.filter(pk=piece.pk).update(title="The recall, answered")
    assert "The title says “recall”" in signed_in.get(piece_url(piece)).content.decode()


def test_hostile_text_stays_text(signed_in: Client, piece: Piece) -> None:
    Piece.objects.filter(pk=piece.pk).update(title=HOSTILE)
    Brief.objects.filter(piece=piece).update(
        angle=HOSTILE, questions=[HOSTILE], terms=[{"term": HOSTILE}], avoid=[HOSTILE]
    )
    for url in (piece_url(piece), piece_url(piece, "board-brief"), piece_url(piece) + "?edit=1"):
        assert "<script>alert" not in signed_in.get(url).content.decode()


def urls(
    brand: Brand, keyword: Keyword, negative: Page, piece: Piece
) -> dict[str, tuple[str, dict]]:
    return {
        "list": (reverse("opportunities", args=[brand.slug]), {}),
        "plan": (plan_url(brand, keyword, negative), {}),
        "make": (plan_url(brand, keyword, negative, "opportunities-make"), {"kind": "forum"}),
        "new": (reverse("board-piece-new", args=[brand.slug]), {"title": "X", "kind": "faq"}),
        "piece": (piece_url(piece), form_of(piece, title="Taken over")),
        "brief": (piece_url(piece, "board-brief"), {"outline": "Taken over"}),
    }


@pytest.mark.parametrize("name", ["list", "plan", "make", "new", "piece", "brief"])
def test_who_may_read_and_write(
    client: Client,
    viewer: User,
    stranger: User,
    brand: Brand,
    keyword: Keyword,
    negative: Page,
    piece: Piece,
    name: str,
) -> None:
    url, data = urls(brand, keyword, negative, piece)[name]
    reading = 405 if name == "make" else 200
    assert client.get(url).status_code == 302
    client.force_login(stranger)
    assert client.get(url).status_code == 404
    assert client.post(url, data).status_code == 404
    client.force_login(viewer)
    assert client.get(url).status_code == reading
    assert client.post(url, data).status_code == 403
    assert Piece.objects.count() == 1
    piece.refresh_from_db()
    assert piece.title != "Taken over"


def test_a_viewer_sees_no_button_that_would_refuse(
    client: Client, viewer: User, brand: Brand, keyword: Keyword, negative: Page, approved: Piece
) -> None:
    client.force_login(viewer)
    for url in (plan_url(brand, keyword, negative), piece_url(approved)):
        text = client.get(url).content.decode()
        assert "Make piece<" not in text
        assert "It is published" not in text
        assert "Move to “" not in text


def test_another_brands_piece_and_keyword_answer_404(
    signed_in: Client, brand: Brand, other_brand: Brand, negative: Page
) -> None:
    theirs = Keyword.objects.create(brand=other_brand, phrase="theirs")
    piece = Piece.objects.create(brand=other_brand, title="Theirs")
    assert signed_in.get(plan_url(brand, theirs, negative)).status_code == 404
    for name in ("board-piece", "board-brief"):
        url = reverse(name, args=[brand.slug, piece.pk])
        assert signed_in.get(url).status_code == 404
        assert signed_in.post(url, {"title": "x"}).status_code == 404


def test_reading_writes_nothing(
    signed_in: Client, brand: Brand, keyword: Keyword, negative: Page, piece: Piece
) -> None:
    before = (Piece.objects.count(), Brief.objects.count(), piece.history.count())
    for url, _ in urls(brand, keyword, negative, piece).values():
        signed_in.get(url)
    assert (Piece.objects.count(), Brief.objects.count(), piece.history.count()) == before


def count_queries(client: Client, url: str, capture: Any) -> int:
    with capture as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_queries_do_not_grow_with_rows(
    signed_in: Client,
    brand: Brand,
    keyword: Keyword,
    negative: Page,
    piece: Piece,
    make_snapshot: MakeSnapshot,
    django_assert_max_num_queries: Any,
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    pages = [
        reverse("opportunities", args=[brand.slug]),
        plan_url(brand, keyword, negative),
        piece_url(piece),
    ]

    def counts() -> list[int]:
        return [count_queries(signed_in, url, CaptureQueriesContext(connection)) for url in pages]

    before = counts()
    for number in range(12):
        other = Keyword.objects.create(brand=brand, phrase=f"word {number}")
        make_snapshot(*PAGE_ONE, of=other, at=timezone.now())
        Piece.objects.create(
            brand=brand,
            title=f"Piece {number}",
            keyword=keyword if number % 2 else other,
            kind="faq",
        )
        piece.title = f"Change {number}"
        piece.save()
    assert counts() == before
