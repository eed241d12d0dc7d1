// How long it is waited for that a recorder says that all is recorded.

const RECORDER_STOPS_MS = 2000;
