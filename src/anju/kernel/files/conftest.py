from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from anju.kernel.secrets import KeyRing


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path, settings: Any) -> Path:
    """A data folder of its own, with keys."""
    settings.DATA = tmp_path
    KeyRing.create(tmp_path)
    return tmp_path
