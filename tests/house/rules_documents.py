"""Rules for what stands beside the source: documentation, locks, and words that belong in no file."""

from __future__ import annotations

import importlib
import importlib.util
import re
import tomllib
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import yaml
from msgspec import Struct
from packaging.requirements import Requirement

from tests.house.tree import Tree, functions

ARCHITECTURE_LINES_MAX = 60
LOCKS = ("requirements/runtime.txt", "requirements/build.txt", "requirements/dev.txt")
TEXT = (".md", ".py", ".toml", ".yml", ".yaml", ".sh", ".txt", ".in", ".cfg")

MACHINE_PATH = re.compile(r"(?<![\w.}~*-])/(?:work|root|tmp|home/\w+|Users/\w+)/")
REGISTRY = re.compile(
    r"pypi\.org|pythonhosted\.org|registry\.npmjs|registry\.yarnpkg|proxy\.golang|crates\.io", re.IGNORECASE
)
ISSUE = re.compile(
    r"\b(?:issues?|tickets?|bugs?|pull requests?|GH|PR)[ -]?#?\d+\b|(?<![\w&/#\"'])#\d{1,5}\b", re.IGNORECASE
)
LOCK_ADDRESS = re.compile(
    r"https?://|file:|^\s*-(?:i|f)\b|^\s*--(?:extra-)?index-url|^\s*--find-links| @ ", re.MULTILINE
)


def undocumented_errors(tree: Tree) -> list[str]:
    """Codes of the catalogue without their exact row in the reference, and rows without a code."""
    catalogue = importlib.import_module("diorama.model.errors").CATALOGUE
    lines = tree.text("docs/reference/errors.md").splitlines()
    rows = {
        code: f"| `{code}` | {kind.status} | {kind.severity} | {kind.recovery_action} | {kind.title} |"
        for code, kind in catalogue.items()
    }
    found = [f"docs/reference/errors.md lacks this row: {row}" for row in rows.values() if row not in lines]
    known = re.findall(r"^\| `(\w+)` \|", "\n".join(lines), re.MULTILINE)
    found += [f"docs/reference/errors.md explains {code}, which does not exist" for code in known if code not in rows]
    sections = set(re.findall(r"^## `(\w+)`", "\n".join(lines), re.MULTILINE))
    categories = {kind.category for kind in catalogue.values()}
    return found + [f"docs/reference/errors.md: category {name}" for name in sorted(sections ^ categories)]


def undocumented_commands(tree: Tree) -> list[str]:
    """Commands, arguments and options that the command reference does not name in the command's section."""
    if not tree.has("cli"):
        return []
    cli = importlib.import_module("diorama.cli")
    root = cli.app
    sections = _sections(tree.text("docs/reference/cli.md"))
    found = []
    for name, command in _commands("diorama", root):
        section = sections.get(f"`{name}`")
        if section is None:
            found.append(f"docs/reference/cli.md has no section `{name}`")
            continue
        for parameter in command.params:
            option = parameter.param_type_name == "option"
            names = (
                [*parameter.opts, *parameter.secondary_opts]
                if option
                else [(parameter.metavar or parameter.name).upper()]
            )
            shown = [text for text in names if not option or text.startswith("--")]
            found += [f"docs/reference/cli.md, `{name}`: {text}" for text in shown if f"`{text}" not in section]
    return found


def undocumented_settings(tree: Tree) -> list[str]:
    """Fields of the settings that the reference does not name."""
    if not tree.has("app"):
        return []
    if importlib.util.find_spec("diorama.app.settings") is None:
        return ["diorama.app.settings does not exist"]
    module = importlib.import_module("diorama.app.settings")
    groups = [
        value for value in vars(module).values() if isinstance(value, type) and value.__module__ == module.__name__
    ]
    names = [name for group in groups for name in _field_names(group)]
    text = tree.text("docs/reference/settings.md")
    found = [f"docs/reference/settings.md lacks `{name}`" for name in names if f"`{name}`" not in text]
    return found or ([] if names else ["diorama.app.settings defines no settings"])


def undocumented_capabilities(tree: Tree) -> list[str]:
    return [
        f"docs/capabilities/{folder.name}.md does not exist"
        for folder in tree.capabilities()
        if not tree.text(f"docs/capabilities/{folder.name}.md").strip()
    ]


def pages_outside_the_menu(tree: Tree) -> list[str]:
    menu = yaml.safe_load(tree.text("mkdocs.yml"))["nav"]
    listed = set(_leaves(menu))
    pages = {path.relative_to(tree.root / "docs").as_posix() for path in tree.files("docs", "*.md")}
    found = [f"mkdocs.yml: {page} is not in nav, or not there" for page in sorted(pages ^ listed)]
    index = tree.text("docs/decisions/index.md")
    decisions = [page.removeprefix("decisions/") for page in sorted(pages) if re.match(r"decisions/\d{4}-", page)]
    return found + [f"docs/decisions/index.md does not list {page}" for page in decisions if f"({page})" not in index]


def dead_links(tree: Tree) -> list[str]:
    """Links of the pages outside docs/ that lead to no file; the strict build checks the rest."""
    return [
        f"{path.name} links to {target}, which is not there"
        for path in sorted(tree.root.glob("*.md"))
        for target in re.findall(r"\]\(([^)#\s]+)", path.read_text(encoding="utf-8"))
        if "://" not in target and not (path.parent / target).exists()
    ]


def architecture_faults(tree: Tree) -> list[str]:
    """ARCHITECTURE.md: its length, rules without a test, and tests and files that are not there."""
    text = tree.text("ARCHITECTURE.md")
    found = []
    if (lines := len(text.splitlines())) > ARCHITECTURE_LINES_MAX:
        found.append(f"ARCHITECTURE.md has {lines} lines, {ARCHITECTURE_LINES_MAX} are allowed")
    named_files = [name for name in re.findall(r"`(\w+(?:/\w+)+\.py)`", text) if not name.startswith("tests/")]
    found += [f"ARCHITECTURE.md names {name}, which is not there" for name in named_files if not tree.has_file(name)]
    rules = re.findall(r"^\| (?!rule \|)(?!-)(.+?) \| (.*) \|$", text.partition("## Rules")[2], re.MULTILINE)
    present = {(tree.name(path), name) for path in tree.tests() for name, _ in functions(path)}
    present |= {(tree.name(path), "") for path in tree.tests()}
    for rule, holder in rules:
        named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", holder)
        found += [] if named else [f"ARCHITECTURE.md: no test holds: {rule}"]
        found += [
            f"ARCHITECTURE.md names {file} {name}, which is not there"
            for file, name in named
            if (file, name) not in present
        ]
    return found if rules else [*found, "ARCHITECTURE.md has no rules"]


def lock_faults(tree: Tree) -> list[str]:
    """Locks with an address or without hashes, and dependencies that they do not satisfy."""
    found = []
    pinned = {}
    for lock in LOCKS:
        text = tree.text(lock)
        found += [f"{lock} carries an address: {match.group().strip()}" for match in LOCK_ADDRESS.finditer(text)]
        blocks = re.findall(r"^([\w.-]+)(?:\[[\w,-]+\])?==([\w.+!]+)(.*(?:\n[ \t]+--hash.*)*)", text, re.MULTILINE)
        pinned[lock] = {_plain(name): version for name, version, _ in blocks}
        found += [f"{lock}: {name} has no hash" for name, _, rest in blocks if "--hash=sha256:" not in rest]
    config = tomllib.loads(tree.text("pyproject.toml"))
    groups = config["dependency-groups"]
    wanted = {
        LOCKS[0]: config["project"]["dependencies"],
        LOCKS[1]: groups["build"],
        LOCKS[2]: config["project"]["dependencies"] + groups["build"] + groups["dev"],
    }
    for lock, dependencies in wanted.items():
        for requirement in map(Requirement, dependencies):
            version = pinned[lock].get(_plain(requirement.name))
            if version is None or not requirement.specifier.contains(version, prereleases=True):
                found.append(
                    f"{lock} has {requirement.name} {version}, wanted is {requirement.specifier}: run make lock"
                )
    for lock in LOCKS[:2]:
        differing = [name for name, version in pinned[lock].items() if pinned[LOCKS[2]].get(name) != version]
        found += [f"{LOCKS[2]} differs from {lock} in {name}: run make lock" for name in differing]
    return found


def words_that_belong_nowhere(tree: Tree) -> list[str]:
    """Paths of somebody's machine, addresses of package registries, and numbers of issues in files of the project."""
    found = []
    for name, text in tree.tracked():
        for number, line in enumerate(text.splitlines(), 1):
            place = f"{name}:{number}"
            if match := MACHINE_PATH.search(line):
                found.append(f"{place}: a path of a machine: {match.group()}")
            if match := REGISTRY.search(line):
                found.append(f"{place}: a registry's address: {match.group()}")
            if name.endswith(TEXT) and name != "LICENSE" and (match := ISSUE.search(line)):
                found.append(f"{place}: an issue's number: {match.group()}")
    return found


def _sections(markdown: str) -> dict[str, str]:
    """Headings of a page with the text below each, up to the next heading."""
    parts = re.split(r"^#{1,6} +(.+)$", markdown, flags=re.MULTILINE)
    return dict(zip((part.strip() for part in parts[1::2]), parts[2::2], strict=True))


def _commands(name: str, command: Any) -> Iterator[tuple[str, Any]]:
    """Every command below a click command that does something, with what has to be typed."""
    children = {child: item for child, item in getattr(command, "commands", {}).items() if not item.hidden}
    if not children or command.params:
        yield name, command
    for child, item in sorted(children.items()):
        yield from _commands(f"{name} {child}", item)


def _field_names(group: type) -> list[str]:
    if issubclass(group, Struct):
        return list(group.__struct_fields__)
    return [field.name for field in fields(group)] if is_dataclass(group) else []


def _leaves(menu: Any) -> Iterator[str]:
    for item in menu:
        for value in item.values() if isinstance(item, dict) else [item]:
            if isinstance(value, str):
                yield value
            else:
                yield from _leaves(value)


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
