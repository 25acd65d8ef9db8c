"""The house stays a house: floors, circles, names, docstrings, templates, migrations; each guard bites."""

from pathlib import Path

import pytest
from django.apps import apps
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from tests import house
from tests.conftest import REPOSITORY


def tree(root: Path, files: dict[str, str]) -> Path:
    """Write a small project and return its folder."""
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


def test_the_guards_see_the_whole_house() -> None:
    found = house.modules(REPOSITORY)
    assert {"serp.models.keyword", "reputation.settings", "content.apps"} <= set(found)


def test_imports_run_downward_only() -> None:
    assert house.reaches_up(REPOSITORY) == []


@pytest.mark.parametrize(
    "line",
    [
        "import reputation.scoring",
        "from reputation import scoring",
        "from reputation.scoring import score",
        "from ..reputation import scoring",
        "def later():\n    from content.briefing import brief",
        "if TYPE_CHECKING:\n    from content.models import Piece",
        'Piece = apps.get_model("content", "Piece")',
        'Piece = apps.get_model(app_label="content", model_name="Piece")',
        'Piece = apps.get_model("content.Piece")',
        'piece = models.ForeignKey("content.Piece", models.CASCADE)',
        'import_module("reputation")',
    ],
)
def test_a_ground_floor_that_reaches_up_is_refused(tmp_path: Path, line: str) -> None:
    files = {"serp/views/page.py": line, "serp/views/__init__.py": "", "reputation/scoring.py": ""}
    if line.startswith("from .."):
        files = {"serp/page.py": line}
    assert len(house.reaches_up(tree(tmp_path, files))) == 1


@pytest.mark.parametrize(
    "line",
    ["from serp.models import Brand", 'reverse("content:month")', '"""About content."""'],
)
def test_a_middle_floor_that_reaches_down_is_fine(tmp_path: Path, line: str) -> None:
    assert house.reaches_up(tree(tmp_path, {"reputation/page.py": line})) == []


def test_the_shell_may_name_the_floors_but_not_import_them(tmp_path: Path) -> None:
    named = {"reputation/urls.py": 'include("content.urls")'}
    assert house.reaches_up(tree(tmp_path, named)) == []
    imported = {"reputation/urls.py": "from content import urls"}
    assert house.reaches_up(tree(tmp_path / "bad", imported)) == [
        "reputation/urls.py:1 imports content"
    ]


def test_modules_import_no_circles() -> None:
    assert house.circles(REPOSITORY) == []


def test_a_circle_is_refused(tmp_path: Path) -> None:
    files = {
        "serp/__init__.py": "",
        "serp/one.py": "from serp import two",
        "serp/two.py": "def later():\n    from serp.three import x",
        "serp/three.py": "from . import one",
    }
    assert house.circles(tree(tmp_path, files)) == [
        "serp.one -> serp.two -> serp.three -> serp.one"
    ]


def test_every_file_opens_with_its_reason() -> None:
    assert house.without_docstring(REPOSITORY) == []


def test_a_file_without_a_reason_is_refused(tmp_path: Path) -> None:
    files = {
        "serp/a.py": "# no docstring\nx = 1",
        "serp/b.py": '"""One reason."""',
        "serp/__init__.py": "",
        "serp/migrations/0001_initial.py": "x = 1",
        "tests/test_a.py": "x = 1",
    }
    assert house.without_docstring(tree(tmp_path, files)) == ["serp/a.py", "tests/test_a.py"]


def test_every_room_has_a_name_that_says_something() -> None:
    assert house.nameless(REPOSITORY) == []


@pytest.mark.parametrize("name", ["serp/utils.py", "reputation/core/x.py", "content/helpers.py"])
def test_a_name_that_says_nothing_is_refused(tmp_path: Path, name: str) -> None:
    assert len(house.nameless(tree(tmp_path, {name: ""}))) == 1


def test_templates_keep_to_the_policy_and_escape_all() -> None:
    assert house.unsafe_templates(REPOSITORY) == []


@pytest.mark.parametrize(
    "markup",
    [
        "<script>go()</script>",
        "<script defer>go()</script>",
        "<style>p {}</style>",
        '<p style="color: red">',
        '<a href="#" onclick="go()">',
        '<a href="javascript:go()">',
        "{{ title|safe }}",
        "{{ titles | safeseq }}",
        "{% autoescape off %}",
    ],
)
def test_an_unsafe_template_is_refused(tmp_path: Path, markup: str) -> None:
    files = {"content/templates/content/page.html": f"<main>\n{markup}\n</main>"}
    assert len(house.unsafe_templates(tree(tmp_path, files))) == 1


@pytest.mark.parametrize(
    "markup",
    [
        '<script src="a.js" defer></script>',
        '<script type="application/json">{}</script>',
        "<b>on</b>",
        '<option value="a"{% if one == other %} selected{% endif %}>',
    ],
)
def test_a_clean_template_is_fine(tmp_path: Path, markup: str) -> None:
    files = {"content/templates/content/page.html": markup}
    assert house.unsafe_templates(tree(tmp_path, files)) == []


def test_migrations_say_all_that_the_models_say() -> None:
    migrated = MigrationLoader(None).project_state()
    assert house.unwritten_migrations(migrated, ProjectState.from_apps(apps)) == []


def test_a_model_without_its_migration_is_refused() -> None:
    migrated = MigrationLoader(None).project_state()
    migrated.remove_model("serp", "heartbeat")
    found = house.unwritten_migrations(migrated, ProjectState.from_apps(apps))
    assert found == ["serp: Create model Heartbeat"]
