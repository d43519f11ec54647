"""The rules of the house that no linter knows: who may import whom, and what has a test."""

import ast
import importlib
import inspect
import pkgutil
import re

import pytest

from tests.check.sources import ROOT, imports, python_files, shown, tree, within

VIEWS = (
    "integrations.views",
    "integrations.forms",
    "integrations.access",
    "integrations.middleware",
    "integrations.request_log",
    "integrations.urls",
    "integrations.templatetags",
)
WEB = (
    "django.http",
    "django.forms",
    "django.shortcuts",
    "django.template",
    "django.contrib.messages",
    "django.views",
)
#: What hides secrets from the reports of errors has to be where the secrets are.
HIDING = "django.views.decorators.debug"
HTTP_CLIENTS = ("requests", "urllib3", "httpx", "http.client", "urllib.request")
PRODUCT = ("integrations.models", "integrations.services", "integrations.focus")

WAY_OUT = tuple(f"focusadmin/{name}.py" for name in ("outbound", "outbound_session", "wire"))

#: (files, what they may not import, why)
ARROWS = (
    ("integrations/focus", ("django", "environ"), "the client could be published without Django"),
    (
        "integrations/focus",
        (*VIEWS, "integrations.services", "integrations.models"),
        "the client knows nothing of what is built on it",
    ),
    ("integrations/services", VIEWS, "services decide what happens, whoever asks"),
    ("integrations/services", WEB, "services know no request, form, page or message"),
    ("integrations/models", (*VIEWS, "integrations.services"), "rows are below services"),
    *((file, ("django", "integrations"), "the way out stands alone") for file in WAY_OUT),
    ("integrations/sandbox", (*VIEWS, *PRODUCT), "the sandbox is the other end of the wire"),
    *(
        (folder, ("integrations.sandbox",), "the product does not know that there is a sandbox")
        for folder in (
            "integrations/focus",
            "integrations/services",
            "integrations/views",
            "integrations/models",
            "focusadmin",
        )
    ),
)


@pytest.mark.parametrize(("folder", "banned", "reason"), ARROWS)
def test_imports_point_one_way(folder: str, banned: tuple[str, ...], reason: str) -> None:
    wrong = [
        f"{shown(path)} imports {name}: {reason}"
        for path in python_files(folder)
        for name in sorted(imports(path))
        if any(within(name, package) for package in banned) and not within(name, HIDING)
    ]

    assert not wrong, "\n".join(wrong)


def test_only_the_way_out_and_the_sandbox_speak_http() -> None:
    wrong = [
        f"{shown(path)} imports {name}; call focusadmin.outbound.Outbound instead"
        for path in (*python_files("focusadmin"), *python_files("integrations"))
        if shown(path) not in WAY_OUT and "sandbox" not in path.parts
        for name in sorted(imports(path))
        if any(within(name, package) for package in HTTP_CLIENTS)
    ]

    assert not wrong, "\n".join(wrong)


def test_only_settings_read_the_environment() -> None:
    """The demo, which makes an environment for other processes, is the exception."""
    allowed = {"focusadmin/settings.py", "integrations/management/demo.py"}
    wrong = [
        f"{shown(path)}:{node.lineno} reads the environment; read a setting instead"
        for path in (*python_files("focusadmin"), *python_files("integrations"))
        if shown(path) not in allowed
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and ast.unparse(node) in {"os.getenv", "os.environ.get"}
    ]

    assert not wrong, "\n".join(wrong)


def test_every_focus_error_is_a_focus_error() -> None:
    focus = importlib.import_module("integrations.focus")
    root = importlib.import_module("integrations.focus.errors").FocusError
    modules = [
        importlib.import_module(f"integrations.focus.{module.name}")
        for module in pkgutil.iter_modules(focus.__path__)
    ]

    errors = {
        found
        for module in modules
        for _, found in inspect.getmembers(module, inspect.isclass)
        if issubclass(found, BaseException) and found.__module__.startswith(focus.__name__)
    }

    assert len(errors) > 1
    assert not {error for error in errors if not issubclass(error, root)}


def views() -> set[tuple[str, str]]:
    """Return (module, function) of every view that an address of the product leads to."""
    urls = tree(ROOT / "integrations/urls.py")
    modules = {name.rpartition(".")[2] for name in imports(ROOT / "integrations/urls.py")}
    return {
        (node.value.id, node.attr)
        for node in ast.walk(urls)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id in modules
    }


def test_every_view_has_a_test_file() -> None:
    """``accounts.show`` is tested in ``views/accounts/test_show.py`` or ``test_accounts.py``."""
    wrong = [
        f"nothing tests {module}.{view}: there is no tests/views/{module}/test_{view}.py"
        for module, view in sorted(views())
        if not (ROOT / f"tests/views/{module}/test_{view}.py").exists()
        and not (ROOT / f"tests/views/test_{module}.py").exists()
    ]

    assert views()
    assert not wrong, "\n".join(wrong)


def test_every_command_has_a_test_file() -> None:
    tested = {path.stem for path in python_files("tests")}
    commands = [
        path.stem
        for folder in ("integrations", "focusadmin")
        for path in python_files(f"{folder}/management/commands")
        if path.stem != "__init__"
    ]

    assert not [name for name in commands if f"test_{name}" not in tested]


INLINE = {
    "inline script": r"<script(?![^>]*\bsrc=)(?![^>]*type=.application/json)",
    "style element": r"<style",
    "style attribute": r"\sstyle=",
    "event attribute": r"<[^>]*\son[a-z]+\s*=",
    "script address": r"""(?:href|action|src)\s*=\s*["']?\s*javascript:""",
}


@pytest.mark.parametrize("kind", INLINE)
def test_templates_hold_nothing_that_the_content_security_policy_forbids(kind: str) -> None:
    pages = [*ROOT.glob("templates/**/*.html"), *ROOT.glob("integrations/**/*.html")]
    wrong = [
        f"{shown(page)}: {kind}"
        for page in pages
        if re.search(INLINE[kind], page.read_text(), re.IGNORECASE)
    ]

    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("folder", ["focusadmin", "integrations"])
def test_files_and_functions_stay_small_enough_to_read(folder: str) -> None:
    wrong = []
    for path in python_files(folder):
        if len(path.read_text().splitlines()) > 300:
            wrong.append(f"{shown(path)}: more than 300 lines; what are its two jobs?")
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno >= 50:
                wrong.append(f"{shown(path)}:{node.lineno} {node.name}: 50 lines or more")

    assert not wrong, "\n".join(wrong)


def calls(name: str) -> list[tuple[str, ast.Call]]:
    """Return (place, call) of every call of a method of this name in the product."""
    return [
        (f"{shown(path)}:{node.lineno}", node)
        for path in python_files("integrations")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == name
    ]


def test_only_the_pruning_deletes_of_the_record() -> None:
    """``pruning.prune`` is for the command."""
    allowed = ("integrations/services/pruning.py", "integrations/management/commands/prune.py")
    deleting = [*calls("prune"), *calls("_raw_delete")]

    assert any(place.startswith(allowed[0]) for place, _ in deleting)
    assert not [place for place, _ in deleting if not place.startswith(allowed)]


#: Of a change's fields those that no other row of ours has, so that a name is enough to tell.
WRITTEN_ONCE = {
    *("actor_issuer", "actor_subject", "actor_name", "key_label", "calendar_id", "calendar_name"),
    *("external_id", "before", "request_id", "client_address", "created_at"),
}


def test_nothing_rewrites_who_did_what() -> None:
    """By ``update``; that ``save`` refuses is proved beside the services."""
    rewriting = [*calls("update"), *calls("bulk_update")]
    wrong = [
        place
        for place, call in rewriting
        if WRITTEN_ONCE & {keyword.arg for keyword in call.keywords}
    ]

    assert rewriting
    assert not wrong


def test_no_error_is_swallowed() -> None:
    wrong = [
        f"{shown(path)}:{node.lineno} swallows an error"
        for folder in ("focusadmin", "integrations")
        for path in python_files(folder)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or all(isinstance(step, ast.Pass) for step in node.body))
    ]

    assert not wrong, "\n".join(wrong)
