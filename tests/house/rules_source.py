"""Rules for the source, each a function from a tree to the list of what breaks it."""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import re

import grimp
from msgspec import Struct, structs

from tests.house.tree import Tree, functions

FUNCTION_LINES_MAX = 70
FILE_LINES_MAX = 400
EMPTY_NAMES = {"util", "utils", "helper", "helpers", "common", "manager", "managers", "misc"}
CAPABILITY_FILES = ("__init__.py", "spec.py", "steps.py")
PUBLIC = {
    "diorama",
    *(f"diorama.{name}" for name in ("asgi", "testing", "sandbox", "stability", "providers", "harness")),
}


def long_functions(tree: Tree) -> list[str]:
    found = []
    for path in tree.source():
        for name, function in functions(path):
            lines = (function.end_lineno or function.lineno) - function.lineno + 1
            if lines > FUNCTION_LINES_MAX:
                found.append(f"{tree.name(path)}: {name} has {lines} lines, {FUNCTION_LINES_MAX} are allowed")
    return found


def long_files(tree: Tree) -> list[str]:
    lengths = [(path, len(path.read_text(encoding="utf-8").splitlines())) for path in tree.source()]
    return [
        f"{tree.name(path)} has {lines} lines, {FILE_LINES_MAX} are allowed"
        for path, lines in lengths
        if lines > FILE_LINES_MAX
    ]


def empty_names(tree: Tree) -> list[str]:
    """Modules and folders whose name does not say what is in them."""
    paths = tree.source() + tree.files("tests", "*.py")
    return [
        f"{tree.name(path)}: name it after what it holds"
        for path in paths
        if any(EMPTY_NAMES & set(part.removesuffix(".py").split("_")) for part in path.relative_to(tree.root).parts)
    ]


def vendors_named(tree: Tree) -> list[str]:
    """Names of those whose APIs people bring; what works for one document works for all of them, by rule."""
    name = re.compile(r"(?i)stripe|twilio|paypal|github")
    return [
        f"{tree.name(path)}:{number}: say it without the vendor: {line.strip()}"
        for path in tree.source()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if name.search(line)
    ]


def postponed_work(tree: Tree) -> list[str]:
    word = re.compile(r"\b(?:TODO|FIXME|XXX)\b")
    return [
        f"{tree.name(path)}:{number}: {line.strip()}"
        for path in tree.source()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if word.search(line)
    ]


def unexplained_exceptions(tree: Tree) -> list[str]:
    """Switched-off checks without a reason, which stands on the same line or in a comment on the line above."""
    switch = re.compile(r"#\s*(?:noqa(?::\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*)?|type:\s*ignore(?:\[[\w,\s-]*\])?)")
    found = []
    for path in tree.source():
        lines = path.read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines):
            if switch.search(line):
                rest = switch.sub("", line[line.index("#") :])
                above = lines[number - 1].strip() if number else ""
                if not re.search(r"\w{2,}", rest) and not above.startswith("#"):
                    found.append(f"{tree.name(path)}:{number + 1}: say why: {line.strip()}")
    config = tree.text("pyproject.toml")
    rules = re.findall(r'^    "[A-Z]+\d*",[^#\n]*$', config, re.MULTILINE)
    return found + [f"pyproject.toml: say why: {rule.strip()}" for rule in rules]


def import_cycles(package: str) -> list[str]:
    """Each import that lies on a way back to where it started, with that way."""
    graph = grimp.build_graph(package, cache_dir=None)
    found = []
    for module in sorted(graph.modules):
        for imported in sorted(graph.find_modules_directly_imported_by(module)):
            back = graph.find_shortest_chain(importer=imported, imported=module)
            if back and module == min(back):
                found.append(" -> ".join([module, *back]))
    return found


def misshapen_capabilities(tree: Tree) -> list[str]:
    """Folders under ``capabilities`` that are not of the one shape, and what registry.py lists without a folder."""
    folders = tree.capabilities()
    found = [
        f"{tree.name(folder)}: {name} is missing"
        for folder in folders
        for name in CAPABILITY_FILES
        if not (folder / name).is_file()
    ]
    if found or not folders:
        return found
    registered = list(importlib.import_module("diorama.capabilities.registry").CAPABILITIES)
    for folder in folders:
        module = importlib.import_module(f"diorama.capabilities.{folder.name}")
        capability = getattr(module, "CAPABILITY", None)
        if capability is None:
            found.append(f"{tree.name(folder)}/__init__.py exports no CAPABILITY")
            continue
        found += [f"{tree.name(folder)}: {fault}" for fault in capability_faults(folder.name, capability)]
        if capability not in registered:
            found.append(f"{tree.name(folder)}: capabilities/registry.py does not list it")
    names = {folder.name for folder in folders}
    return found + [
        f"registry.py lists {item.name}, which has no folder" for item in registered if item.name not in names
    ]


def capability_faults(folder: str, capability: object) -> list[str]:
    """What keeps an object from being the capability of a folder."""
    found = []
    spec = getattr(capability, "spec", None)
    part = getattr(capability, "slice", "missing")
    compile_ = getattr(capability, "compile", None)
    if getattr(capability, "name", None) != folder:
        found.append(f"its name is not {folder!r}")
    if not (isinstance(spec, type) and issubclass(spec, Struct) and spec.__struct_config__.frozen):
        found.append("its spec is not a frozen msgspec Struct")
    elif required := [field.encode_name for field in structs.fields(spec) if field.required]:
        found.append(f"these fields of its spec have no default: {', '.join(required)}")
    if part is not None and not (hasattr(part, "name") and hasattr(part, "version") and hasattr(part, "on_fork")):
        found.append("its slice is neither None nor a Slice")
    if not callable(compile_):
        found.append("it has no compile")
    elif len(inspect.signature(compile_).parameters) != 2:
        found.append("its compile does not take (spec, context)")
    return found


def changed_exports(tree: Tree) -> list[str]:
    """Public names that tests/house/exports.json does not know, or knows and misses."""
    agreed: dict[str, list[str]] = json.loads(tree.text("tests/house/exports.json"))
    found = []
    for path in tree.source():
        module = tree.module(path)
        if module.count(".") > 1:
            continue
        names = _exports(ast.parse(path.read_text(encoding="utf-8")))
        if names is None and module in PUBLIC:
            found.append(f"{module} is public and has no __all__")
        elif names is not None and sorted(names) != sorted(agreed.get(module, [])):
            found.append(f"{module} exports {sorted(names)}, agreed is {sorted(agreed.get(module, []))}")
    present = set(tree.modules())
    return found + [f"{module} was agreed and is gone" for module in sorted(agreed) if module not in present]


def missing_exports(tree: Tree) -> list[str]:
    """Names in ``__all__`` that the module does not have."""
    agreed: dict[str, list[str]] = json.loads(tree.text("tests/house/exports.json"))
    return [
        f"{module}.{name} does not exist"
        for module, names in agreed.items()
        for name in names
        if not hasattr(importlib.import_module(module), name)
    ]


def _exports(module: ast.Module) -> list[str] | None:
    for node in module.body:
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        if any(isinstance(target, ast.Name) and target.id == "__all__" for target in targets):
            value = node.value  # type: ignore[attr-defined]
            return [str(name) for name in ast.literal_eval(value)]
    return None
