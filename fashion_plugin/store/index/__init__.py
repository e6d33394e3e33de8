"""The search index: a copy of the live vectors in memory, for catalogues that sqlite-vec scans too slowly."""

from fashion_plugin.store.index.live import INDEX_MODES, IndexMode, IndexSettings, SearchIndex, settings_of

__all__ = ["INDEX_MODES", "IndexMode", "IndexSettings", "SearchIndex", "settings_of"]
