// The language of the call: that in which the caller hears prompts.

function languagesState() {
  return {
    language: "",
  };
}

function beginInFirstLanguage() {
  S.language = Object.keys(LANGUAGES)[0];
}

ON_BEGUN.push(beginInFirstLanguage);
