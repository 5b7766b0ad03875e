"""OGC API - Features, part 1 (OGC 17-069r4, ISO 19168-1): what the bureau has decided to publish, as GeoJSON."""
