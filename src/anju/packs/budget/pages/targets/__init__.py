"""One target: its answers by source, the indicator bound to it, and the steps that people take."""
