// What branches and choices go by, and which of their arms is taken.

/**
 * @typedef {Subjects[keyof Subjects]} Subject
 * @typedef {(subject: Subject, request: Request | null) => string[]} SubjectReader what its value may be called
 * @typedef {{ [kind in keyof Subjects]: (subject: Subjects[kind], request: Request | null) => string[] }} SubjectReaders
 * @typedef {{ by: Subject, among: Record<string, Step[]> }} Branch
 */

/**
 * The arm for the value that the subject has now: the one that is named after it, or `otherwise`.
 * @param {Subject} by @param {Record<string, unknown>} among @param {Request | null} request
 */
function armFor(by, among, request) {
  const read = /** @type {SubjectReader | undefined} */ (entryFor(SUBJECTS, by));
  const names = read === undefined ? [] : read(by, request);
  return names.find((name) => has(among, name)) || "otherwise";
}

/** What the log says of it: `urgency: emergency`. @param {Subject} by @param {string} arm */
function choiceInWords(by, arm) {
  const [kind, name] = Object.entries(by)[0];
  return (kind === "parameter" || kind === "answer" ? "" : kind + ".") + name + ": " + arm;
}
