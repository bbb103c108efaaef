/* Matching by tapping. The page holds rows, each with a select, and beside them what can be chosen:
     <div data-match="pair"><ul class="pairs"><li><label>…</label><span class="taken"></span><select>…</select></li>…</ul>
       <div class="rights"><div class="right" data-value="0" data-key="A">…</div>…</div></div>
   One row is marked; what is tapped is taken for it, and the mark goes on to the next row without anything. Tapping a row
   marks it; where its letter stands, the select opens. With data-match="pair" each right side belongs to one row at most, with "sort" to any number.
   The selects stay the truth and in the order of the focus; here they are drawn as the letter of what they hold. */

const rowsOf = (match) => [...match.querySelectorAll(".pairs > li")];
const selectOf = (row) => row.querySelector("select");

const draw = (match) => {
  const taken = new Set();
  for (const row of rowsOf(match)) {
    const { value } = selectOf(row);
    const right = value === "" ? null : match.querySelector(`.right[data-value="${value}"]`);
    row.querySelector(".taken").textContent = right ? right.dataset.key || "✓" : "";
    if (right) taken.add(right);
  }
  for (const right of match.querySelectorAll(".right")) right.classList.toggle("is-taken", taken.has(right));
};

const mark = (match, marked) => {
  for (const row of rowsOf(match)) row.classList.toggle("is-marked", row === marked);
};

/** The next row without anything, beginning behind `row`, or none. */
const nextOf = (match, row) => {
  const rows = rowsOf(match);
  const behind = rows.indexOf(row) + 1;
  return [...rows.slice(behind), ...rows.slice(0, behind)].find((one) => selectOf(one).value === "");
};

const take = (match, right) => {
  const row = match.querySelector(".pairs > .is-marked");
  if (!row) return;
  const { value } = right.dataset;
  if (match.dataset.match === "pair") {
    for (const other of rowsOf(match)) if (selectOf(other).value === value) selectOf(other).value = "";
  }
  selectOf(row).value = value;
  selectOf(row).dispatchEvent(new Event("input", { bubbles: true }));
  const next = nextOf(match, row);
  mark(match, next);
  next?.scrollIntoView({ block: "nearest" });
};

const enhance = (match) => {
  if (match.classList.contains("is-ready")) return;
  match.classList.add("is-ready");
  for (const row of rowsOf(match)) {
    row.addEventListener("click", (event) => {
      if (selectOf(row).contains(event.target)) return;
      event.preventDefault(); // Its label would give the focus to the select, and keys to what has it.
      mark(match, row);
    });
    selectOf(row).addEventListener("focus", () => mark(match, row));
  }
  for (const right of match.querySelectorAll(".right")) right.addEventListener("click", () => take(match, right));
  match.addEventListener("input", () => draw(match));
  match.addEventListener("change", () => draw(match));
  draw(match);
  mark(match, nextOf(match, null));
};

const enhanceAll = () => document.querySelectorAll("[data-match]").forEach(enhance);

enhanceAll();
document.addEventListener("htmx:afterSettle", enhanceAll);
