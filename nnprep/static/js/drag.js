/* Ordering a list by dragging. The page holds the list and, beside it, the form that is sent when a row was dropped:
     <form id="place" method="post">… <input type="hidden" name="question"> <input type="hidden" name="before"></form>
     <ol data-drag="place"><li data-id="…">…</li>…</ol>
   Each row gets a handle. While it is dragged, the rows it passes step aside; dropped, its id goes into `question` and
   that of the row after it (none at the end) into `before`. The buttons of the rows do the same for keys. */

const EDGE = 72; // px from the window's top or bottom where it begins to scroll
const PACE = 12; // px a frame

let dragged = null;

const settle = () => {
  const { row, y } = dragged;
  for (let next = row.nextElementSibling; next && y > middle(next); next = row.nextElementSibling) row.before(next);
  for (let previous = row.previousElementSibling; previous && y < middle(previous); previous = row.previousElementSibling)
    row.after(previous);
};

/* The row itself never leaves the page: the finger that holds it would lose it. */
const middle = (row) => {
  const box = row.getBoundingClientRect();
  return box.top + box.height / 2;
};

const scroll = () => {
  if (!dragged) return;
  if (dragged.y < EDGE) window.scrollBy(0, -PACE);
  else if (dragged.y > window.innerHeight - EDGE) window.scrollBy(0, PACE);
  settle();
  requestAnimationFrame(scroll);
};

const end = () => {
  dragged.row.classList.remove("is-dragged");
  dragged = null;
};

const take = (event) => {
  if (event.button !== 0) return;
  event.preventDefault();
  const row = event.currentTarget.closest("li");
  dragged = { row, y: event.clientY, from: row.nextElementSibling };
  row.classList.add("is-dragged");
  requestAnimationFrame(scroll);
};

const drop = () => {
  if (!dragged) return;
  settle();
  const { row, from } = dragged;
  end();
  if (row.nextElementSibling === from) return;
  const form = document.getElementById(row.parentElement.dataset.drag);
  form.elements.namedItem("question").value = row.dataset.id;
  form.elements.namedItem("before").value = row.nextElementSibling?.dataset.id ?? "";
  form.requestSubmit();
};

const giveUp = () => {
  if (!dragged) return;
  const { row, from } = dragged;
  row.parentElement.insertBefore(row, from);
  end();
};

document.addEventListener("pointermove", (event) => {
  if (dragged) dragged.y = event.clientY;
});
document.addEventListener("pointerup", drop);
document.addEventListener("pointercancel", giveUp);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") giveUp();
});

const enhance = (list) => {
  if (list.classList.contains("can-be-dragged")) return;
  list.classList.add("can-be-dragged");
  for (const row of list.children) {
    const handle = document.createElement("span");
    handle.className = "drag-handle";
    handle.setAttribute("aria-hidden", "true");
    handle.addEventListener("pointerdown", take);
    row.prepend(handle);
  }
};

const enhanceAll = () => document.querySelectorAll("[data-drag]").forEach(enhance);

enhanceAll();
document.addEventListener("htmx:afterSettle", enhanceAll);
