"""The process that does what no page may wait for: the schedule, indicators to compute again, background jobs."""
