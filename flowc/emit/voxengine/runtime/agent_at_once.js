// A call begins with the agent.

ON_CALL.push(startAgent);
