"""What happens to a message between its adapter and the disk, and after: group, number, judge, commit, tell."""
