"""Product photos from the web, fetched as if every URL were written by an enemy.

Only http and https, usual ports and public addresses, checked again at every redirect; a limit of bytes; a
deadline over everything. requests is loaded by the first fetch.
"""

from fashion_plugin.download.downloader import Downloader
from fashion_plugin.download.settings import DEFAULT_SETTINGS, Download, DownloadSettings

__all__ = ["DEFAULT_SETTINGS", "Download", "DownloadSettings", "Downloader"]
