// Steps by which the caller goes on in another language.

/** @typedef {{ language: string | { parameter: string } }} ChangeLanguage */

/** Where the parameter that says which is missing, it stays as it is. @param {ChangeLanguage} step @param {Request | null} request @param {string} before */
function languageAfter(step, request, before) {
  const named = step.language;
  if (typeof named === "string") return named;
  return request !== null && has(request.parameters, named.parameter) ? String(request.parameters[named.parameter]) : before;
}
