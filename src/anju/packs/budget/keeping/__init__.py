"""Target files in the database: kept, reviewed, corrected, and previewed before they are kept."""
