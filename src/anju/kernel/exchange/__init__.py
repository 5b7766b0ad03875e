"""What goes to other platforms and comes from them: expected, sent, acknowledged, rejected, sent again."""
