"""规则表: the pages on which a bureau reads and changes its dated settings, whichever pack they belong to."""
