/* On a phone the fields of <details data-folds-for="found"> fold once what they ask for stands in #found, so that it is in
   sight. The focus goes to what unfolds them, where it would else be lost. */

const isNarrow = matchMedia("(width < 40rem)");

document.addEventListener("htmx:afterSettle", (event) => {
  const part = event.detail.target;
  const folding = document.querySelector(`details[open][data-folds-for="${part?.id}"]`);
  if (!isNarrow.matches || !folding || !folding.contains(document.activeElement)) return;
  folding.open = false;
  folding.querySelector("summary").focus({ preventScroll: true });
});
