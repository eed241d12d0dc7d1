// Settings: values that the flow only names, and that are read when the call starts.

/**
 * @typedef {string | Settings[keyof Settings]} Setting
 * @typedef {{ [kind in keyof Settings]: (setting: Settings[kind]) => string }} SettingReaders
 */

/** The value of a setting, or "" if it is missing. @param {Setting} setting */
function valueOf(setting) {
  if (typeof setting === "string") return setting;
  const read = /** @type {((setting: Setting) => string) | undefined} */ (entryFor(SETTINGS, setting));
  return read === undefined ? "" : read(setting);
}
