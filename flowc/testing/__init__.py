"""Call scripts: read, played against the generated scenario in the emulator, judged, reported."""
