"""Rules between tags (section 4): what single series cannot show. Vectorised over arrays, NaN for a gap. Pure."""
