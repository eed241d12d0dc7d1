// Settings that are secrets of the application.

/** @typedef {{ secret: string }} SecretSetting */

/** @param {SecretSetting} setting */
function secretValue(setting) {
  try {
    return VoxEngine.getSecretValue(setting.secret) || "";
  } catch (error) {
    log("secret " + setting.secret + " cannot be read");
    return "";
  }
}
