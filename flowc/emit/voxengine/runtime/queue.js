// Targets that are queues of the account: the caller waits until somebody of the queue takes the call.

/**
 * What the caller is told there; `needs`: the names in it for which nothing stands in if they are not known.
 * @typedef {{ say: string, everyMs: number, needs?: string[] }} Announcement
 * @typedef {{ queue: Setting, caller_id?: CallerId, hours?: string, skills?: string[], priority: number,
 *   announce?: Announcement, ringMs: number } & BeforeJoined} QueueTarget
 */

/** What a queue says of a caller whom nobody has taken: anything else is `failed`. @type {Record<number, Outcome>} */
const OUTCOME_OF_QUEUE = {
  1001: "no_answer",
  1002: "no_answer",
  1003: "unreachable",
  1004: "no_answer",
  1005: "busy",
  1006: "unreachable",
};
const ANY_LEVEL = [1, 2, 3, 4, 5]; // of a skill

/** The caller waits in a queue now. @type {((task: SmartQueueTask) => void)[]} */
const ON_QUEUED = [];

/** Stands for a leg as long as the caller waits: nobody is heard of there, and `leaveQueue` gives it up. */
const PLACE_IN_QUEUE = /** @type {Call} */ (/** @type {unknown} */ ({ addEventListener: inVain, hangup: inVain }));

function queueState() {
  return {
    /** The latest queue, until the caller is out of it. @type {SmartQueueTask | null} */
    task: null,
  };
}

function inVain() {}

/** @param {QueueTarget} target @returns {Dialling} */
function dialQueue(target) {
  const name = valueOf(target.queue);
  return {
    isKnown: name !== "",
    isDialled: false,
    isCaller: false,
    call: () => {
      S.task = VoxEngine.enqueueTask({
        call: /** @type {Call} */ (S.caller),
        queue: { name: name },
        timeout: Math.ceil(target.ringMs / 1000) + 1, // what we have not ended a second before
        priority: target.priority,
        skills: (target.skills || []).map((skill) => ({ name: skill, level: ANY_LEVEL })),
      });
      return PLACE_IN_QUEUE;
    },
  };
}

/** The caller may wait in another queue when this one says something: each is known by its task. @param {string} name @param {Call} leg */
function watchQueue(name, leg) {
  const task = S.task;
  if (task === null || leg !== PLACE_IN_QUEUE) return;
  task.addEventListener(SmartQueueEvents.OperatorReached, onOperatorReached.bind(null, task));
  task.addEventListener(SmartQueueEvents.TaskCanceled, onTaskCanceled.bind(null, task));
  task.addEventListener(SmartQueueEvents.Error, onTaskError.bind(null, task));
  task.addEventListener(SmartQueueEvents.ClientDisconnected, onClientDisconnected);
  ON_QUEUED.forEach((begin) => begin(task));
}

/** Whoever waits in a queue rings nowhere else. */
function waitingInQueue() {
  return S.live.find((each) => each.state === "ringing" && "queue" in TARGETS[each.target]);
}

/** Somebody of the queue is on the line. @param {SmartQueueTask} task @param {_SmartQueueOperatorReachedEvent} event */
function onOperatorReached(task, event) {
  const leg = event.agentCall;
  if (task !== S.task) {
    hangUp(leg); // the caller waits there no longer
    return;
  }
  const attempt = waitingInQueue();
  if (attempt === undefined) return; // it is said twice
  if (!safely("watch " + attempt.target, () => watch(attempt.target, leg))) {
    letGo(attempt); // nobody would know when this one has gone
    settled(attempt, "failed");
    return;
  }
  watchPhone(leg);
  keepTransfers({ call: leg });
  answeredBy(attempt);
}

/** @param {SmartQueueTask} task @param {_SmartQueueTaskCanceledEvent} event */
function onTaskCanceled(task, event) {
  queueGone(task, event.status);
}

/** @param {SmartQueueTask} task @param {_SmartQueueErrorEvent} event */
function onTaskError(task, event) {
  queueGone(task, event.type);
}

/** @param {SmartQueueTask} task @param {number} code */
function queueGone(task, code) {
  const attempt = task === S.task ? waitingInQueue() : undefined;
  if (attempt === undefined) return;
  attempt.code = code;
  legGone(attempt, OUTCOME_OF_QUEUE[code] || "failed", undefined);
}

/** The platform asks what becomes of the place of a caller who has gone. @param {_SmartQueueClientDisconnectedEvent} event */
function onClientDisconnected(event) {
  safely("give up a place in a queue", () => event.cancel());
}

/** Also when somebody has had the caller: then the queue is told that this is over. */
function leaveQueue() {
  const task = S.task;
  if (task === null) return;
  S.task = null;
  safely("leave a queue", () => task.end("the caller waits no longer"));
}

ON_DIALLED.push(watchQueue);
ON_FORGOTTEN.push(leaveQueue);
