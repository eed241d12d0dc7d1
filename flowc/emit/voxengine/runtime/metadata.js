// What the flow tells the agent when it starts.

ON_AGENT_START.push((metadata) => Object.assign(metadata, fillAll(ourAgent().metadata || {}, {})));
