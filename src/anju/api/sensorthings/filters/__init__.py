"""What ``$filter`` and ``$orderby`` say, for rows of the database and for columns of points."""
