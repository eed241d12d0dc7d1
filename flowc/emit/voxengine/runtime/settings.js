// Settings: values that the flow only names, and that are read when the call starts.

/**
 * @typedef {string | Settings[keyof Settings]} Setting
 * @typedef {{ [kind in keyof Settings]: (setting: Settings[kind]) => string }} SettingReaders
 */

/** Settings will be needed soon. @type {(() => void)[]} */
const ON_SETTINGS_NEEDED = [];
/** Whether a setting is still on its way. @type {((setting: Setting) => boolean)[]} */
const ON_SETTING_ASKED = [];
/** A setting has arrived, or is known to be missing. @type {(() => void)[]} */
const ON_SETTING_ARRIVED = [];

/** The value of a setting, or "" if it is missing. @param {Setting} setting */
function valueOf(setting) {
  if (typeof setting === "string") return setting;
  const read = /** @type {((setting: Setting) => string) | undefined} */ (entryFor(SETTINGS, setting));
  return read === undefined ? "" : read(setting);
}

/** @param {Setting} setting */
function isLoaded(setting) {
  return !ON_SETTING_ASKED.some((isLoading) => isLoading(setting));
}
