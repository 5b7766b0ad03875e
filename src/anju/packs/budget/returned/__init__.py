"""Official forms that come back filled in: recognised, compared with what is kept, taken over."""
