// What comes of a transfer.

/**
 * @typedef {"connected" | "busy" | "no_answer" | "declined" | "not_accepted" | "machine" | "unreachable" | "invalid"
 *   | "not_allowed" | "closed" | "failed" | "cancelled"} Outcome
 * @typedef {{ target: string, outcome: Outcome, rang_seconds?: number, reason?: string }} Attempt
 * @typedef {{ outcome: Outcome, target: string | null, tried: Attempt[], talk_seconds?: number }} Result
 */

function outcomeState() {
  return {
    /** What came of the latest transfer of the call. @type {Result | null} */
    result: null,
  };
}
