"""What forms call things, and how their cells write figures, money and departments."""
