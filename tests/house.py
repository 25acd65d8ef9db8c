"""The rules of the house, read off the source: each takes a tree and returns what breaks the rule."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.state import ProjectState

FLOORS = ("serp", "reputation", "content")
"""From the ground up; each may import those before it."""

SHELL = {f"reputation/{name}.py" for name in ("settings", "urls", "celery", "shell")}
"""These name the apps of every floor, but only in dotted strings."""

NAMELESS = {"util", "utils", "helper", "helpers", "common", "core", "misc"}
BY_NAME = {"get_model", "get_app_config", "import_module", "import_string"}
MARKUP_RULES = {
    "inline script": r"<script(?![^>]*\b(?:src=|type=[\"']application/(?:ld\+)?json))",
    "inline style": r"<style\b|\sstyle\s*=",
    "inline handler": r"<[^>]*\son[a-z]+\s*=",
    "script address": r"(?i)[\"']\s*javascript:",
}
UNESCAPED = r"\|\s*safe(?:seq)?\b|autoescape\s+off"


def modules(root: Path) -> dict[str, Path]:
    """Every Python module of the floors below `root`, migrations left out, by dotted name."""
    found = {}
    for floor in FLOORS:
        for path in sorted((root / floor).rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            if "migrations" not in parts:
                found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def imports(name: str, path: Path, known: frozenset[str]) -> Iterator[tuple[int, str]]:
    """Line and dotted name of everything a module imports, wherever in the file it does so.

    `from serp import tracking` is an import of `serp.tracking`, where that is one of the `known`.
    """
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, *filter(None, [base])])
            for alias in node.names:
                whole = f"{base}.{alias.name}"
                yield node.lineno, whole if whole in known else base


def reaches_up(root: Path) -> list[str]:
    """Imports of a higher floor, and its name in a dotted string or in a lookup such as get_model."""
    found = []
    known = frozenset(modules(root))
    for name, path in modules(root).items():
        higher = FLOORS[FLOORS.index(name.split(".")[0]) + 1 :]
        place = path.relative_to(root).as_posix()
        for line, target in imports(name, path, known):
            if target.split(".")[0] in higher:
                found.append(f"{place}:{line} imports {target}")
        if place not in SHELL:
            found += [f"{place}:{line} names {text}" for line, text in named(parsed(path), higher)]
    return found


def named(tree: ast.Module, floors: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    """Strings that name one of `floors`: "content.Piece" anywhere, "content" as a lookup's argument."""
    if not floors:
        return
    dotted = re.compile(rf"(?:{'|'.join(floors)})(?:\.\w+)+")
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if dotted.fullmatch(node.value):
                yield node.lineno, node.value
        elif isinstance(node, ast.Call) and called(node) in BY_NAME:
            for argument in [*node.args, *(keyword.value for keyword in node.keywords)]:
                if isinstance(argument, ast.Constant) and argument.value in floors:
                    yield argument.lineno, str(argument.value)


def called(node: ast.Call) -> str:
    return getattr(node.func, "attr", getattr(node.func, "id", ""))


def circles(root: Path) -> list[str]:
    """Modules that import each other, directly or by way of others."""
    known = modules(root)
    graph = {
        name: {target for _, target in imports(name, path, frozenset(known)) if target in known}
        for name, path in known.items()
    }
    found: list[str] = []
    done: set[str] = set()

    def visit(name: str, trail: list[str]) -> None:
        if name in trail:
            found.append(" -> ".join([*trail[trail.index(name) :], name]))
        elif name not in done:
            for target in sorted(graph[name] - {name}):
                visit(target, [*trail, name])
            done.add(name)

    for name in graph:
        visit(name, [])
    return found


def without_docstring(root: Path) -> list[str]:
    """Files that do not open with their one reason; packages' __init__ need none."""
    paths = [*modules(root).values()]
    for folder in ("tests", "benchmarks"):
        paths += sorted((root / folder).rglob("*.py"))
    return [
        path.relative_to(root).as_posix()
        for path in paths
        if path.name != "__init__.py" and not ast.get_docstring(parsed(path))
    ]


def nameless(root: Path) -> list[str]:
    """Files and folders with a name that says nothing."""
    return [
        path.relative_to(root).as_posix()
        for floor in FLOORS
        for path in sorted((root / floor).rglob("*"))
        if path.stem in NAMELESS and (path.is_dir() or path.suffix == ".py")
    ]


def unsafe_templates(root: Path) -> list[str]:
    """Templates with inline script or style, which the policy blocks, or output that is not escaped."""
    found = []
    for floor in FLOORS:
        for path in sorted((root / floor / "templates").rglob("*.*")):
            place = path.relative_to(root).as_posix()
            source = path.read_text(encoding="utf-8")
            # What stands inside a tag of Django's is no attribute: {% if one == brand %}.
            markup = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", lambda tag: "_" * len(tag[0]), source)
            for what, pattern in MARKUP_RULES.items():
                found += [f"{place}:{line} {what}" for line in lines_with(pattern, markup)]
            found += [f"{place}:{line} unescaped output" for line in lines_with(UNESCAPED, source)]
    return found


def lines_with(pattern: str, text: str) -> list[int]:
    return [text.count("\n", 0, match.start()) + 1 for match in re.finditer(pattern, text)]


def unwritten_migrations(migrated: ProjectState, models: ProjectState) -> list[str]:
    """What the models of our apps say and their migrations do not."""
    changes = MigrationAutodetector(migrated, models)._detect_changes()
    return [
        f"{app}: {operation.describe()}"
        for app, migrations in sorted(changes.items())
        if app in FLOORS
        for migration in migrations
        for operation in migration.operations
    ]
