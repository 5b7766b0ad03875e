"""The reference page says what the descriptors say."""

import runpy
from pathlib import Path

TOOL = Path(__file__).parents[2] / "tools" / "reference.py"


def test_the_reference_page_is_up_to_date() -> None:
    tool = runpy.run_path(str(TOOL))
    assert tool["TARGET"].read_text("utf8") == tool["reference"](), "run tools/reference.py"
