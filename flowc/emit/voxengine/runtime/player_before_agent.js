// What is played to the caller ends when the agent is heard.

ON_AGENT_HEARD.push(stopPlayer);
