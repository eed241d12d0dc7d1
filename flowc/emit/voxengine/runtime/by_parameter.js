// A parameter of the action under way, which a branch goes by.

/** @typedef {{ parameter: string }} ParameterSubject */

/** @param {ParameterSubject} subject @param {Request | null} request */
function valueOfParameter(subject, request) {
  return [request !== null && has(request.parameters, subject.parameter) ? String(request.parameters[subject.parameter]) : "missing"];
}
