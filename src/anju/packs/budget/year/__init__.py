"""What happens to the lines of a kept file through the year: watched, answered for, scored, decided upon."""
