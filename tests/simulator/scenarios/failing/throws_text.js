// error: exception a string: nothing works
throw "nothing works";
