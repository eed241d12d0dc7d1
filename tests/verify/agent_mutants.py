"""Bugs that somebody could write into `flowc/emit/line/runtime`, and that exploring the tools has to find.

Each is a replacement in the module that all flows share. `of` is the action of `agent.yaml` beside this file with which
it is found, `tried` a part of the name of the situation in which it is.
"""

from __future__ import annotations

from typing import NamedTuple


class Mutant(NamedTuple):
    name: str
    old: str
    new: str
    of: str = ""
    tried: str = ""
    smooth: bool = False  # nothing has to become of its requests
    anywhere: bool = False  # it shows only if something happens at other instants than those in which everything waits


MUTANTS = (
    # Replies that come later
    Mutant(
        "a reply that is to come is taken for the reply",
        "while reply.is_pending and not heard.done() and is_wanted():",
        "while False:",
        "slots",
        "whenever its webhook answers, and whatever",
        smooth=True,
    ),
    Mutant(
        "a reply that is to come is not asked for once more",
        "reply = reply if heard.done() else await self._asked_again(request_id, body, until, heard)",
        "reply = reply",
        "slots",
        "whenever its webhook answers, and whatever",
    ),
    Mutant(
        "a reply that is to come is not waited for as long as it may take",
        "until = loop.time() + within + _PENDING_S",
        "until = loop.time() + 0.5",
        "slots",
        "whenever its webhook answers, and whatever",
    ),
    Mutant(
        "nobody says what was answered to a tool that was interrupted",
        "return noise or keys or news or idle or alone",
        "return noise or keys or idle or alone",
        "slots",
        "interrupted anywhere, whenever",
    ),
    # Requests
    Mutant(
        "a second call after a lost reply is another request",
        "if earlier and earlier.may_have_arrived and not cancels:",
        "if False:",
        "lookup",
        "asked for again 0 s",
    ),
    Mutant(
        "the second attempt has another id",
        "again = await self._attempt(headers, body, left)",
        'again = await self._attempt({**headers, "X-Flowc-Request-Id": str(uuid.uuid4())}, body, left)',
        "note",
        "whatever becomes of its requests",
    ),
    Mutant(
        "no second attempt",
        "if not attempt.is_final and left >= _SECOND_ATTEMPT_S:",
        "if False:",
        "note",
        "whatever becomes of its requests",
    ),
    Mutant(
        "a request is cancelled with its tool",
        "first = await asyncio.shield(self.start(scenario))",
        "first = await self.start(scenario)",
        "lookup",
        "interrupted anywhere",
    ),
    Mutant(
        "a request has no timeout",
        "total=seconds, ceil_threshold=seconds + 1",
        "total=None, ceil_threshold=seconds + 1",
        "note",
        "whatever becomes of its requests",
    ),
    Mutant(
        "a timeout ends at a whole second",
        "total=seconds, ceil_threshold=seconds + 1",
        "total=seconds",
        "note",
        "whatever becomes of its requests",
    ),
    Mutant(
        "an attempt has all the time there is",
        "min(_FIRST_ATTEMPT_S, _TIMEOUT_S)",
        "_TIMEOUT_S",
        "note",
        "whatever becomes of its requests",
    ),
    Mutant(
        "an error of the client is not caught",
        "except Exception as error:  # its text may contain the URL",
        "except asyncio.TimeoutError as error:",
        "note",
        "whatever becomes of its requests",
    ),
    Mutant(
        "a timeout is not caught",
        "except Exception as error:  # its text may contain the URL",
        "except aiohttp.ClientError as error:",
        "note",
        "whatever becomes of its requests",
    ),
    Mutant(
        "a log shows the URL",
        '"A request to the scenario failed: %s.", type(error).__name__',
        '"A request to %s failed.", self._url',
        "note",
        "whatever becomes of its requests",
    ),
    Mutant(
        "a log shows the request",
        '"A request to the scenario failed: %s.", type(error).__name__',
        '"A request to the scenario failed: %s.", body',
        "note",
        "whatever becomes of its requests",
    ),
    Mutant(
        "the model learns the text of an exception",
        '            yield _failure("failed")\n\n    checked',
        '            yield {**_failure("failed"), "detail": str(error)}\n\n    checked',
        "lookup",
        "raises an exception",
    ),
    Mutant(
        "nobody catches what a tool raises",
        "        except Exception as error:\n            tools_log.error",
        "        except OSError as error:\n            tools_log.error",
        "lookup",
        "raises an exception",
    ),
    Mutant(
        "a lost reply is a refusal",
        '_NO_REPLY = _Reply(False, "unreachable", is_complete=False)',
        '_NO_REPLY = _Reply(False, "cancelled", is_complete=False)',
        "note",
        "whatever becomes of its requests",
    ),
    Mutant(
        "a lost reply is an answer",
        '_NO_REPLY = _Reply(False, "unreachable", is_complete=False)',
        '_NO_REPLY = _Reply(False, "unreachable")',
        "lookup",
        "asked for again 0 s",
    ),
    Mutant(
        "any status is a success",
        "if not 200 <= response.status < 300:",
        "if False:",
        "note",
        "whatever becomes of its requests",
    ),
    Mutant(
        "a reply without a body is not asked for again",
        "if attempt.reply is _ACCEPTED and self._is_heard and not cancel and left >= _SECOND_ATTEMPT_S:",
        "if False:",
        "lookup",
        "whatever becomes of its requests",
    ),
    Mutant(
        "a reply over the agent's connection is not taken",
        'heard.set_result(reply)',
        "pass",
        "lookup",
        "whatever becomes of its requests",
    ),
    Mutant(
        "a refusal without a body is a success",
        'return _Reply(False, _text(error.get("code")) or "failed", _text(error.get("message"), 300))',
        "return _Reply(True)",
        "lookup",
        "refused at first",
        smooth=True,
    ),
    Mutant(
        "a refusal without a reason is a success",
        'return _Reply(False, "failed")\n',
        "return _Reply(True)\n",
        "note",
        "whatever becomes of its requests",
    ),
    Mutant(
        "all data are text",
        'return {"ok": True, "data": self.data}',
        'return {"ok": True, "data": {name: str(value) for name, value in self.data.items()}}',
        "lookup",
        "not as declared",
    ),
    Mutant(
        "data is not passed on",
        "return _Reply(True, data=_sendable(data) if isinstance(data, dict) else None)",
        "return _Reply(True)",
        "lookup",
        "whatever becomes of its requests",
    ),
    Mutant(
        "a megabyte is a reply",
        "if len(body) > _MAX_REPLY:",
        "if False:",
        "note",
        "whatever becomes of its requests",
    ),
    Mutant(
        "the token is not shown",
        'self._headers["X-Flowc-Token"] = token',
        "pass",
        "note",
        "whatever becomes of its requests",
    ),
    Mutant(
        "any control URL will do",
        "if self.is_known or not _is_control_url(url, self._hosts):",
        "if self.is_known or not isinstance(url, str):",
        "lookup",
        "wherever the control data",
    ),
    Mutant(
        "a host whose name ends as the platform's does is the platform",
        'host == _PLATFORM or host.endswith(f".{_PLATFORM}")',
        "host.endswith(_PLATFORM)",
        "lookup",
        "told of another host",
    ),
    Mutant(
        "the name of a user in a URL is its host",
        "_CONTROL_URL.fullmatch(url)",
        "_CONTROL_URL.match(url)",
        "lookup",
        "told of another host",
    ),
    Mutant(
        "the platform is spoken to without TLS",
        'return scheme == "https" and (host == _PLATFORM',
        "return (host == _PLATFORM",
        "lookup",
        "told of another host",
    ),
    Mutant(
        "a second control URL replaces the first",
        "if self.is_known or not _is_control_url(url, self._hosts):",
        "if not _is_control_url(url, self._hosts):",
        "lookup",
        "told of another call",
    ),
    Mutant(
        "redirects are followed",
        "allow_redirects=False",
        "allow_redirects=True",
        "note",
        "whatever becomes of its requests",
    ),
    # Arguments
    Mutant(
        "any text is one of a list",
        "if not isinstance(value, str) or value not in choices:",
        "if not isinstance(value, str):",
        "slots",
        "not as declared",
    ),
    Mutant(
        "a text may be longer by one",
        'if length > limits.get("maxLength", length):',
        'if length > limits.get("maxLength", length) + 1:',
        "note",
        "not as declared",
    ),
    Mutant(
        "a text may not be as long as it may",
        'if length > limits.get("maxLength", length):',
        'if length >= limits.get("maxLength", length + 1):',
        "note",
        "not as declared",
    ),
    Mutant(
        "a truth value is a number",
        "if isinstance(value, bool) or not isinstance(value, (int, float)):",
        "if not isinstance(value, (int, float)):",
        "lookup",
        "not as declared",
    ),
    Mutant(
        "what is missing is not missed",
        'problems.append(f"{parameter.name} is missing")',
        "pass",
        "lookup",
        "not as declared",
    ),
    # What was asked for before
    Mutant(
        "an answer is given twice",
        "return self._answer.ok and not self._claimed and age < _UNCLAIMED_S",
        "return self._answer.ok",
        "lookup",
        "asked for again 0 s",
    ),
    Mutant(
        "an answer that nobody has taken is lost",
        "return self._answer.ok and not self._claimed and age < _UNCLAIMED_S",
        "return False",
        "lookup",
        "interrupted anywhere",
    ),
    Mutant(
        "a transfer is an echo for ever",
        "return age < _ACCEPTED_S",
        "return True",
        "transfer",
        "asked for again 11 s later, though its end was not told",
    ),
    Mutant(
        "a transfer that was interrupted is asked for once more",
        "return earlier, False",
        "return _Request(action, body, ctx, takes_call=takes_call, cancels=cancels), True",
        "lookup",
        "interrupted anywhere",
    ),
    Mutant(
        "what is over is not forgotten",
        "self._requests = {body: request for body, request in self._requests.items() if not request.takes_call}",
        "pass",
        "transfer",
        "asked for again 0 s",
    ),
    Mutant(
        "what was refused is refused once more, and not tried",
        "return self._answer.ok and not self._claimed and age < _UNCLAIMED_S",
        "return not self._claimed and age < _UNCLAIMED_S",
        "lookup",
        "refused at first",
    ),
    # Replies for which nobody waits any more
    Mutant(
        "a reply that comes late is not heard",
        "self._complete(self._scenario.hear(event.metadata))",
        "self._scenario.hear(event.metadata)",
        "transfer",
        "refused at first",
    ),
    Mutant(
        "a refusal that comes late is not told",
        "self._interruptions.add_late(request)",
        "pass",
        "transfer",
        "refused at first",
    ),
    Mutant(
        "data that came late is kept to oneself",
        "return self._answer or first  # what was heard since then is better",
        "return first",
        "lookup",
        "asked for again 0 s",
    ),
    # Interruptions
    Mutant(
        "an interrupted request is forgotten",
        "self._interruptions.add(request)",
        "pass",
        "note",
        "interrupted anywhere",
    ),
    Mutant(
        "an interrupted request does not go on from its phrase",
        "except (asyncio.CancelledError, GeneratorExit):",
        "except asyncio.CancelledError:",
        "lookup",
        "interrupted anywhere",
        anywhere=True,
    ),
    Mutant(
        "a request that may be stopped is not taken back",
        "request.revoke(self._scenario)",
        "pass",
        "goodbye",
        "interrupted anywhere",
    ),
    Mutant(
        "what was taken back is sent once more",
        "        self.give_up()  # should it be lost",
        "        pass  # should it be lost",
        "goodbye",
        "interrupted while it waits",
    ),
    Mutant(
        "it is taken back under another id",
        "scenario.post(self.id, self._body, cancel=True)",
        "scenario.post(str(uuid.uuid4()), self._body, cancel=True)",
        "goodbye",
        "interrupted anywhere",
    ),
    Mutant(
        "it is taken back without saying so",
        'headers["X-Flowc-Cancel"] = "interrupted"',
        "pass",
        "goodbye",
        "interrupted anywhere",
    ),
    Mutant(
        "every request is taken back",
        "            if not cancels:\n                self._interruptions.add(request)",
        "            if False:\n                self._interruptions.add(request)",
        "note",
        "interrupted anywhere",
    ),
    Mutant(
        "what was taken back is joined",
        "self._forget(body, request)",
        "pass",
        "goodbye",
        "interrupted twice",
    ),
    Mutant(
        "a notice of an interruption is repeated for ever",
        "told, self._unseen = self._unseen, [request for request in self._unseen if request.answer is None]",
        "told = self._unseen",
        "note",
        "interrupted anywhere",
    ),
    Mutant(
        "the next turn waits for as long as a request does",
        "await asyncio.wait(waiting, timeout=max(0.0, self._waits_since + _ANSWER_S - now))",
        "await asyncio.wait(waiting)",
        "lookup",
        "interrupted while it waits",
    ),
    Mutant(
        "each turn waits anew for what was interrupted before",
        "self._waits_since = now if self._waits_since is None else self._waits_since",
        "self._waits_since = now",
        "slots",
        "interrupted twice",
        smooth=True,
    ),
    Mutant(
        "what was refused was done all the same",
        "if answer is not None and not answer.ok:",
        "if False:",
        "lookup",
        "refused at first",
    ),
    Mutant(
        "what nobody knows was not done",
        'return f"It was not done. {result}" if answer.is_complete else result',
        'return f"It was not done. {result}"',
        "lookup",
        "interrupted while it waits",
    ),
    Mutant(
        "a noise is followed by silence",
        "return bool(request) and request == self._cancellable and not self._caller_spoke",
        "return False",
        "goodbye",
        "whatever follows",
    ),
    # Outcomes
    Mutant(
        "an outcome is not told",
        "has_talked_on=has_talked_on)\n            self._notices.append((text, _latest(event)))",
        "has_talked_on=has_talked_on)",
        "transfer",
        "whatever follows",
    ),
    Mutant(
        "nobody says why the transfer did not come about",
        'did not come about: {self.outcome}."',
        'did not come about."',
        "transfer",
        "whatever it comes to",
    ),
    Mutant(
        "the target of the last attempt stands for all",
        '_words(metadata.get("outcome")), _words(metadata.get("target"))',
        '_words(metadata.get("outcome")), _words((attempts or [{}])[-1].get("target"))',
        "transfer",
        "whatever it comes to",
    ),
    Mutant(
        "who has the caller had them before as well",
        "spoken_to = spoken_to[:-1]",
        "pass",
        "transfer",
        "whatever it comes to",
    ),
    Mutant(
        "how often somebody was tried is not told",
        "name if count == 1 else",
        "name if count else",
        "transfer",
        "whatever it comes to",
    ),
    Mutant(
        "for how long they have talked is not told",
        'if self.talked is not None else ""\n            happened += f", and before',
        'if False else ""\n            happened += f", and before',
        "transfer",
        "whatever it comes to",
    ),
    Mutant(
        "an outcome is lost when the caller speaks in the same instant",
        "        self._notice_missed(event)\n",
        "",
        "transfer",
        "whatever follows",
        anywhere=True,
    ),
    Mutant(
        "an outcome is told twice",
        "        if not self._has_outcome:\n",
        "        if True:\n",
        "transfer",
        "wherever the control data",
    ),
    Mutant(
        "a cancellation is told at every turn",
        "            if request is not None and self.is_llm_agent and request not in self._cancelled:",
        "            if request is not None and self.is_llm_agent:",
        "goodbye",
        "interrupted anywhere",
    ),
    Mutant(
        "a cancellation is not told",
        "        self._notice_cancelled(event.history or [])\n",
        "",
        "goodbye",
        "interrupted anywhere",
    ),
    Mutant(
        "a notice stays new",
        "self._notices = [(text, place) for text, place in self._notices if not self._remember(text, place)]",
        "pass",
        "transfer",
        "whatever follows",
    ),
    Mutant(
        "the flow's sentence is not spoken",
        "            yield AgentSendText(text=_speech(returned.say))",
        "            pass",
        "transfer",
        "whatever follows",
    ),
    Mutant(
        "an outcome does not begin a turn",
        "return noise or keys or news or idle or alone or _returned_event(event) is not None",
        "return noise or keys or news or idle or alone",
        "transfer",
        "whatever follows",
    ),
    Mutant(
        "what is told in the instant in which the call is back begins no turn",
        "self._over.update(each.id for each in self._requests.values() if each.takes_call)",
        "pass",
        "transfer",
        "whatever follows",
        anywhere=True,
    ),
    Mutant(
        "an agent that is started again does not know why",
        'self._outcome = _returned(metadata.get("vox_outcome"))',
        "self._outcome = None",
        "transfer",
        "whatever follows",
    ),
    # The session
    Mutant(
        "a tool does not wait for the control data",
        "return await self._scenario.is_reached(_TOOL_WAITS_S)",
        "return await self._scenario.is_reached(0.0)",
        "lookup",
        "wherever the control data",
    ),
    Mutant(
        "a tool waits for the control data for ever",
        "await asyncio.wait([arriving], timeout=left)",
        "await asyncio.wait([arriving])",
        "lookup",
        "wherever the control data",
    ),
    Mutant(
        "the session's event is not looked at",
        "if session is not None and self._scenario.learn(session):",
        "if False:",
        "lookup",
        "wherever the control data",
    ),
    Mutant(
        "without control data there is no answer",
        '            yield _failure("not_connected")\n            return',
        "            return",
        "lookup",
        "wherever the control data",
    ),
    Mutant(
        "what is keyed in begins no turn",
        "return noise or keys or news or idle or alone or _returned_event(event) is not None",
        "return noise or news or idle or alone or _returned_event(event) is not None",
        "lookup",
        "interrupted anywhere",
    ),
    Mutant(
        "what is keyed in is not told",
        "        self._notice_keys(event.history or [])\n",
        "",
        "lookup",
        "interrupted anywhere",
    ),
    Mutant(
        "what is keyed in is told again and again",
        "self._keyed_by.add(event.event_id)",
        "pass",
        "lookup",
        "interrupted anywhere",
    ),
    Mutant(
        "what is keyed in is no matter after an action that was cancelled",
        "self._over.add(cancelled)",
        "pass",
        "goodbye",
        "interrupted twice",
    ),
    # Words to the caller
    Mutant(
        "the phrase is spoken each time",
        "if words and is_new:",
        "if words:",
        "lookup",
        "interrupted while it waits",
    ),
    Mutant(
        "the phrase is not spoken",
        "if words and is_new:",
        "if False:",
        "lookup",
        "interrupted anywhere",
    ),
    Mutant(
        "the phrase before a transfer may be interrupted",
        "interruptible=cancels or not takes_call",
        "interruptible=True",
        "transfer",
        "interrupted anywhere",
    ),
    Mutant(
        "nothing is said of a refusal",
        "yield _failure(reply.error, reply.message, by_scenario=True)",
        "pass",
        "lookup",
        "refused at first",
        smooth=True,
    ),
)

# Bugs that no run can show; `of` says why.
EQUIVALENT = (
    Mutant(
        "what is answered with another status than 2xx is sent once more",
        'return _Attempt(_Reply(False, "failed", is_complete=False), is_final=True)',
        'return _Attempt(_Reply(False, "failed", is_complete=False), is_final=False)',
        "Under the same id nothing is done a second time, and it takes no longer than a request may: nobody is told "
        "anything else by it. That it is sent once is a test of `line/test_requests.py`.",
    ),
    Mutant(
        "an answer that nobody has taken is kept for ever",
        "return self._answer.ok and not self._claimed and age < _UNCLAIMED_S",
        "return self._answer.ok and not self._claimed",
        "The next turn tells the model of it in any case; from then on, to repeat the answer is as true as before.",
    ),
    Mutant(
        "a notice is forgotten when its turn is interrupted",
        "return False  # the turn was interrupted before it began: the next one gets the notice",
        "return True",
        "The SDK takes an event before its turn can be stopped. `line/test_outcomes.py` has an agent that does not.",
    ),
    Mutant(
        "what is under way is held weakly",
        "    _under_way.add(task)\n",
        "",
        "Garbage is collected between two runs alone, or one would be no repetition of another; the loop of these "
        "runs holds what waits for a connection; a real one need not. `line/test_exactly_once.py`.",
    ),
)

OF_TURNS = (
    Mutant(
        "a model that is refused is not asked once more",
        "for _ in range(_MOST_ASKED):",
        "for _ in range(1):",
        tried="a caller",
    ),
    Mutant(
        "it is asked again and again",
        "self._was_asked_again, self._waited = True, 0.0",
        "self._waited = 0.0",
        tried="whatever the network",
    ),
    Mutant(
        "a model that hangs is waited for for ever",
        "await asyncio.wait([finding], timeout=seconds)",
        "await asyncio.wait([finding])",
        tried="a caller",
    ),
    Mutant("nobody says anything meanwhile", "if words and is_late:", "if False:", tried="a caller"),
    Mutant(
        "the sentence comes twice",
        "                words = None\n        if not await self._is_told",
        "        if not await self._is_told",
        tried="whatever the network",
    ),
    Mutant(
        "a turn that says nothing is an answer",
        "if must_answer and owes:",
        "if False:",
        tried="a caller",
    ),
    Mutant("the scenario is not told", "if not await self._is_told():", "if False:", tried="a caller"),
    Mutant(
        "where the scenario cannot be told, the agent stays",
        "return reply.ok or reply.error in _NOT_WITH_THE_AGENT",
        "return True",
        tried="whatever the network",
    ),
    Mutant(
        "an answer does not end what was wrong before",
        "self._waited, self._was_asked_again = 0.0, False\n            elif",
        "pass\n            elif",
        tried="whatever the network",
    ),
    Mutant(
        "what a tool hands back needs no answer",
        'owes = output.result != "success"',
        "owes = False",
        tried="lookup, with",
    ),
    Mutant(
        "a turn that is given up is not let go",
        "self._task.cancel()\n            await asyncio.wait([self._task], timeout=_LET_GO_S)",
        "pass",
        tried="a caller",
    ),
    Mutant("an action that has the call is disturbed", "if self._is_leaving():\n", "if False:\n", tried="in one turn"),
)
"""Bugs in how the turns of a model are watched, found with `watched.yaml`: `tried` is a part of a situation's name."""

OF_IDLE = (
    Mutant("nobody asks the model to speak up", "or news or idle or", "or news or", tried="again"),
    Mutant("the model is not told why", "self._notices.append((_SPEAK_UP, _latest(event)))", "pass", tried="again"),
    Mutant(
        "a tool that is under way is interrupted",
        "and not self._is_leaving() and not self._is_at_work(wrapped.silent_since)",
        "and not self._is_leaving()",
        tried="lookup",
    ),
    Mutant("a turn is always under way", "            self.silent_since = None\n", "            pass\n", tried="again"),
    Mutant("the agent's silence is the caller's", "if self._scenario.is_known:", "if False:", tried="lookup"),
)
"""Bugs in how an agent is asked to speak up: `tried` is a part of a situation's name."""

OF_KEYS = (
    Mutant("a key is taken for a noise", " and not _led_on(event)", ""),
    Mutant("nothing is said of what a key has cancelled", "        self._notice_cancelled(event.history or [])\n", ""),
)

OF_BRIEFINGS = (
    Mutant(
        "a briefing is interrupted by what the caller has asked for",
        "is_with_others = bool(self._briefed) or self._part == _INTRODUCES",
        "is_with_others = self._part == _INTRODUCES",
        tried="then a briefing",
    ),
    Mutant(
        "nobody briefs the person",
        "alone = bool(_briefing(event)) or (self._of_introductions and bool(_introduction(event)))",
        "alone = self._of_introductions and bool(_introduction(event))",
        tried="connect, whatever becomes",
    ),
    Mutant(
        "the model is not told to whom it talks",
        "if told and self.is_llm_agent and event.event_id not in self._briefed_by:",
        "if False:",
        tried="connect, whatever becomes",
    ),
    Mutant(
        "the model is told in every turn to whom it talks",
        "self._briefed_by.add(event.event_id)",
        "pass",
        tried="decline, asked for twice",
    ),
    Mutant(
        "all tools are there all the time",
        "or self._is_offered(each.name)",
        "or self._has(each.name)",
        tried="connect, whatever becomes",
    ),
    Mutant(
        "the second person is never declined",
        "                del self._requests[body]\n        self._interruptions.forget(actions)",
        "        self._interruptions.forget(actions)",
        tried="decline, to one person after the other",
    ),
    Mutant(
        "the agent goes on talking to who has gone",
        'return bool(event.metadata.get("vox_event") == "briefing_over")',
        "return False",
        tried="decline, to one person after the other",
    ),
    Mutant(
        "a briefing is never over",
        'return "" if told in ("briefing_over", "returned") else None',
        "return None",
        tried="decline, asked for twice",
    ),
    Mutant(
        "a model that does not answer a person is not made up for",
        "if self._briefed or self._part:  # what has led there has begun",
        "if False:",
        tried="goes wrong in the briefing",
    ),
)
"""Bugs in a briefing, found with `briefed.yaml`: `tried` is a part of a situation's name."""

OF_INTRODUCTIONS = (
    Mutant(
        "to two the agent speaks of what the caller has asked for as well",
        "is_with_others = bool(self._briefed) or self._part == _INTRODUCES",
        "is_with_others = bool(self._briefed)",
        tried="slots while it rings, and after that, whenever",
    ),
    Mutant(
        "what webhooks are asked for is given up when somebody answers",
        "            if request.action in actions:\n                request.give_up()",
        "            if request.action in actions or not request.takes_call:\n                request.give_up()",
        tried="slots while it rings, and after that, whenever",
    ),
    Mutant(
        "nobody says a word while it rings",
        "alone = bool(_briefing(event)) or (self._of_introductions and bool(_introduction(event)))",
        "alone = bool(_briefing(event))",
        tried="leave, whatever becomes",
    ),
    Mutant(
        "the model is not told who hears it",
        'told = told or (_introduction_notice(event.metadata) if _introduction(event) is not None else "")',
        "pass",
        tried="leave, whatever becomes",
    ),
    Mutant(
        "all tools are there while it rings",
        "            return action in self._of_introductions[self._part]",
        "            return True",
        tried="cancel, whatever becomes",
    ),
    Mutant(
        "no tool but flowc's own is there while it rings",
        "_RINGS: (_CANCEL, *alone)",
        "_RINGS: (_CANCEL,)",
        tried="cancel, whatever becomes",
    ),
    Mutant(
        "the agent answers what two say to each other",
        "if self._has_spoken and self._part == _INTRODUCES and not isinstance(event, CallEnded):",
        "if False:",
        tried="leave, interrupted anywhere",
    ),
    Mutant(
        "an introduction is never over",
        '"introduction_over": _RINGS, "returned": ""}',
        '"introduction_over": _RINGS}',
        tried="cancel, whatever becomes",
    ),
    Mutant(
        "what has led there is told to take the call away",
        "            if request.takes_call:\n                request.give_up()\n",
        "            pass\n",
        tried="cancel, and what takes the call meanwhile",
    ),
    Mutant(
        "whoever has stopped the ringing, it was the caller",
        'if self.outcome == "cancelled" and by == "agent":',
        "if False:",
        tried="cancel, and a caller who stops the ringing with a key",
    ),
    Mutant(
        "whoever has stopped the ringing, it was the agent",
        'if self.outcome == "cancelled" and by == "agent":',
        'if self.outcome == "cancelled":',
        tried="cancel, and a caller who stops the ringing with a key",
    ),
    Mutant(
        "a model that does not answer while it rings is not made up for",
        "if self._briefed or self._part:  # what has led there has begun",
        "if self._briefed:",
        tried="goes wrong while it rings",
    ),
)
"""Bugs in an introduction, found with `introduced.yaml`."""
