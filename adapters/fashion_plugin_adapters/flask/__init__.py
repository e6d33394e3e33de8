"""Visual search in a Flask app, by one blueprint: ``app.register_blueprint(fashion_blueprint(shop))``."""

from fashion_plugin_adapters.flask.blueprint import adapters_blueprint, fashion_blueprint

__all__ = ["adapters_blueprint", "fashion_blueprint"]
