// error: syntax SyntaxError: Unexpected token ';'
const S = { caller: null };
S.caller = ; // here
