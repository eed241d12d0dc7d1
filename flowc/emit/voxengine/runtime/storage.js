// Settings that are kept in ApplicationStorage.

/** @typedef {{ storage: string }} StorageSetting */

function storageState() {
  return {
    /** What ApplicationStorage answered, by "entry " and name; null is missing. @type {Record<string, string | null>} */
    storage: {},
  };
}

/** @param {StorageSetting} setting */
function storedValue(setting) {
  return S.storage["entry " + setting.storage] || "";
}

/** @param {Setting} setting */
function isStorageLoading(setting) {
  return typeof setting === "object" && "storage" in setting && !has(S.storage, "entry " + setting.storage);
}

/** Loads what the flow reads from ApplicationStorage, as far as it is not there yet. */
function loadStorage() {
  STORAGE.filter((name) => !S.storage["entry " + name]).forEach((name) => {
    const loaded = safely("read " + name, () => {
      ApplicationStorage.get(name).then(onStored.bind(null, name), onStorageFailed.bind(null, name));
    });
    if (!loaded) setStored(name, null);
  });
}

/** @param {string} name @param {{ value: string } | null | undefined} entry */
function onStored(name, entry) {
  const value = entry === null || entry === undefined ? null : entry.value;
  if (value === null) log("ApplicationStorage has no " + name);
  setStored(name, value);
}

/** @param {string} name */
function onStorageFailed(name) {
  log("ApplicationStorage could not be read: " + name);
  setStored(name, null);
}

/** @param {string} name @param {string | null} value */
function setStored(name, value) {
  if (value !== null || !has(S.storage, "entry " + name)) S.storage["entry " + name] = value;
  ON_SETTING_ARRIVED.forEach((arrived) => arrived());
}

ON_SETTINGS_NEEDED.push(loadStorage);
ON_SETTING_ASKED.push(isStorageLoading);
