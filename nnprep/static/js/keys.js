/* Keys. The page works without them; they press what is there to be pressed.

   Letters choose: an element with data-key="A" is the option, the right side or the step of that letter. 1, 2, 3 answer with
   the confidence sure, unsure, guess; 0 gives up; with Alt also from a field. Enter, in a field too, and Space once an answer
   was begun, ask how sure one is: no key answers without having said it. Where that is not asked they press the first button,
   and after an answer, or where a session waits to be begun, they go on. H opens the hint, U takes the last answer
   back, ? lists the keys.
   Nothing is taken from someone who types, and all single keys can be switched off (WCAG 2.1.4). */

const COMMANDS = [
  { keys: ["1"], selector: '#answer-form [name="confidence"][value="sure"]', says: "Answer, sure" },
  { keys: ["2"], selector: '#answer-form [name="confidence"][value="unsure"]', says: "Answer, unsure" },
  { keys: ["3"], selector: '#answer-form [name="confidence"][value="guess"]', says: "Answer, a guess" },
  { keys: ["0"], selector: '#answer-form [name="skip"]', says: "I don’t know" },
  { keys: ["h"], selector: '#answer-form [name="hint"]', says: "Hint" },
  { keys: ["u"], selector: "#undo-form button", says: "Take the last answer back" },
  { keys: ["e"], selector: "#easy-form button", says: "Too easy: ask it later" },
  { keys: ["n"], selector: "#note-link", says: "Write or change the note" },
  { keys: ["x"], selector: "#suspension-form button", says: "Do not ask it again, or ask it again" },
  { keys: ["o"], selector: "#question-link", says: "Open the question’s page" },
  { keys: ["r"], selector: "#report-link", says: "Report the question" },
  { keys: ["s"], selector: "#stop-link", says: "Stop here: the summary" },
];
const SURE = "#answer-form #how-sure";
const SUBMIT = "#answer-form .answer-bar > button:not(.visually-hidden)";
const TYPING = 'textarea, select, [contenteditable], input:not([type="radio"], [type="checkbox"], [type="button"], [type="submit"])';
const PRESSABLE = "a[href], button, summary, input, select, textarea, [contenteditable]";
const DIGIT = /^\d$/;
const OFF = "nnprep-keys-off";

const isOff = () => {
  try {
    return localStorage.getItem(OFF) === "1";
  } catch {
    return false;
  }
};

const setOff = (off) => {
  document.documentElement.dataset.keys = off ? "off" : "on";
  try {
    if (off) localStorage.setItem(OFF, "1");
    else localStorage.removeItem(OFF);
  } catch {
    /* Storage is closed: the choice holds for this page only, and the checkbox shows it. */
  }
};

const isUsable = (element) => element && !element.disabled && element.checkVisibility({ visibilityProperty: true });

const find = (selector) => [...document.querySelectorAll(selector)].find(isUsable);

/** What has that letter is pressed: of an option its control, so that a radio is chosen and a checkbox turned over. */
const choose = (letter) => {
  const option = find(`#answer-form [data-key="${letter}"]`);
  if (!option) return false;
  const control = option.querySelector("input");
  if (control && !isUsable(control)) return false;
  (control ?? option).click();
  control?.focus();
  return true;
};

/** Whether the learner has begun to answer: Space then submits, before it only scrolls, as ever. */
let begun = null;
document.addEventListener("input", (event) => {
  begun = event.target.closest("#answer-form");
});

/** What waits to be begun or gone on with: the next question, or a main link that leads to the session. */
const onward = () => find("a#next") ?? find(`main a.button-primary[href="${document.body.dataset.begin}"]`);

/** The answer is there: ask how sure it is, or press the first button where that is not asked. */
const finish = () => {
  const sure = find(SURE);
  if (!sure) {
    const submit = find(SUBMIT);
    submit?.click();
    return Boolean(submit);
  }
  sure.focus();
  const announcer = document.querySelector("#announcer");
  if (announcer && !isOff()) announcer.textContent = "1: sure, 2: unsure, 3: guess";
  return true;
};

/** Space or Enter outside any control. */
const goOn = (key) => {
  const next = onward();
  if (next) {
    next.click();
    return true;
  }
  const form = document.querySelector("#answer-form");
  return form && (key === "Enter" || form === begun) ? finish() : false;
};

/** Enter where it would send the form with its first button: in a field of one line, or with Ctrl in one of several. */
const wouldSend = (event, at) => {
  if (event.key !== "Enter" || !at.closest("#answer-form") || event.altKey || !find(SUBMIT)) return false;
  if (at.matches("textarea")) return event.ctrlKey || event.metaKey;
  return at.matches("input") && find(SURE) !== undefined;
};

const line = (keys, says) => {
  const key = document.createElement("dt");
  key.append(
    ...keys.flatMap((name, place) => {
      const kbd = document.createElement("kbd");
      kbd.className = "kbd";
      kbd.textContent = name;
      return place ? [" ", kbd] : [kbd];
    }),
  );
  const meaning = document.createElement("dd");
  meaning.textContent = says;
  return [key, meaning];
};

const lines = () => {
  const letters = [...document.querySelectorAll("#answer-form [data-key]")].filter(isUsable).map((option) => option.dataset.key);
  const found = [];
  if (letters.length) found.push(line([letters[0], "…", letters.at(-1)], "Choose"));
  for (const { keys, selector, says } of COMMANDS) {
    if (find(selector)) found.push(line(keys.map((key) => key.toUpperCase()), says));
  }
  const next = onward() ?? (find(SURE) ? null : find(SUBMIT));
  if (next) found.push(line(["Space", "Enter"], next.textContent.trim()));
  else if (find(SURE)) found.push(line(["Space", "Enter"], "How sure?"));
  const digits = COMMANDS.filter(({ keys, selector }) => DIGIT.test(keys[0]) && find(selector));
  if (digits.length) found.push(line(["Alt", digits[0].keys[0], "…", digits.at(-1).keys[0]], "The same, while typing"));
  found.push(line(["?"], "This list"));
  return found.flat();
};

/** The dialogue of keys; made when it is first asked for. */
const openDialog = () => {
  let dialog = document.querySelector(".keys-dialog");
  if (!dialog) {
    dialog = document.createElement("dialog");
    dialog.className = "keys-dialog";
    dialog.setAttribute("aria-labelledby", "keys-title");
    dialog.innerHTML = `
      <h2 id="keys-title">Keyboard</h2>
      <dl></dl>
      <div class="field-check">
        <input type="checkbox" id="keys-on"><label for="keys-on">Single keys are on</label>
      </div>
      <form method="dialog" class="button-row"><button type="submit" class="button button-primary">Close</button></form>`;
    dialog.querySelector("#keys-on").addEventListener("change", (event) => setOff(!event.target.checked));
    document.body.append(dialog);
  }
  dialog.querySelector("dl").replaceChildren(...lines());
  dialog.querySelector("#keys-on").checked = !isOff();
  if (!dialog.open) dialog.showModal();
};

const run = (command) => {
  const target = command && find(command.selector);
  target?.click();
  return Boolean(target);
};

const press = (event) => {
  if (event.defaultPrevented || event.repeat || event.isComposing || document.querySelector("dialog[open]")) return;
  // The dialogue just closed keeps the focus until the page is drawn again: its controls are no longer there to press.
  const there = event.target instanceof Element && !event.target.closest("dialog");
  const at = there ? event.target : document.body;
  if (wouldSend(event, at)) {
    if (finish()) event.preventDefault();
    return;
  }
  if (event.ctrlKey || event.metaKey) return;
  if (event.altKey) {
    // By the key, not by its sign: with Alt a Mac writes another one.
    const digit = event.code.replace("Digit", "");
    if (DIGIT.test(digit) && run(COMMANDS.find(({ keys }) => keys.includes(digit)))) event.preventDefault();
    return;
  }
  if (isOff() || at.closest(TYPING)) return;
  if (event.key === "?") {
    openDialog();
    event.preventDefault();
    return;
  }
  if (event.key === "Enter" || event.key === " ") {
    // A control that has the focus keeps the key's own meaning; Enter on a radio or checkbox submits anyway.
    if (!at.closest(PRESSABLE) && goOn(event.key)) event.preventDefault();
    return;
  }
  const command = COMMANDS.find(({ keys }) => keys.includes(event.key.toLowerCase()));
  const taken = /^[a-z]$/i.test(event.key) && choose(event.key.toUpperCase());
  if (taken || run(command)) event.preventDefault();
};

document.addEventListener("keydown", press);
document.documentElement.dataset.keys = isOff() ? "off" : "on";
for (const button of document.querySelectorAll("[data-open-keys]")) {
  button.hidden = false;
  button.addEventListener("click", openDialog);
}
