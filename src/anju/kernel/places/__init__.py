"""Areas with codes, outlines and dated memberships in parallel hierarchies."""
