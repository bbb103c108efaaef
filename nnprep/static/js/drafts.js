/* Keeps what is typed or chosen in a form with the field `draft_key`, in this browser, until it is recorded.

   The key says neither whose the form is nor what it is about; its part before the dot stands for the account, and drafts
   of other accounts are dropped as soon as a form of this one is there. A form that comes back with the same key gets
   its draft back, and its [data-restored] is shown. [data-recorded] on the page names a key whose draft is done with;
   signing out here drops all. At most MOST drafts, each of LONGEST characters, are kept, none for longer than a week. */

const STORE = "nnprep-draft:";
const MOST = 20;
const LONGEST = 100_000;
const WEEK = 7 * 24 * 3600 * 1000;
const NOT_TYPED = new Set(["hidden", "password", "file", "submit", "button", "reset", "image"]);

/** What `work` gives with the storage of the browser, which outlives a closed tab; nothing where it keeps none. */
const withStorage = (work) => {
  try {
    return work(localStorage);
  } catch {
    return undefined; // Closed or full: the form works as it did, without a draft.
  }
};

const keysIn = (storage) => Object.keys(storage).filter((name) => name.startsWith(STORE));
const keyOf = (form) => form.elements.namedItem("draft_key")?.value;
const isTicked = (field) => field.type === "radio" || field.type === "checkbox";

/** The fields of a form that take something, by their names. */
const fieldsOf = (form) => {
  const fields = new Map();
  for (const field of form.elements) {
    if (!field.name || field instanceof HTMLButtonElement || NOT_TYPED.has(field.type)) continue;
    fields.set(field.name, [...(fields.get(field.name) ?? []), field]);
  }
  return fields;
};

const valuesOf = (fields) =>
  isTicked(fields[0]) ? fields.filter((field) => field.checked).map((field) => field.value) : fields.map((field) => field.value);

const read = (storage, key) => JSON.parse(storage.getItem(STORE + key) ?? "null");
const ageOf = (storage, name) => JSON.parse(storage.getItem(name)).at;

const save = (form) => {
  const key = keyOf(form);
  if (!key) return;
  withStorage((storage) => {
    // A question of two steps has other fields in each: what the other step holds stays.
    const values = { ...read(storage, key)?.values };
    for (const [name, fields] of fieldsOf(form)) values[name] = valuesOf(fields);
    const draft = JSON.stringify({ at: Date.now(), values });
    if (draft.length > LONGEST) return;
    const others = keysIn(storage).filter((name) => name !== STORE + key);
    others.sort((one, other) => ageOf(storage, one) - ageOf(storage, other));
    for (const name of others.slice(0, Math.max(0, others.length - MOST + 1))) storage.removeItem(name);
    storage.setItem(STORE + key, draft);
  });
};

const fill = (fields, values) => {
  if (isTicked(fields[0])) for (const field of fields) field.checked = values.includes(field.value);
  else fields.forEach((field, place) => (field.value = values[place] ?? field.value));
};

const restore = (form) => {
  const key = keyOf(form);
  if (!key) return;
  const draft = withStorage((storage) => {
    for (const name of keysIn(storage)) {
      const isOld = Date.now() - ageOf(storage, name) > WEEK;
      if (isOld || name.split(".")[0] !== (STORE + key).split(".")[0]) storage.removeItem(name);
    }
    return read(storage, key);
  });
  if (!draft) return;
  let changed = false;
  for (const [name, fields] of fieldsOf(form)) {
    const values = draft.values[name];
    if (!values || JSON.stringify(values) === JSON.stringify(valuesOf(fields))) continue;
    fill(fields, values);
    changed = true;
  }
  if (!changed) return;
  const sign = form.querySelector("[data-restored]");
  if (sign) sign.hidden = false;
  const folded = form.closest("details");
  if (folded) folded.open = true;
  const announcer = document.querySelector("#announcer");
  if (announcer) announcer.textContent = "What you had entered is here again. It was not sent yet.";
};

const look = () => {
  for (const done of document.querySelectorAll("[data-recorded]")) {
    withStorage((storage) => storage.removeItem(STORE + done.dataset.recorded));
  }
  for (const form of document.forms) restore(form);
};

for (const change of ["input", "change"]) {
  document.addEventListener(change, (event) => {
    const form = event.target.form ?? event.target.closest?.("form");
    if (form) save(form);
  });
}
document.addEventListener("submit", (event) => {
  if (!event.target.matches(".sign-out")) return;
  withStorage((storage) => keysIn(storage).forEach((name) => storage.removeItem(name)));
});
document.addEventListener("htmx:afterSettle", look);
look();
