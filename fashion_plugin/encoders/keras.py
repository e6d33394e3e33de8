"""Encoders that run in Keras: needs the ``train`` extra."""

from typing import Any

from fashion_plugin.errors import MissingExtra

__all__ = ["require_keras"]


def require_keras() -> Any:
    """The Keras module.

    Raises:
        MissingExtra: Keras or TensorFlow is not installed.
    """
    try:
        import keras
    except ImportError as error:
        raise MissingExtra(
            "This needs TensorFlow, which is not installed:  pip install 'fashion-plugin[train]'"
        ) from error
    return keras
