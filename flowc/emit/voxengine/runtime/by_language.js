// The language of the call, which a branch goes by.

/** @typedef {{ call: "language" }} LanguageSubject */

function languageOfCall() {
  return [S.language];
}
