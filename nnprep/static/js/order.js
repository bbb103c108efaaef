/* Putting steps in order by tapping. The page holds a list of steps, each with a select that says its place:
     <ol class="steps" data-order><li data-key="A"><span class="option-key">A</span><label>…</label><select>…</select></li>…</ol>
   A tap on a step gives it the first place that is free, another takes it back. The last step needs no tap. Once every
   step has a place, the list stands in that order. The selects stay the truth: they are what is submitted. */

const rowsOf = (list) => [...list.querySelectorAll(":scope > li")];
const selectOf = (row) => row.querySelector("select");
const placeOf = (row) => Number(selectOf(row).value);

const announce = (text) => {
  const announcer = document.querySelector("#announcer");
  if (announcer) announcer.textContent = text;
};

/** Stand in the order of the places, if every step has one of its own. */
const settle = (list) => {
  const rows = rowsOf(list);
  const places = new Set(rows.map(placeOf));
  if (places.size < rows.length || places.has(0)) return;
  const letters = rows.map((row) => row.dataset.key);
  rows.sort((one, other) => placeOf(one) - placeOf(other));
  rows.forEach((row, index) => {
    row.dataset.key = letters[index];
    row.querySelector(".option-key").textContent = letters[index];
    if (list.children[index] !== row) list.insertBefore(row, list.children[index]);
  });
};

const place = (list, row) => {
  const rows = rowsOf(list);
  const free = rows.map((_, index) => index + 1).filter((one) => !rows.some((other) => placeOf(other) === one));
  if (placeOf(row)) {
    selectOf(row).value = "";
    announce("No place");
  } else if (free.length) {
    selectOf(row).value = String(free[0]);
    announce(`Place ${free[0]} of ${rows.length}`);
    const left = rows.filter((other) => !placeOf(other));
    if (left.length === 1 && free.length === 2) selectOf(left[0]).value = String(free[1]);
  }
  selectOf(row).dispatchEvent(new Event("input", { bubbles: true }));
  settle(list);
};

const enhance = (list) => {
  if (list.classList.contains("is-ready")) return;
  list.classList.add("is-ready");
  for (const row of rowsOf(list)) {
    row.addEventListener("click", (event) => {
      if (selectOf(row).contains(event.target)) return;
      event.preventDefault(); // Its label would give the focus to the select, and keys to what has it.
      place(list, row);
    });
  }
  settle(list);
};

const enhanceAll = () => document.querySelectorAll("[data-order]").forEach(enhance);

enhanceAll();
document.addEventListener("htmx:afterSettle", enhanceAll);
