"""What was seen of a played call, held against what its script expects."""
