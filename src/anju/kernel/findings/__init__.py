"""Things judged wrong: alarms, hazards, defects of a file, city diseases. One scale of grades for all."""
