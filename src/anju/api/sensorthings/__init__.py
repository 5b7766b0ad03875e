"""OGC SensorThings API 1.1, part 1 (OGC 18-088): equipment, its series and their values, for other programs."""
