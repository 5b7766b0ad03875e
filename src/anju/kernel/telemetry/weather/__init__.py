"""Weather is an observation source like any other: its stations are assets, its properties series, its values frames."""
