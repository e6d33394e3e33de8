"""The façade a user types."""


class FashionPlugin:
    """Visual search over one shop's catalogue."""
