/* Keys for answering. The page works without them; they press what is there to be pressed.

   Letters choose: an element with data-key="A" is the option of that letter. 1, 2, 3 answer with the confidence
   sure, unsure, guess; 0 gives up. Enter, and Space once an answer was begun, press the first button; after that both go to
   the next question. H opens the hint, U takes the last answer back, ? lists the keys.
   Nothing is taken from someone who types, and all single keys can be switched off (WCAG 2.1.4). */

const COMMANDS = [
  { keys: ["1"], selector: '#answer-form [name="confidence"][value="sure"]', says: "Answer, sure" },
  { keys: ["2"], selector: '#answer-form [name="confidence"][value="unsure"]', says: "Answer, unsure" },
  { keys: ["3"], selector: '#answer-form [name="confidence"][value="guess"]', says: "Answer, a guess" },
  { keys: ["0"], selector: '#answer-form [name="skip"]', says: "I don’t know" },
  { keys: ["h"], selector: '#answer-form [name="hint"]', says: "Hint" },
  { keys: ["u"], selector: "#undo-form button", says: "Take the last answer back" },
];
const TYPING = 'textarea, select, [contenteditable], input:not([type="radio"], [type="checkbox"], [type="button"], [type="submit"])';
const PRESSABLE = "a[href], button, summary, input, select, textarea, [contenteditable]";
const OFF = "nnprep-keys-off";

const isOff = () => {
  try {
    return localStorage.getItem(OFF) === "1";
  } catch {
    return false;
  }
};

const setOff = (off) => {
  try {
    if (off) localStorage.setItem(OFF, "1");
    else localStorage.removeItem(OFF);
  } catch {
    /* Storage is closed: the choice holds for this page only, and the checkbox shows it. */
  }
};

const isUsable = (element) => element && !element.disabled && element.checkVisibility();

const find = (selector) => [...document.querySelectorAll(selector)].find(isUsable);

/** The option of that letter: its control is pressed, so that a radio is chosen and a checkbox turned over. */
const choose = (letter) => {
  const option = find(`#answer-form [data-key="${letter}"]`);
  if (!option) return false;
  const control = option.matches("input") ? option : option.querySelector("input");
  if (!isUsable(control)) return false;
  control.click();
  control.focus();
  return true;
};

/** Whether the learner has begun to answer: Space then submits, before it only scrolls, as ever. */
let begun = null;
document.addEventListener("input", (event) => {
  begun = event.target.closest("#answer-form");
});

/** Space or Enter outside any control: the next question, or the answer as it stands. */
const goOn = (key) => {
  const next = find("a#next");
  if (next) {
    next.click();
    return true;
  }
  const submit = find("#answer-form .answer-bar button");
  if (!submit || (key === " " && submit.form !== begun)) return false;
  submit.click();
  return true;
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
  const onward = find("a#next") ?? find("#answer-form .answer-bar button");
  if (onward) found.push(line(["Space", "Enter"], onward.textContent.trim()));
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

const press = (event) => {
  if (event.defaultPrevented || event.repeat || event.isComposing) return;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (isOff() || document.querySelector("dialog[open]")) return;
  const at = event.target instanceof Element ? event.target : document.body;
  if (at.closest(TYPING)) return;
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
  if (taken) {
    event.preventDefault();
  } else if (command) {
    const target = find(command.selector);
    if (!target) return;
    event.preventDefault();
    target.click();
  }
};

document.addEventListener("keydown", press);
for (const button of document.querySelectorAll("[data-open-keys]")) {
  button.hidden = false;
  button.addEventListener("click", openDialog);
}
