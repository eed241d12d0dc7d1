// The steps of `inbound` wait for what is read from ApplicationStorage, while the caller hears ringing; but not for long.

const SETTINGS_MS = 2000;

function inboundSettingsState() {
  return { settingsTimer: 0 };
}

function waitForSettings() {
  startTimer("settingsTimer", SETTINGS_MS, onSettingsLate);
  return true;
}

function onSettingsLate() {
  log("settings have not come: what is missing counts as empty");
  beginLoaded();
}

function beginOnceLoaded() {
  if (S.settingsTimer !== 0 && STORAGE.every((name) => isLoaded({ storage: name }))) beginLoaded();
}

function beginLoaded() {
  stopTimer("settingsTimer");
  nextStep();
}

ON_BEGIN.push(waitForSettings);
ON_SETTING_ARRIVED.push(beginOnceLoaded);
