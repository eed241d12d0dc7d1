// Settings that are still on their way.

/** Whether a setting is still on its way. @type {((setting: Setting) => boolean)[]} */
const ON_SETTING_ASKED = [];
/** A setting has arrived, or is known to be missing. @type {(() => void)[]} */
const ON_SETTING_ARRIVED = [];

/** @param {Setting} setting */
function isLoaded(setting) {
  return !ON_SETTING_ASKED.some((isLoading) => isLoading(setting));
}
