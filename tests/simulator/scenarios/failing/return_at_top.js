// error: syntax SyntaxError: Illegal return statement
const S = { caller: null };
return S; // here
