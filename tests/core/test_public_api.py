"""What importing the package gives, and what it costs."""

import importlib
import pkgutil
import subprocess
import sys

import pytest

import fashion_plugin
from fashion_plugin import errors

HEAVY = (
    "numpy",
    "tensorflow",
    "keras",
    "flask",
    "ai_edge_litert",
    "requests",
    "sqlite_utils",
    "PIL",
    "click",
)
MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(fashion_plugin.__path__, "fashion_plugin.")
    if ".training" not in module.name and not module.name.endswith(("encoders.networks", "__main__"))
)


def test_importing_the_package_imports_nothing_heavy() -> None:
    code = f"import sys, fashion_plugin; print([name for name in {HEAVY!r} if name in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


def test_the_names_a_user_types_are_there() -> None:
    assert sorted(fashion_plugin.__all__) == fashion_plugin.__all__
    for name in fashion_plugin.__all__:
        assert getattr(fashion_plugin, name)
    with pytest.raises(AttributeError, match="nothing_like_it"):
        _ = fashion_plugin.nothing_like_it


@pytest.mark.parametrize("name", MODULES)
def test_every_module_lists_its_public_names_in_order(name: str) -> None:
    module = importlib.import_module(name)
    listed = module.__dict__.get("__all__")
    if listed is None:
        assert name.rsplit(".", 1)[-1].startswith("_") or not any(
            getattr(value, "__module__", None) == name
            for key, value in vars(module).items()
            if not key.startswith("_")
        ), f"{name} defines public names but no __all__"
        return
    assert all(hasattr(module, public) for public in listed)
    assert len(set(listed)) == len(listed)


def test_every_error_is_in_the_tree_that_its_module_draws() -> None:
    for name in errors.__all__:
        kind = getattr(errors, name)
        assert issubclass(kind, errors.FashionPluginError)
        assert name in (errors.__doc__ or ""), f"{name} is missing in the drawing"
