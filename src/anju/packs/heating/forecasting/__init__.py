"""Load forecast and weather correlation on hourly series of any source. Pure: no database, no Django."""
