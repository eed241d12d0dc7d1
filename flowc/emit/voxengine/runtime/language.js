// The step by which the caller goes on in another language. The agent learns of it when it has the caller again.

/** @param {ChangeLanguage} step @param {number} index */
function changeLanguage(step, index) {
  S.language = languageAfter(step, S.request, S.language);
  logStep(S.way, index, "language", S.language);
  return true;
}
