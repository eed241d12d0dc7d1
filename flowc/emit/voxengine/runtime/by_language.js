// The language of the call, which a branch goes by.

function languageOfCall() {
  return [S.language];
}

OF_CALL.language = languageOfCall;
