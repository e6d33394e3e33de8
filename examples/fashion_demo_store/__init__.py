"""A small fashion store with visual search."""
