/* Says when a request of htmx has failed, and sends it again.

   The words stand in the answer bar, over its buttons, so that nothing that is read moves; on a page without a bar, at the
   lower edge. What only asks for something, and a form with `data-resend`, which may be sent twice without doing
   anything twice, go out again by themselves: the same body, after growing gaps, LAST_TRY times at most; a connection
   that comes back sends at once. Everything else waits for its button. An answer that is changed is not sent again. */

const GAPS = [2, 4, 8, 15, 30, 60, 60, 60]; // s before each further try: four minutes in all
const LONGEST_WAIT = 600; // s a site may ask for; who asks for more waits for the button
const CODES = {
  401: "you are signed out",
  403: "the site refused it",
  404: "it is not there for the account that is signed in",
  413: "it is longer than the site takes",
  429: "too many requests at once",
  502: "the site is not ready",
  503: "the site is not ready",
  504: "the site is not ready",
};
const AGAIN = new Set([408, 425, 429]);

/* The request that failed: what asked for it, the button that was pressed, the body, how often, and what is shown. */
let waiting = null;

const seconds = (count) => (count < 90 ? `${count} s` : `${Math.round(count / 60)} min`);

/** What a press would send: the fields and the button, without the site's own token. */
const bodyOf = (elt, button) => {
  if (!(elt instanceof HTMLFormElement)) return "";
  const data = new FormData(elt);
  data.delete("csrfmiddlewaretoken");
  if (button?.name) data.append(button.name, button.value);
  return new URLSearchParams([...data].map(([name, value]) => [name, String(value)])).toString();
};

const barOf = (elt) => {
  const bar = (elt.closest("#stage") ?? document).querySelector(".answer-bar");
  return bar && elt.closest("#stage, #answer-form") ? bar : null;
};

const make = (name, className, text = "") => {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
};

const makeBox = (bar) => {
  const box = make("div", bar ? "unsent" : "unsent unsent-alone");
  const says = make("p", "unsent-says");
  says.setAttribute("role", "alert");
  const when = make("p", "unsent-when");
  const buttons = make("div", "unsent-buttons");
  box.append(says, when, buttons);
  if (bar) bar.prepend(box);
  else document.body.append(box);
  return { box, says, when, buttons };
};

const controls = (bar) => (bar ? [...bar.querySelectorAll(":scope > button")] : []);

/** Take the buttons of the bar out of reach while the box stands over them, or give them back. */
const cover = ({ bar }, covered) => {
  bar?.classList.toggle("is-covered", covered);
  for (const button of controls(bar)) button.disabled = covered;
};

const finish = () => {
  if (!waiting) return;
  clearInterval(waiting.clock);
  cover(waiting, false);
  waiting.shown.box.remove();
  waiting = null;
};

/** Press what was pressed. */
const press = ({ elt, button, verb, path }) => {
  if (button) button.click();
  else if (elt instanceof HTMLFormElement) elt.requestSubmit();
  else if (elt.matches("a, button")) elt.click();
  else htmx.ajax(verb, path, { source: elt });
};

/** Send it once more. */
const send = () => {
  if (!waiting || waiting.isOut) return;
  const { elt, button, body } = waiting;
  clearInterval(waiting.clock);
  cover(waiting, false);
  if (!elt.isConnected || bodyOf(elt, button) !== body) {
    change();
    return;
  }
  waiting.isOut = true;
  waiting.shown.when.textContent = "Sending …";
  press(waiting);
  if (waiting) waiting.bar?.classList.add("is-covered");
};

/** The learner wants to say something else: nothing goes out by itself any more. */
const change = () => {
  const { elt, shown } = waiting;
  if (waiting.isOut) htmx.trigger(elt, "htmx:abort");
  const hadFocus = shown.box.contains(document.activeElement);
  finish();
  const first = elt.querySelector('input:not([type="hidden"]), textarea, select, .answer-bar button');
  if (hadFocus) first?.focus();
  const announcer = document.querySelector("#announcer");
  if (announcer) announcer.textContent = "Not sent. Press a button of the answer when it is ready.";
};

const count = () => {
  const left = Math.max(0, Math.ceil((waiting.at - Date.now()) / 1000));
  waiting.shown.when.textContent = `${waiting.again} in ${seconds(left)}.`;
  if (left === 0) send();
};

/** The words for someone who asked, answered or changed something; `answer` has its own, for it counts once. */
const wordsFor = (kind, why, code, sure) => {
  const number = code ? ` (${code})` : "";
  if (kind === "ask") return [`Not loaded: ${why}${number}.`, "Trying again", "Try again now"];
  if (kind === "change") {
    const known = sure ? "Not saved" : "Not known whether it was saved";
    return [`${known}: ${why}${number}.`, "Trying again", "Try again now"];
  }
  const kept = kind === "answer" ? " Your answer is kept here and counts once." : "";
  return [`${sure ? "Not sent" : "Not confirmed"}: ${why}${number}.${kept}`, "Sending again", "Send again now"];
};

/** Show that `elt`'s request failed, and why; `wait`: s the site asked for, null when trying again helps nothing. */
const fail = (detail, { why, code = 0, sure = false, wait = 0 }) => {
  const { elt, verb, path, triggeringEvent } = detail.requestConfig;
  if (waiting && waiting.elt !== elt) finish();
  const kind = elt.dataset.resend ?? (verb === "get" ? "ask" : "change");
  if (!waiting) {
    const button = triggeringEvent?.submitter ?? null;
    const bar = barOf(elt);
    waiting = { elt, verb, path, button, bar, body: bodyOf(elt, button), tries: 0, shown: makeBox(bar) };
  }
  waiting.isOut = false;
  waiting.tries += 1;
  const { shown, tries, bar } = waiting;
  const byItself = kind !== "change" && wait !== null && wait <= LONGEST_WAIT && tries <= GAPS.length;
  const [says, again, now] = wordsFor(kind, why, code, sure);
  const stopped = kind !== "change" && wait !== null && !byItself && wait <= LONGEST_WAIT;
  const words = stopped ? `${says} Stopped after ${tries} tries.` : says;
  if (shown.says.textContent !== words) shown.says.textContent = words;
  offer(now, kind === "change" || wait === null ? RELOAD : kind === "answer" ? CHANGE : LEAVE);
  shown.when.textContent = wait > LONGEST_WAIT ? `The site asks to wait ${seconds(wait)}.` : "";
  waiting.again = again;
  clearInterval(waiting.clock);
  const focused = document.activeElement;
  if (bar && (!focused || focused === document.body || (bar.contains(focused) && !shown.box.contains(focused)))) {
    shown.buttons.firstChild.focus({ preventScroll: true });
  }
  cover(waiting, true);
  if (!byItself) return;
  waiting.at = Date.now() + 1000 * Math.max(GAPS[tries - 1], wait);
  waiting.clock = setInterval(count, 1000);
  count();
};

const CHANGE = { name: "Change my answer", does: change };
const LEAVE = { name: "Leave it", does: finish };
const RELOAD = { name: "Reload the page", does: () => location.reload() };

/** The ways on. Enter in a field of the answer presses the first button of its form: this one. */
const offer = (now, { name, does }) => {
  const { buttons } = waiting.shown;
  if (buttons.lastChild?.textContent === name) return;
  const first = make("button", "button button-primary", now);
  first.type = "submit";
  first.addEventListener("click", (event) => {
    event.preventDefault();
    send();
  });
  const second = make("button", "button button-quiet", name);
  second.type = "button";
  second.addEventListener("click", does);
  buttons.replaceChildren(first, second);
};

/** Seconds a Retry-After asks for: a number or a date; 0 without one. */
const asked = (xhr) => {
  const said = xhr.getResponseHeader("Retry-After");
  if (!said) return 0;
  const moment = /^\d+$/.test(said) ? Number(said) : (Date.parse(said) - Date.now()) / 1000;
  return Number.isFinite(moment) ? Math.max(0, Math.ceil(moment)) : 0;
};

/** A form that was opened before the last sign-in: put the fresh token into the page, and send it again, once. */
const renew = (detail) => {
  const fresh = detail.xhr.getResponseHeader("X-CSRF-Token");
  const { elt, verb, path, triggeringEvent } = detail.requestConfig;
  if (!fresh || elt.dataset.renewed) return false;
  for (const field of document.querySelectorAll('[name="csrfmiddlewaretoken"]')) field.value = fresh;
  elt.dataset.renewed = "yes";
  // htmx is still busy with the request that failed.
  setTimeout(() => {
    if (waiting?.elt === elt) {
      waiting.isOut = false;
      send();
    } else press({ elt, verb, path, button: triggeringEvent?.submitter ?? null });
  });
  return true;
};

document.addEventListener("htmx:sendError", ({ detail }) => {
  const offline = navigator.onLine === false;
  fail(detail, { why: offline ? "no connection" : "the site cannot be reached", sure: offline });
});
document.addEventListener("htmx:timeout", ({ detail }) => {
  fail(detail, { why: "the site did not answer in time" });
});
document.addEventListener("htmx:responseError", ({ detail }) => {
  const code = detail.xhr.status;
  if (code === 403 && renew(detail)) return;
  const helps = code >= 500 || AGAIN.has(code);
  const why = CODES[code] ?? (code >= 500 ? "something broke on the site" : "the site does not take it");
  fail(detail, { why, code, sure: code < 500, wait: helps ? asked(detail.xhr) : null });
});
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  const { status } = detail.xhr;
  const taken = (status >= 200 && status < 400) || status === 409 || status === 422;
  if (!taken) return;
  delete detail.requestConfig.elt.dataset.renewed;
  if (waiting?.elt === detail.requestConfig.elt) finish();
});
for (const kind of ["input", "change"]) {
  document.addEventListener(kind, (event) => {
    if (waiting && waiting.elt.dataset.resend === "answer" && waiting.elt.contains(event.target)) change();
  });
}
addEventListener("online", () => {
  if (waiting && waiting.elt.isConnected && (waiting.verb === "get" || waiting.elt.dataset.resend)) send();
});
