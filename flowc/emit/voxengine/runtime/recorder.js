// Recorders of the platform: how long one is waited for.

const RECORDER_STARTS_MS = 3000;
