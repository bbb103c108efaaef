/* Where the focus goes by itself. A screen reader reads what has it, and the next Tab goes on from there.

   After a part of the page was exchanged: to the first field with an error (the page says which by autofocus), else to what
   is new: the feedback's verdict, the key points to tick, the next question's prompt, or the heading; and the part is
   scrolled so that its beginning is in sight, or at least what has the focus; what has [data-arrive] begins at the top.
   Where there is a keyboard, a question that is answered by typing gives the focus to its first field; on a phone that
   would cover the question.
   On a page that comes back with errors: to the first field with one. Where such a field lies unseen under what is tapped
   in its place (order.js, match.js), to the words that say what is wrong, so that keys still choose. */

const HEADINGS = ["#feedback .verdict", "#answer-form .keypoints > legend", "#answer-form .prompt", "h1"];
const FIELDS = '#answer-form :is(input:not([type="hidden"]), select, textarea)';
const hasKeyboard = matchMedia("(pointer: fine)");

/** Whether the element stands above the bar at the lower edge, whole and in sight. */
const isInSight = (element) => {
  const bar = document.querySelector(".answer-bar");
  const { top, bottom } = element.getBoundingClientRect();
  return top >= 0 && bottom <= (bar ? Math.min(bar.getBoundingClientRect().top, innerHeight) : innerHeight);
};

/** The field to type into, where typing is how the question is answered and there is a keyboard. */
const typedField = (part) => {
  const first = part.querySelector(FIELDS);
  return hasKeyboard.matches && first?.matches('[type="text"], textarea') && isInSight(first) ? first : null;
};

/** What takes the focus for a field with an error: itself, or what is written under it where the field is not seen. */
const faultyPlace = (field) => {
  const tapped = field.closest("[data-match], [data-order]");
  const said = tapped && document.getElementById(field.getAttribute("aria-describedby") ?? "");
  if (!said) return field;
  said.tabIndex = -1;
  return said;
};

const mend = (field) => {
  const place = faultyPlace(field);
  place.focus({ preventScroll: true });
  if (!isInSight(place)) place.scrollIntoView({ block: "center" });
};

const type = (field) => {
  const about = new Set((field.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean));
  field.setAttribute("aria-describedby", ["prompt", ...about].join(" ")); // The question is read before the field.
  field.focus({ preventScroll: true });
};

const arrive = (part) => {
  const heading = HEADINGS.map((selector) => part.querySelector(selector)).find(Boolean);
  if (!heading) return;
  const begin = part.querySelector("[data-arrive]");
  if (begin) begin.scrollIntoView({ block: "start" });
  else if (part.getBoundingClientRect().top < 0) part.scrollIntoView({ block: "start" });
  if (!isInSight(heading)) heading.scrollIntoView({ block: "start" });
  const field = typedField(part);
  if (field) {
    type(field);
    return;
  }
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
};

document.addEventListener("htmx:afterSettle", (event) => {
  const part = event.detail.target ?? event.detail.elt;
  if (!(part instanceof Element) || !part.matches("#stage") || !part.isConnected) return;
  const faulty = part.querySelector("[autofocus]");
  if (faulty) mend(faulty);
  else arrive(part);
});

const faulty = document.querySelector('#answer-form [autofocus], main [aria-invalid="true"]');
if (faulty) {
  mend(faulty);
} else if (document.body.matches(".reviewing") && !document.querySelector("[autofocus]")) {
  const field = typedField(document.body);
  if (field) type(field);
}

// What a page brings along is not announced by itself: what was done on the page before it, a note kept or an answer taken back.
const done = document.querySelector(".messages");
const announcer = document.querySelector("#announcer");
if (done && announcer) setTimeout(() => (announcer.textContent = done.textContent.trim()));
