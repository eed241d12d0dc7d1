// Numbers that a call was started with.

/** @typedef {{ data: string }} DataSetting */

/** @param {DataSetting} setting */
function numberOfData(setting) {
  return has(S.data, setting.data) ? String(S.data[setting.data]) : "";
}
