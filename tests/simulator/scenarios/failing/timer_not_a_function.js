// error: not_a_function the handler of timer is not a function but a string
setTimeout("terminate()", 100);
