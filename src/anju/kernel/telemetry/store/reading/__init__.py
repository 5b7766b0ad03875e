"""What everybody asks of the store: sealed files and open segments as one history. No reader waits for a writer."""

from .grouping import Grouped
from .history import History, Trend

__all__ = ["Grouped", "History", "Trend"]
