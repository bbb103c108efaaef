/* Putting steps in order without numbers. The page holds a list of steps, each with a select that says its place:
     <ol class="steps" data-order><li><span class="option-text">…</span><select aria-label="Place of …">…</select></li>…</ol>
   Here the selects step back and each row gets two buttons, up and down; the rows move, and every select is set to the
   place its row has. The selects stay the truth: they are what is submitted, and what is read when the page comes back. */

const announce = (text) => {
  const announcer = document.querySelector("#announcer");
  if (announcer) announcer.textContent = text;
};

const rowsOf = (list) => [...list.children].filter((row) => row.querySelector("select"));

/** Set every select to its row's place, and switch off what leads nowhere. */
const settle = (list) => {
  const rows = rowsOf(list);
  rows.forEach((row, index) => {
    row.querySelector("select").value = String(index + 1);
    const [up, down] = row.querySelectorAll(".step-buttons button");
    up.setAttribute("aria-disabled", String(index === 0));
    down.setAttribute("aria-disabled", String(index === rows.length - 1));
  });
};

const move = (list, row, by) => {
  const rows = rowsOf(list);
  const place = rows.indexOf(row) + by;
  if (place < 0 || place >= rows.length) return;
  const focused = document.activeElement;
  if (by < 0) rows[place].before(row);
  else rows[place].after(row);
  settle(list);
  row.querySelector("select").dispatchEvent(new Event("input", { bubbles: true }));
  if (row.contains(focused)) focused.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
  announce(`Place ${place + 1} of ${rows.length}`);
};

const button = (list, row, by) => {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "button";
  made.textContent = by < 0 ? "↑" : "↓";
  const text = row.querySelector(".option-text")?.textContent.trim() ?? "";
  made.setAttribute("aria-label", `Move ${by < 0 ? "up" : "down"}: ${text}`);
  made.addEventListener("click", () => move(list, row, by));
  return made;
};

const enhance = (list) => {
  if (list.dataset.order === "ready") return;
  list.dataset.order = "ready";
  const rows = rowsOf(list);
  const chosen = rows.map((row) => Number(row.querySelector("select").value));
  const complete = new Set(chosen).size === rows.length && chosen.every((place) => place > 0);
  if (complete) {
    rows.sort((one, other) => Number(one.querySelector("select").value) - Number(other.querySelector("select").value));
    for (const row of rows) list.append(row);
  }
  for (const row of rows) {
    const select = row.querySelector("select");
    select.classList.add("visually-hidden");
    select.tabIndex = -1;
    select.setAttribute("aria-hidden", "true");
    const buttons = document.createElement("span");
    buttons.className = "step-buttons";
    buttons.append(button(list, row, -1), button(list, row, 1));
    select.after(buttons);
    row.querySelector("label")?.removeAttribute("for");
    row.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
      event.preventDefault();
      move(list, row, event.key === "ArrowUp" ? -1 : 1);
    });
  }
  settle(list);
  const legend = list.closest("fieldset")?.querySelector("legend");
  if (legend) legend.textContent = "Move each step to its place";
};

const enhanceAll = () => document.querySelectorAll("[data-order]").forEach(enhance);

enhanceAll();
document.addEventListener("htmx:afterSettle", enhanceAll);
