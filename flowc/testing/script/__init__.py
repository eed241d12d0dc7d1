"""Call scripts, from their text to values that can be played."""
