// The language in which the agent has the caller again.

ON_RETURNED.push(tellLanguage);
