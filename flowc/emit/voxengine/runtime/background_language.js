// Actions that change the language and leave the conversation alone: the agent talks on, and is told at once.

/** The log says in which language the call goes on. @param {Placed[]} placed @param {Request} request */
function withLanguages(placed, request) {
  let language = S.language;
  return placed.map((each) => {
    if (!("language" in each.step)) return each;
    language = languageAfter(each.step, request, language);
    return Object.assign({}, each, { which: language });
  });
}

/** @param {ChangeLanguage} step @param {Request} request */
function changeLanguageInBackground(step, request) {
  const language = languageAfter(step, request, S.language);
  const client = S.agent;
  if (language === S.language) return "";
  S.language = language;
  if (client !== null) safely("tell the language", () => tellAgent(client, { vox_event: "language", vox_language: language }));
  return "";
}

ON_PLACED.push(withLanguages);
