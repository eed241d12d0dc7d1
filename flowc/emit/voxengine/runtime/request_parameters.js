// The parameters of what the agent asks for are checked.

ON_PARAMETERS.push(readParameters);
