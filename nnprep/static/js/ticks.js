/* The button of a free recall says how many of its key points are ticked: <button data-ticks>. */

const count = () => {
  const button = document.querySelector("[data-ticks]");
  if (!button) return;
  const boxes = [...document.querySelectorAll(".keypoints input")];
  button.textContent = `I ticked what I said: ${boxes.filter((box) => box.checked).length} of ${boxes.length}`;
};

for (const event of ["input", "htmx:afterSettle"]) document.addEventListener(event, count);
count();
