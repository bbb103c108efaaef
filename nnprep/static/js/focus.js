/* After a part of the page was exchanged, the focus goes to what is new: the feedback's verdict or the next question's
   prompt. A screen reader reads it; the next Tab goes on from there; the top of it is in view.
   An element with autofocus inside the new part is left alone: htmx has given it the focus already. */

const HEADINGS = "#feedback .verdict, #answer-form .prompt, [data-focus], h1";

document.addEventListener("htmx:afterSettle", (event) => {
  const part = event.detail.elt;
  if (!(part instanceof Element) || !part.isConnected || part.querySelector("[autofocus]")) return;
  const heading = part.matches(HEADINGS) ? part : part.querySelector(HEADINGS);
  if (!heading) return;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
  const top = heading.getBoundingClientRect().top;
  if (top < 0 || top > window.innerHeight / 2) heading.scrollIntoView({ block: "start" });
});
