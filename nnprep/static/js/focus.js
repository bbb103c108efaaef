/* After a part of the page was exchanged, the focus goes to what is new: the feedback's verdict, the next question's
   prompt, or the heading. A screen reader reads it; the next Tab goes on from there; it is in view.
   An element with autofocus inside the new part is left alone: htmx has given it the focus already. */

const HEADINGS = ["#feedback .verdict", "#answer-form .prompt", "h1"];

document.addEventListener("htmx:afterSettle", (event) => {
  const part = event.detail.target ?? event.detail.elt;
  if (!(part instanceof Element) || !part.isConnected || part.querySelector("[autofocus]")) return;
  const heading = HEADINGS.map((selector) => part.querySelector(selector)).find(Boolean);
  if (!heading || heading === document.activeElement) return;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
  const top = heading.getBoundingClientRect().top;
  if (top < 0 || top > window.innerHeight / 2) heading.scrollIntoView({ block: "start" });
});
